package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.lanewise.Refusals.assertRefused;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Sums;
import org.lanewise.rule.Sgd;

/** Optimizers with threads of their own, closed and when something is thrown on one of them. */
class SharedStepsTest {
    private static final float BAD = 666;

    /** Throws where a tensor begins with a bad number. */
    record Choosy(double learningRate) implements Rule {
        @Override
        public List<State> states() {
            return List.of(new State("count", Extent.TENSOR));
        }

        @Override
        public Kernel kernel() {
            return new Update(this);
        }

        static final class Update extends Kernel {
            Update(Choosy rule) {
                super(MethodHandles.lookup());
            }

            @Override
            public void prepareTensor(Plane[] planes, Sums sums) {
                if (planes[0].get(0) == BAD) {
                    throw new ArithmeticException("a bad number");
                }
                planes[2].set(0, planes[2].get(0) + 1);
            }

            @Override
            public void vector(Plane[] planes, int from, int to) {
                Plane w = planes[0], g = planes[1];
                for (int i = from; i < to; i += LANES) {
                    w.store(i, w.load(i).sub(g.load(i)));
                }
            }

            @Override
            public void scalar(Plane[] planes, int from, int to) {
                Plane w = planes[0], g = planes[1];
                for (int i = from; i < to; i++) {
                    w.set(i, w.get(i) - g.get(i));
                }
            }
        }
    }

    @Test
    void whatIsThrownOnAThreadReachesTheCallerAndTheOptimizerCanGoOn() {
        ParameterStoreBuilder builder = ParameterStore.builder();
        for (int k = 0; k < 40; k++) {
            builder.wrap("t" + k, new float[9], new float[] {1, 1, 1, 1, 1, 1, 1, 1, 1});
        }
        ParameterStore store = builder.build();
        try (Optimizer optimizer = Optimizer.builder(store).rule(new Choosy(1)).parallelism(2, 0).build()) {
            for (int bad : new int[] {0, 39}) {
                Slice parameter = store.tensor("t" + bad).parameter();
                float before = parameter.get(0);
                parameter.set(0, BAD);
                IllegalStateException thrown = assertThrowsExactly(IllegalStateException.class, optimizer::step);
                assertEquals("a bad number", assertInstanceOf(ArithmeticException.class, thrown.getCause()).getMessage());
                parameter.set(0, before);
            }
            assertEquals(0, optimizer.steps());
            optimizer.step();
            assertEquals(1, optimizer.steps());
        }
    }

    @Test
    void oneThatIsClosedRefusesToStepAndOneWithoutThreadsNeverIs() {
        Optimizer optimizer = Optimizer.builder(ParameterStore.wrap(new float[2], new float[2])).rule(new Sgd(1)).accumulate(true)
                .average(Average.swa()).parallelism(2).build();
        optimizer.accumulate(1);
        optimizer.step();
        optimizer.close();
        optimizer.close();
        assertRefused(IllegalStateException.class, "optimizer is closed", optimizer::step);
        assertRefused(IllegalStateException.class, "optimizer is closed", () -> optimizer.accumulate(1));
        assertRefused(IllegalStateException.class, "optimizer is closed", optimizer::averaged);
        assertEquals(1, optimizer.steps());
        Optimizer alone = Optimizer.of(new Sgd(1), ParameterStore.wrap(new float[2], new float[2]));
        alone.close();
        alone.step();
    }

    @Test
    void atLeastOneThreadStepsAndThatIsTheCaller() {
        assertRefused(IllegalArgumentException.class, "parallelism must be at least 1, got 0",
                () -> Optimizer.builder(ParameterStore.wrap(new float[2], new float[2])).parallelism(0));
    }
}
