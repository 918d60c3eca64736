package org.lanewise.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Optimizer;
import org.lanewise.Rule;
import org.lanewise.Width;
import org.lanewise.tool.RuleTable;
import org.lanewise.tool.StoreKind;

/** Every row of the table of rules in every storage: n steps, a file, and n more leave the bits of 2n. */
class EveryRuleCheckpointTest {
    private static final int STEPS = 3;

    @TempDir
    Path folder;

    private static Optimizer optimizer(Rule rule, StoreKind kind) {
        return Optimizer.of(rule, Trainings.tensors(kind.builder()).tensor("scalar").tensor("matrices", 2, 3, 4).build(), Width.SCALAR);
    }

    private void assertGoesOn(Rule rule, StoreKind kind, StoreKind later) throws IOException {
        Path file = folder.resolve("x.safetensors");
        Optimizer whole = Trainings.started(optimizer(rule, kind)), resumed = optimizer(rule, later);
        Trainings.step(whole, STEPS);
        Checkpoint.of(whole).save(file);
        Trainings.step(whole, STEPS);
        Checkpoint.of(resumed).load(file);
        Trainings.step(resumed, STEPS);
        assertEquals(Trainings.bits(whole), Trainings.bits(resumed), () -> rule + " in " + kind + ", then " + later);
        whole.store().close();
        resumed.store().close();
    }

    private static StoreKind inOtherMemory(StoreKind kind) {
        return List.of(StoreKind.values()).stream().filter(other -> other.isNative() != kind.isNative()
                && other.parameters() == kind.parameters() && other.states() == kind.states()).findFirst().orElseThrow();
    }

    @Test
    void theFirstRowOfSomeRules() throws IOException {
        for (String rule : List.of("Adam", "Adafactor", "Nesterov", "ScheduleFreeSgd", "NovoGrad")) {
            assertGoesOn(RuleTable.firstOfEach().get(rule), StoreKind.BF16_STATES_HEAP, StoreKind.BF16_STATES_NATIVE);
        }
    }

    @Test
    @Tag("slow")
    void everyRowInEveryStorageAndBackInOtherMemory() throws IOException {
        for (Rule rule : RuleTable.all()) {
            for (StoreKind kind : StoreKind.values()) {
                assertGoesOn(rule, kind, inOtherMemory(kind));
            }
        }
    }
}
