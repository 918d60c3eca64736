package org.lanewise;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.lanewise.generators.TensorPlan;

/** Steps with everything that an optimizer can do fused into them, against the same things done one after the other. */
class WholeStepProperties {
    private static final int[] THREADS = {1, 1, 2, 1, 1, 3};

    @Provide
    Arbitrary<WholeStepPlan> plans() {
        return WholeStepPlans.of(TensorPlan.small(20), 3);
    }

    /** Many for the kernels of one: to make kernels takes most of the time. */
    @Provide
    Arbitrary<List<WholeStepPlan>> manyPlans() {
        return plans().list().ofSize(200);
    }

    /** Blocks are of 16,384 elements; tensors of more than four are split for several threads. */
    @Provide
    Arbitrary<WholeStepPlan> plansAcrossBlocks() {
        Arbitrary<Integer> sizes = Arbitraries.of(16_383, 16_384, 16_385, 20_000, 65_536, 65_537, 7);
        return WholeStepPlans.of(TensorPlan.small(1).flatMap(tensor -> sizes.map(size -> new TensorPlan(tensor.memory(), 1, 1, size,
                tensor.parameterOffset(), tensor.gradientOffset(), tensor.elements()))), 2);
    }

    @Provide
    Arbitrary<Width> widths() {
        return Arbitraries.of(Width.values());
    }

    @Property(tries = 25, edgeCases = EdgeCasesMode.NONE)
    void fusedStepsHaveTheBitsOfOneThingAfterTheOther(@ForAll("widths") Width width, @ForAll("plans") WholeStepPlan kernels,
            @ForAll("manyPlans") List<WholeStepPlan> plans) {
        for (int k = 0; k < plans.size(); k++) {
            WholeStepRun.check(plans.get(k).withKernelsOf(kernels), List.of(new WholeStepRun.Place(width, THREADS[k % THREADS.length])));
        }
    }

    @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
    void soTheyDoWithKernelsOfAllKindsTogether(@ForAll("widths") Width width, @ForAll("plans") WholeStepPlan plan) {
        WholeStepRun.check(plan, List.of(new WholeStepRun.Place(width, 1), new WholeStepRun.Place(width, 2)));
    }

    @Property(tries = 12, edgeCases = EdgeCasesMode.NONE)
    void soTheyDoAcrossBlocks(@ForAll("widths") Width width, @ForAll("plansAcrossBlocks") WholeStepPlan plan) {
        WholeStepRun.check(plan, List.of(new WholeStepRun.Place(width, 1), new WholeStepRun.Place(width, 3)));
    }
}
