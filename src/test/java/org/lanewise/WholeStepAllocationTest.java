package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Lamb;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.Sgd;
import org.lanewise.schedule.Schedule;
import org.lanewise.tool.StoreKind;
import org.lanewise.verify.Values;

/** Steps with everything that an optimizer can do allocate nothing once their kernels are compiled, on no thread. */
class WholeStepAllocationTest {
    private static final int STEPS = 300;

    private record Options(String name, UnaryOperator<OptimizerBuilder> in) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<Options> ALL = List.of(
            new Options("norm, loss scale, average, clearing", builder -> builder.clipNorm(1).lossScaler(new LossScaler())
                    .average(Average.emaDebiased(0.9)).clearGradients(true).schedule(Schedule.cosine(1000))),
            new Options("norms of tensors, written back, average", builder -> builder.clip(Clipping.byTensorNorm(1))
                    .average(Average.emaWarmedUp(0.9, 0, 0, 1, 0.7).every(2)).nonFinite(NonFinite.SKIP).writeGradientsBack(true)),
            new Options("micro-batches, sanitised", builder -> builder.clip(Clipping.byNormAsOptax(1)).accumulate(true)
                    .nonFinite(NonFinite.SANITISE).maximize(true).average(Average.swa()).clearGradients(true)),
            new Options("values, refusing", builder -> builder.clip(Clipping.byValue(1)).nonFinite(NonFinite.REFUSE)
                    .flushSubnormals(true).average(Average.emaByProducts(0.99))));

    static Stream<Arguments> everything() {
        return ALL.stream().flatMap(options ->
                Stream.of(Arguments.of(options, StoreKind.F32_HEAP, 2), Arguments.of(options, StoreKind.BF16_NATIVE, 1)));
    }

    @Tag("early")
    @ParameterizedTest
    @MethodSource("everything")
    void stepsAllocateNothing(Options options, StoreKind kind, int threads) {
        try (ParameterStore store = kind.builder().tensor("a", 40, 30).tensor("b", 77).tensor("c", 5, 6).tensor("d", 300)
                .tensor("frozen", 9).build()) {
            List<Thread> before = crewThreads();
            try (Optimizer optimizer = options.in.apply(Optimizer.builder(store).rule(new AdamW(1e-3))
                    .group(Group.matching("b").withRule(new Nesterov(0.01)).withLearningRateFactor(0.5))
                    .group(Group.matching("c").withRule(new Lamb(0.01)))
                    .group(Group.matching("d").withRule(new Sgd(0.01).withMomentum(0.9)))
                    .group(Group.matching("frozen").frozen()).parallelism(threads, 0)).build()) {
                Thread[] others = crewThreads().stream().filter(thread -> !before.contains(thread)).toArray(Thread[]::new);
                assertEquals(threads - 1, others.length);
                Stepping stepping = new Stepping(optimizer);
                assertEquals(0, Garbage.of(stepping, others), () -> "bytes in " + STEPS + " steps");
            }
        }
    }

    private static List<Thread> crewThreads() {
        return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("lanewise-")).toList();
    }

    /** Some steps, in which one tensor or another has no gradient, and others go on from different numbers of steps. */
    private static final class Stepping implements Runnable {
        private final Optimizer optimizer;
        private final List<Tensor> tensors;
        private final boolean accumulates;
        private final float[] gradients = Values.NORMAL.array(1200, 1);
        private final Runnable write = this::write;

        Stepping(Optimizer optimizer) {
            this.optimizer = optimizer;
            this.tensors = optimizer.store().tensors();
            this.accumulates = optimizer.toString().contains("accumulates");
        }

        @Override
        public void run() {
            for (int step = 0; step < STEPS; step++) {
                for (int k = 0; k < tensors.size(); k++) {
                    tensors.get(k).setHasGradient(step % 4 != k);
                }
                optimizer.step(write);
            }
        }

        private void write() {
            for (int k = 0; k < tensors.size(); k++) {
                tensors.get(k).gradient().copyFrom(gradients, 0);
            }
            for (int batch = 0; accumulates && batch < 2; batch++) {
                optimizer.accumulate(1.5);
            }
        }
    }
}
