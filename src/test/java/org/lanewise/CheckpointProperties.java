package org.lanewise;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import org.lanewise.WholeStepRun.Checkpoints;
import org.lanewise.WholeStepRun.Place;
import org.lanewise.generators.TensorPlan;
import org.lanewise.tool.TemporaryFolder;

/** Whatever an optimizer does, another one that has loaded its checkpoint goes on with, by the bits of plain loops. */
class CheckpointProperties {
    @Provide
    Arbitrary<WholeStepPlan> plans() {
        return WholeStepPlans.of(TensorPlan.small(20), 4);
    }

    @Provide
    Arbitrary<Width> widths() {
        return Arbitraries.of(Width.values());
    }

    /** Many for the kernels of one: to make kernels takes most of the time. */
    @Provide
    Arbitrary<List<WholeStepPlan>> manyPlans() {
        return plans().list().ofSize(40);
    }

    @Provide
    Arbitrary<List<WholeStepPlan>> fewPlans() {
        return plans().list().ofSize(6);
    }

    @Property(tries = 3, edgeCases = EdgeCasesMode.NONE)
    void aTrainingGoesOnFromItsCheckpointAfterEachStep(@ForAll("plans") WholeStepPlan kernels,
            @ForAll("fewPlans") List<WholeStepPlan> plans, @ForAll("widths") Width width, @ForAll("widths") Width otherWidth,
            @ForAll boolean swapsMemory) throws IOException {
        check(kernels, plans, width, otherWidth, swapsMemory);
    }

    @Tag("slow")
    @Property(tries = 8, edgeCases = EdgeCasesMode.NONE)
    void soDoManyTrainings(@ForAll("plans") WholeStepPlan kernels, @ForAll("manyPlans") List<WholeStepPlan> plans,
            @ForAll("widths") Width width, @ForAll("widths") Width otherWidth, @ForAll boolean swapsMemory) throws IOException {
        check(kernels, plans, width, otherWidth, swapsMemory);
    }

    private static void check(WholeStepPlan kernels, List<WholeStepPlan> plans, Width width, Width otherWidth, boolean swapsMemory)
            throws IOException {
        Path folder = Files.createTempDirectory("lanewise");
        try {
            Checkpoints checkpoints = new Checkpoints(folder.resolve("x.safetensors"), swapsMemory, new Place(otherWidth, 2));
            for (WholeStepPlan plan : plans) {
                WholeStepRun.check(plan.withKernelsOf(kernels), List.of(new Place(width, 1)), checkpoints);
            }
        } finally {
            TemporaryFolder.delete(folder);
        }
    }
}
