package org.lanewise.execution;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lanewise.storage.MemoryPlane;

/**
 * A tensor of a group, and where its planes lie.
 *
 * @param index its number in the store
 * @param group number of its group
 * @param tensor the tensor, with the gradients that steps read
 * @param states its states
 * @param average its average; empty if there is none
 * @param sum the sum of its gradients; empty if they are not added
 */
public record Member(int index, int group, PlacedTensor tensor, Located states, Optional<Located> average, Optional<Located> sum) {
    /**
     * Planes of state that tensors share.
     *
     * @param states the planes
     * @param place number of the tensor among those that share them
     */
    public record Located(States states, int place) {
        boolean follows(Located before) {
            return states == before.states && place == before.place + 1;
        }

        /** The first plane, from the tensor's first number on. */
        MemoryPlane plane() {
            return states.plane(0, place);
        }
    }

    /** Whether loops may run on from one tensor into this one. */
    boolean follows(Member before) {
        return index == before.index + 1 && states.follows(before.states) && tensor.owned() && before.tensor.owned()
                && follows(average, before.average) && follows(sum, before.sum);
    }

    /** Whether this one's gradients come right after the other's, whatever their groups. */
    boolean gradientFollows(Member before) {
        return index == before.index + 1 && tensor.owned() && before.tensor.owned() && follows(sum, before.sum);
    }

    private static boolean follows(Optional<Located> after, Optional<Located> before) {
        return after.isEmpty() || after.get().follows(before.orElseThrow());
    }

    /** Parameter, gradient, then the states. */
    List<MemoryPlane> planes() {
        List<MemoryPlane> planes = new ArrayList<>();
        planes.add(tensor.parameter());
        planes.add(tensor.gradient());
        for (int state = 0; state < states.states().kinds().size(); state++) {
            planes.add(states.states().plane(state, states.place()));
        }
        return planes;
    }

    /** The same, then the average if there is one. */
    List<MemoryPlane> planesAndAverage() {
        List<MemoryPlane> planes = planes();
        if (average.isPresent()) {
            planes.add(average.get().plane());
        }
        return planes;
    }

    /** Zeros again for what the gradients are padded with. */
    void clearPadding() {
        MemoryPlane padding = tensor.gradient().at(tensor.shape().size());
        for (int i = 0; i < tensor.length() - tensor.shape().size(); i++) {
            padding.set(i, 0);
        }
    }

    /** The same with the sum as its gradient. */
    Member reading() {
        PlacedTensor read = new PlacedTensor(tensor.shape(), tensor.parameter(), sum.orElseThrow().plane(), tensor.owned());
        return new Member(index, group, read, states, average, sum);
    }

    /** As many members, from one on, as loops over all planes may run through. */
    static List<Member> run(List<Member> members, int first) {
        int end = first + 1;
        while (end < members.size() && members.get(end).follows(members.get(end - 1))) {
            end++;
        }
        return members.subList(first, end);
    }

    /** The same for loops over gradients alone. */
    static List<Member> runOfGradients(List<Member> members, int first) {
        int end = first + 1;
        while (end < members.size() && members.get(end).gradientFollows(members.get(end - 1))) {
            end++;
        }
        return members.subList(first, end);
    }

    static long length(List<Member> run) {
        long length = 0;
        for (Member member : run) {
            length += member.tensor().length();
        }
        return length;
    }
}
