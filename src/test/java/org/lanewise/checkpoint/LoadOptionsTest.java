package org.lanewise.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Average;
import org.lanewise.Group;
import org.lanewise.Optimizer;
import org.lanewise.OptimizerBuilder;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.Storage;
import org.lanewise.Width;
import org.lanewise.rule.Adam;
import org.lanewise.rule.Sgd;
import org.lanewise.schedule.Schedule;

/** What must be as it was saved, what need not, and what is said of all that differs. */
class LoadOptionsTest {
    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("training.safetensors");
    }

    private static OptimizerBuilder builder(Rule rule) {
        return Optimizer.builder(Trainings.tensors(ParameterStore.builder()).build()).rule(rule).width(Width.SCALAR);
    }

    /** Three steps, which are saved. */
    private void save(Optimizer optimizer) throws IOException {
        Trainings.step(Trainings.started(optimizer), 3);
        Checkpoint.of(optimizer).save(file());
    }

    @Test
    void allDifferencesAreListedAndNothingHasChanged() throws IOException {
        save(builder(new Adam(0.1)).clipNorm(1).group(Group.matching("*.bias").withWeightDecay(0.5)).build());
        ParameterStore store = ParameterStore.builder().parameters(Storage.BF16).states(Storage.BF16).tensor("fc1.weight", 5, 4)
                .tensor("fc1.bias", 5).tensor("fc2.weight", 2).build();
        Optimizer other = Optimizer.builder(store).rule(new Adam(0.2).withEpsilon(1e-7)).width(Width.SCALAR).average(Average.swa())
                .schedule(Schedule.constant(0.5)).build();
        Trainings.assertRefused(file(), """
                - 'fc1.weight' has shape [4, 5] in the file, [5, 4] here
                - parameters of 'fc1.bias': F32 in the file, BF16 here
                - state 'm' of 'fc1.bias': F32 in the file, BF16 here
                - state 'v' of 'fc1.bias': F32 in the file, BF16 here
                - 'fc2.weight' is not in the file
                - tensors of group 'rest' are in several groups in the file, or have different factors of learning rates: \
                ['rest' with 1.0, '*.bias' with 1.0]
                - epsilon of rule of group 'rest': 1.0E-8 in the file, 1.0E-7 here
                - learningRate of rule of group 'rest': 0.1 in the file, 0.2 here
                - schedule of learningRate of group 'rest': none in the file, \
                Constant[factor=0.5, steps=9223372036854775807, chained=false] here
                - average: none in the file, swa() here
                - clip: Clipping[form=GLOBAL_NORM, limit=1.0] in the file, none here""", other, LoadOptions.strict());
    }

    @Test
    void otherLearningRatesMayBeKept() throws IOException {
        save(builder(new Adam(0.1)).build());
        Optimizer other = builder(new Adam(0.2)).schedule(Schedule.constant(0.5)).build();
        Trainings.assertRefused(file(), "- learningRate of rule of group 'rest': 0.1 in the file, 0.2 here\n"
                + "- schedule of learningRate of group 'rest': "
                + "none in the file, Constant[factor=0.5, steps=9223372036854775807, chained=false] here", other, LoadOptions.strict());
        Checkpoint.of(other).load(file(), LoadOptions.strict().keepingLearningRates());
        assertEquals(0.1, other.learningRate());
        assertEquals(3, other.steps());
        assertEquals(0.1, other.previousLearningRate());
    }

    @Test
    void otherOptionsMayBeKept() throws IOException {
        save(builder(new Sgd(0.1)).clipNorm(1).build());
        Optimizer other = builder(new Sgd(0.1).withMomentum(0.9)).average(Average.swa()).build();
        Trainings.assertRefused(file(), "- state 'b' of 'fc1.weight' is not in the file\n- state 'b' of 'fc1.bias' is not in the file\n"
                + "- momentum of rule of group 'rest': 0.0 in the file, 0.9 here\n- average: none in the file, swa() here\n"
                + "- clip: Clipping[form=GLOBAL_NORM, limit=1.0] in the file, none here", other, LoadOptions.strict());
        Trainings.step(other, 2);
        Checkpoint.of(other).load(file(), LoadOptions.strict().keepingOptions());
        assertEquals(-0.0f, other.store().tensor("fc1.bias").state("b").get(0));
        assertEquals(other.store().tensor("fc1.bias").parameter().get(0), other.store().tensor("fc1.bias").state("average").get(0));
        assertNotEquals(0, other.store().tensor("fc1.bias").parameter().get(0));
    }

    @Test
    void tensorsMayBeAddedDroppedAndRenamed() throws IOException {
        save(builder(new Adam(0.1)).build());
        Optimizer other = Optimizer.builder(ParameterStore.builder().tensor("body.weight", 4, 5).tensor("head", 3).build())
                .rule(new Adam(0.1)).width(Width.SCALAR).build();
        LoadOptions renaming = LoadOptions.strict().renaming(name -> name.replace("body", "fc1"));
        Trainings.assertRefused(file(), "- 'head' is not in the file\n- 'fc1.bias' is in the file, but not in the store", other, renaming);
        other.store().tensor("head").parameter().set(1, 5);
        Checkpoint.of(other).load(file(), renaming.withAddedTensors().withoutDroppedTensors());
        assertEquals(3, other.groups().steps(other.store().tensor("body.weight")));
        assertEquals(0, other.groups().steps(other.store().tensor("head")));
        assertEquals(5, other.store().tensor("head").parameter().get(1));
        assertRefusedNames(other);
    }

    private void assertRefusedNames(Optimizer other) {
        assertTrue(assertThrowsExactly(IllegalArgumentException.class,
                () -> Checkpoint.of(other).load(file(), LoadOptions.strict().renaming(_ -> "fc1.bias"))).getMessage()
                .contains("'body.weight' and 'head' are both 'fc1.bias' in the file"));
    }

    @Test
    void aWholeNewGroupStartsFresh() throws IOException {
        save(builder(new Adam(0.1)).build());
        Optimizer other = Optimizer.builder(Trainings.tensors(ParameterStore.builder()).tensor("head", 3).build()).rule(new Adam(0.1))
                .group(Group.matching("head").withLearningRateFactor(10)).width(Width.SCALAR).build();
        Checkpoint.of(other).load(file(), LoadOptions.strict().withAddedTensors());
        assertEquals(0, other.groups().steps(other.store().tensor("head")));
        Trainings.step(other, 2);
        assertEquals(2, other.groups().steps(other.store().tensor("head")));
        assertEquals(5, other.groups().steps(other.store().tensor("fc1.bias")));
    }

    @Test
    void frozenTensorsMayBeThawed() throws IOException {
        Optimizer frozen = Trainings.started(builder(new Adam(0.1)).group(Group.matching("*.bias").frozen()).build());
        Trainings.step(frozen, 3);
        Checkpoint.of(frozen).save(file());
        Optimizer thawed = builder(new Adam(0.1)).build();
        Trainings.assertRefused(file(), "- 'fc1.bias' is frozen in the file, but stepped here", thawed, LoadOptions.strict());
        Checkpoint.of(thawed).load(file(), LoadOptions.strict().withAddedTensors());
        assertEquals(0, thawed.groups().steps(thawed.store().tensor("fc1.bias")));
        assertNotEquals(0, thawed.store().tensor("fc1.bias").parameter().get(0));
    }

    @Test
    void storagesMayBeConverted() throws IOException {
        save(builder(new Adam(0.1)).build());
        Optimizer other = Optimizer.builder(Trainings.tensors(ParameterStore.builder().states(Storage.BF16)).build()).rule(new Adam(0.1))
                .width(Width.SCALAR).build();
        Checkpoint.of(other).load(file(), LoadOptions.strict().converting());
        Optimizer same = builder(new Adam(0.1)).build();
        Checkpoint.of(same).load(file());
        float exact = same.store().tensor("fc1.bias").state("m").get(2), rounded = other.store().tensor("fc1.bias").state("m").get(2);
        assertEquals(exact, rounded, Math.abs(exact) / 256);
        assertNotEquals(exact, rounded);
    }
}
