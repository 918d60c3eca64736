package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Sums;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Lamb;
import org.lanewise.rule.Lars;
import org.lanewise.rule.NovoGrad;
import org.lanewise.storage.ChunkPlane;
import org.lanewise.tool.StoreKind;
import org.lanewise.verify.Values;

/** Tensors that fit into a chunk together are looked at together: each still gets the bits that it gets alone. */
class SmallTensorsTest {
    private static final int STEPS = 3;

    static Stream<Arguments> everyRuleKindAndWidth() {
        List<Rule> rules = List.of(new Telling(0.1), new Lamb(0.1), new Lars(0.1), new NovoGrad(0.1),
                new AdamW(0.1).withUpdateClipping(true));
        List<StoreKind> few = List.of(StoreKind.F32_HEAP, StoreKind.BF16_NATIVE);
        return rules.stream().flatMap(rule -> Stream.of(StoreKind.values()).filter(kind -> rule instanceof Telling || few.contains(kind))
                .flatMap(kind -> Stream.of(Width.values()).map(width -> Arguments.of(rule, kind, width))));
    }

    @ParameterizedTest
    @MethodSource("everyRuleKindAndWidth")
    void manySmallTensorsGetTheBitsOfPlainLoops(Rule rule, StoreKind kind, Width width) {
        assumeTrue(width.isSupported(), () -> "not run: this CPU or JVM has no vectors of " + width.bits() + " bits");
        for (long seed = 1; seed <= 2; seed++) {
            try (ParameterStore a = store(kind, seed); ParameterStore b = store(kind, seed)) {
                Optimizer executed = Optimizer.of(rule, a, width);
                WrittenKernel plain = new WrittenKernel(rule, b, false);
                for (int step = 0; step < STEPS; step++) {
                    executed.step();
                    plain.step();
                }
                for (Tensor tensor : b.tensors()) {
                    assertSame(tensor.parameter(), a.tensor(tensor.name()).parameter(), seed);
                    for (Rule.State state : rule.states()) {
                        assertSame(tensor.state(state.name()), a.tensor(tensor.name()).state(state.name()), seed);
                    }
                }
            }
        }
    }

    /** Owned tensors of all sizes around 1, lanes and a chunk in some order, and a few that are wrapped or empty between them. */
    private static ParameterStore store(StoreKind kind, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Integer> around = List.of(1, 1, 1, 2, 15, 16, 17, 63, 64, 65, 100, 256, 300, ChunkPlane.SIZE - 16, ChunkPlane.SIZE - 1,
                ChunkPlane.SIZE, ChunkPlane.SIZE + 1);
        ParameterStoreBuilder builder = kind.builder();
        for (int k = 0; k < 120; k++) {
            int size = random.nextInt(4) == 0 ? around.get(random.nextInt(around.size())) : random.nextInt(k < 60 ? 9 : 80);
            if (random.nextInt(10) == 0) {
                builder.wrap("t" + k, new float[size], new float[size]);
            } else if (random.nextBoolean()) {
                builder.tensor("t" + k, size);
            } else {
                builder.tensor("t" + k, size, 1);
            }
        }
        ParameterStore store = builder.build();
        for (Tensor tensor : store.tensors()) {
            tensor.parameter().copyFrom(Values.NORMAL.array((int) tensor.size(), random.nextInt(1_000)));
            tensor.gradient().copyFrom(Values.NORMAL.array((int) tensor.size(), random.nextInt(1_000)));
        }
        return store;
    }

    private static void assertSame(Slice expected, Slice found, long seed) {
        assertEquals(-1, Floats.mismatch(Floats.of(expected), Floats.of(found)), () -> found + ", seed " + seed);
    }

    /** A measure without and one with numbers of each tensor, loops that read a tensor's state, and an update without such numbers. */
    private record Telling(double learningRate) implements Rule {
        @Override
        public List<State> states() {
            return List.of(new State("m"), new State("t", 1, true, Extent.TENSOR));
        }

        @Override
        public List<Measure> measures() {
            return List.of(new Measure(new Together(this), "gt", "w"), new Measure(new OneByOne(this), "mt"));
        }

        @Override
        public Kernel kernel() {
            return new Update(this);
        }

        private static final class Together extends Kernel {
            Together(Telling rule) {
                super(MethodHandles.lookup());
            }

            @Override
            public void vector(Plane[] planes, int from, int to) {
                Plane w = planes[0], g = planes[1], t = planes[3], gtSum = planes[4], wSum = planes[5];
                for (int i = from; i < to; i += LANES) {
                    gtSum.store(i, g.load(i).mul(t.load(i)));
                    wSum.store(i, w.load(i));
                }
            }

            @Override
            public void scalar(Plane[] planes, int from, int to) {
                Plane w = planes[0], g = planes[1], t = planes[3], gtSum = planes[4], wSum = planes[5];
                for (int i = from; i < to; i++) {
                    gtSum.set(i, g.get(i) * t.get(i));
                    wSum.set(i, w.get(i));
                }
            }
        }

        private static final class OneByOne extends Kernel {
            private float factor;

            OneByOne(Telling rule) {
                super(MethodHandles.lookup());
            }

            @Override
            public void prepareTensor(Plane[] planes, Sums sums) {
                Plane t = planes[3];
                t.set(0, (float) (0.5 * t.get(0) + Math.sqrt(sums.ofSquares(0) / sums.shape().size())));
                factor = (float) Math.sqrt(sums.ofSquares(1));
            }

            @Override
            public void vector(Plane[] planes, int from, int to) {
                Plane m = planes[2], t = planes[3], mtSum = planes[6];
                for (int i = from; i < to; i += LANES) {
                    mtSum.store(i, m.load(i).add(factor).mul(t.load(i)));
                }
            }

            @Override
            public void scalar(Plane[] planes, int from, int to) {
                Plane m = planes[2], t = planes[3], mtSum = planes[6];
                for (int i = from; i < to; i++) {
                    mtSum.set(i, (m.get(i) + factor) * t.get(i));
                }
            }
        }

        private static final class Update extends Kernel {
            Update(Telling rule) {
                super(MethodHandles.lookup());
            }

            @Override
            public void vector(Plane[] planes, int from, int to) {
                Plane w = planes[0], g = planes[1], m = planes[2], t = planes[3];
                for (int i = from; i < to; i += LANES) {
                    var mi = m.load(i).mul(0.5f).add(g.load(i).div(t.load(i)));
                    m.store(i, mi);
                    w.store(i, mi.mul(minusLearningRate).add(w.load(i)));
                }
            }

            @Override
            public void scalar(Plane[] planes, int from, int to) {
                Plane w = planes[0], g = planes[1], m = planes[2], t = planes[3];
                for (int i = from; i < to; i++) {
                    float mi = m.get(i) * 0.5f + g.get(i) / t.get(i);
                    m.set(i, mi);
                    w.set(i, mi * minusLearningRate + w.get(i));
                }
            }
        }
    }
}
