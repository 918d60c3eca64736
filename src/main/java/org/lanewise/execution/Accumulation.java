package org.lanewise.execution;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lanewise.splicer.GradientForm;
import org.lanewise.storage.MemoryPlane;

/** Adds gradients of micro-batches, each with a weight, to sums that a step then reads in their place. */
final class Accumulation {
    private final AccumulateKernel.Weight weight = new AccumulateKernel.Weight();
    private final List<Member> members;
    private final Execution first;
    private final Execution further;

    Accumulation(Pipeline.Settings settings, Optional<Crew> crew, List<Member> members) {
        this.members = members.stream().map(Member::reading).toList();
        this.first = execution(settings, crew, members, true);
        this.further = execution(settings, crew, members, false);
    }

    private Execution execution(Pipeline.Settings settings, Optional<Crew> crew, List<Member> members, boolean isFirst) {
        List<Sweep.Piece> pieces = new ArrayList<>();
        for (int from = 0; from < members.size();) {
            List<Member> run = Member.run(members, from);
            Member start = run.getFirst();
            List<MemoryPlane> planes = List.of(start.sum().orElseThrow().plane(), start.tensor().gradient());
            for (Stretch stretch : Stretch.of(planes, Member.length(run))) {
                pieces.add(new Sweep.Piece(AccumulateKernel.executed(
                        new AccumulateKernel.Addition(isFirst, settings.clears(), weight), stretch.layouts(),
                        Splicing.bits(settings.vectorBits(), settings.lanes()), GradientForm.PLAIN), stretch, start.index(),
                        start.tensor().owned() ? -1 : PlacedTensor.GRADIENT));
            }
            from += run.size();
        }
        return new Execution(new Sweep(pieces, settings.lanes()), crew);
    }

    /** The same tensors, whose gradients are the sums. */
    List<Member> members() {
        return members;
    }

    void run(boolean isFirst, float weight) {
        this.weight.value = weight;
        (isFirst ? first : further).run();
    }

    void readGradients(List<MemoryPlane> gradients) {
        first.readGradients(gradients);
        further.readGradients(gradients);
    }
}
