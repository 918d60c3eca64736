package org.lanewise.execution;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The planes of state that groups need: those of a family together, then averages and sums of gradients.
 *
 * @param groups what needs them
 * @param all planes and the tensors that share them, by their numbers in the store
 * @param averages whether there are averages
 * @param sums whether there are sums of gradients
 */
public record Claims(List<SteppedGroup> groups, List<Claim> all, boolean averages, boolean sums) {
    /**
     * Some planes.
     *
     * @param kinds what each holds
     * @param tensors numbers of the tensors in the store, in their order
     */
    public record Claim(List<States.Kind> kinds, List<Integer> tensors) {}

    /**
     * Of some groups.
     *
     * @param groups the groups
     * @param average what averages are; empty if there are none
     * @param sum what sums of gradients are; empty if there are none
     * @return what they need
     */
    public static Claims of(List<SteppedGroup> groups, Optional<States.Kind> average, Optional<States.Kind> sum) {
        Map<Object, List<States.Kind>> kinds = new LinkedHashMap<>();
        Map<Object, List<Integer>> tensors = new HashMap<>();
        for (SteppedGroup each : groups) {
            kinds.putIfAbsent(each.family(), each.kinds());
            tensors.computeIfAbsent(each.family(), _ -> new ArrayList<>()).addAll(each.tensors());
        }
        List<Claim> claims = new ArrayList<>();
        kinds.forEach((family, each) -> claims.add(new Claim(each, tensors.get(family).stream().sorted().toList())));
        List<Integer> all = groups.stream().flatMap(each -> each.tensors().stream()).sorted().toList();
        Stream.of(average, sum).flatMap(Optional::stream).forEach(kind -> claims.add(new Claim(List.of(kind), all)));
        return new Claims(groups, claims, average.isPresent(), sum.isPresent());
    }

    /**
     * The tensors with their planes.
     *
     * @param allocated the planes of each claim
     * @param placed all tensors of the store
     * @param firstGroup number of the first of these groups
     * @return members in no particular order
     */
    public List<Member> members(List<States> allocated, List<PlacedTensor> placed, int firstGroup) {
        Map<Integer, List<Member.Located>> located = new HashMap<>();
        for (int k = 0; k < all.size(); k++) {
            List<Integer> tensors = all.get(k).tensors();
            for (int place = 0; place < tensors.size(); place++) {
                located.computeIfAbsent(tensors.get(place), _ -> new ArrayList<>()).add(new Member.Located(allocated.get(k), place));
            }
        }
        List<Member> members = new ArrayList<>();
        for (int k = 0; k < groups.size(); k++) {
            for (int tensor : groups.get(k).tensors()) {
                List<Member.Located> own = located.get(tensor);
                members.add(new Member(tensor, firstGroup + k, placed.get(tensor), own.getFirst(),
                        averages ? Optional.of(own.get(1)) : Optional.empty(), sums ? Optional.of(own.getLast()) : Optional.empty()));
            }
        }
        return members;
    }
}
