package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lanewise.execution.Measures;
import org.lanewise.execution.NormPass;
import org.lanewise.execution.OptimizerAccess;
import org.lanewise.execution.OptimizerAccess.Division;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Lamb;

/** What steps parts of a store in several processes gets from this library. */
class SharedStoreTest {
    private static ParameterStore store() {
        return ParameterStore.builder().nativeMemory().states(Storage.BF16).tensor("a", 4, 8).tensor("b", 3).tensor("c", 20).build();
    }

    private static ParameterStore parts(OptimizerBuilder builder, Arena arena) {
        ParameterStoreBuilder parts = (ParameterStoreBuilder) OptimizerAccess.get().shard(builder);
        ((ParameterStore) OptimizerAccess.get().store(builder)).tensors().forEach(tensor ->
                parts.wrap(tensor.name(), tensor.parameter().segment().asSlice(0, 4), arena.allocate(4, 4), 1));
        return parts.build();
    }

    private static Optimizer build(OptimizerBuilder builder, ParameterStore parts) {
        return (Optimizer) OptimizerAccess.get().build(builder, parts, _ -> {});
    }

    @Test
    void divisionsSayWhichTensorsStayWholeAndWhichAreFrozen() {
        OptimizerBuilder builder = Optimizer.builder(store()).rule(new Lamb(0.1)).group(Group.matching("b").frozen())
                .group(Group.matching("c").withRule(new AdamW(0.1)));
        assertEquals(List.of(new Division(List.of(1), true, false), new Division(List.of(2), false, false),
                new Division(List.of(0), false, true)), OptimizerAccess.get().divisions(builder));
    }

    @Test
    void groupsOfPartsAreThoseOfTheWholeTensors() {
        try (Arena arena = Arena.ofShared(); ParameterStore store = store()) {
            OptimizerBuilder builder = Optimizer.builder(store).rule(new AdamW(0.1))
                    .group(Group.of("matrices", tensor -> tensor.rank() == 2).withLearningRateFactors(Tensor::size))
                    .group(Group.of(store.tensor("c")).withRule(new GradientDescent(1)));
            Optimizer optimizer = build(builder, parts(builder, arena));
            assertEquals(List.of("matrices", "c", "rest"), optimizer.groups().names());
            assertEquals("a", optimizer.groups().tensors("matrices").getFirst().name());
            assertEquals(3.2, optimizer.groups().learningRate("matrices"), 1e-12);
            assertEquals(Storage.BF16, optimizer.store().tensor("b").state("m").storage());
            assertEquals("store already has an optimizer, of processes that share it",
                    assertThrows(IllegalStateException.class, builder::build).getMessage());
        }
    }

    @Test
    void aCheckThatThrowsLeavesTheStoreWithoutAnOptimizer() {
        try (Arena arena = Arena.ofShared(); ParameterStore store = store()) {
            OptimizerBuilder builder = Optimizer.builder(store).rule(new AdamW(0.1)).parallelism(2);
            ParameterStore parts = parts(builder, arena);
            assertThrows(UnsupportedOperationException.class, () -> OptimizerAccess.get().build(builder, parts, _ -> {
                throw new UnsupportedOperationException();
            }));
            builder.build().close();
        }
    }

    @Test
    void stepsGoByWhatMeasuresAllGradients() {
        try (Arena arena = Arena.ofShared(); ParameterStore store = store()) {
            OptimizerBuilder builder = Optimizer.builder(store).rule(new GradientDescent(1)).clip(Clipping.byNormAsOptax(1))
                    .nonFinite(NonFinite.SKIP);
            Optimizer optimizer = build(builder, parts(builder, arena));
            double[] sum = {16};
            OptimizerAccess.get().training(optimizer).measureBy(new Measures() {
                @Override
                public double sumOfSquares() {
                    return sum[0];
                }

                @Override
                public void sumsOfSquares(NormPass.OfTensor each) {
                    throw new IllegalStateException();
                }

                @Override
                public long nonFiniteCount() {
                    return 5;
                }

                @Override
                public Optional<NormPass.Found> firstNonFinite() {
                    return Optional.empty();
                }
            });
            optimizer.store().tensor("a").gradient().set(0, 2);
            StepReport report = optimizer.step();
            assertEquals(4, report.gradientNorm());
            assertEquals(0.25f, report.clipFactor());
            assertEquals(-0.5f, store.tensor("a").parameter().get(0));
            sum[0] = Double.NaN;
            assertEquals(5, optimizer.step().nonFiniteCount());
            assertEquals(1, optimizer.steps());
        }
    }

    @Test
    void gradientsOfSeveralProcessesCannotBeWrittenBack() {
        OptimizerBuilder builder = Optimizer.builder(store()).rule(new AdamW(0.1)).writeGradientsBack(true);
        assertEquals("gradients cannot be written back where each process has its own",
                assertThrows(IllegalArgumentException.class, () -> OptimizerAccess.get().divisions(builder)).getMessage());
    }
}
