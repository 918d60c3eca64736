package org.lanewise.execution;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lanewise.kernel.Kernel;

/** Passes of one group over tensors that share their planes of state. */
public final class Passes {
    private Passes() {}

    /** One that nothing follows. */
    public static Pass of(StepNumbers numbers, Splicing splicing, Kernel written, List<PlacedTensor> tensors, States states) {
        Presence presence = new Presence(tensors.size(), false);
        return new Pass(List.of(new Pass.Update(numbers, splicing, Optional.of(written))), members(tensors, states), presence,
                new Followers(Followers.Settings.NONE, presence, splicing.vectorBits(), splicing.lanes()), splicing.lanes());
    }

    static List<Member> members(List<PlacedTensor> tensors, States states) {
        List<Member> members = new ArrayList<>();
        for (PlacedTensor tensor : tensors) {
            int k = members.size();
            members.add(new Member(k, 0, tensor, new Member.Located(states, k), Optional.empty(), Optional.empty()));
        }
        return members;
    }
}
