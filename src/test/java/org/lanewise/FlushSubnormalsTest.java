package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.rule.Adam;
import org.lanewise.rule.Adan;
import org.lanewise.rule.Lion;
import org.lanewise.rule.Momentum;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.NovoGrad;
import org.lanewise.rule.ScheduleFreeSgd;
import org.lanewise.rule.Signum;
import org.lanewise.tool.RuleTable;
import org.lanewise.tool.StoreKind;
import org.lanewise.verify.Values;

/** States of a magnitude below 2^-126 are stored as zeros if the optimizer is told so. */
class FlushSubnormalsTest {
    /** The first step of Adopt stores one of its states only. */
    private static final int STEPS = 3;

    private static final float SUBNORMAL = 0x1p-127f;

    /** Every option in one storage, every rule in every one. */
    static Stream<Arguments> everyRowAndStorage() {
        Set<Rule> first = Set.copyOf(RuleTable.firstOfEach().values());
        return Stream.concat(RuleTable.all().stream(), Stream.of(new WholeTensors(0.1))).filter(rule -> !rule.states().isEmpty())
                .flatMap(rule -> Stream.of(StoreKind.values()).filter(kind -> kind == StoreKind.F32_HEAP || first.contains(rule)
                        || rule instanceof WholeTensors).map(kind -> Arguments.of(rule, kind)));
    }

    /** Those of averages that fade by themselves; others keep their states while gradients are zero. */
    static Stream<Rule> fading() {
        return Stream.of(new Momentum(0.1, 0.9), new Lion(1e-3).withBetas(0.9, 0.9), new Signum(1e-3), new Adam(1e-3).withBetas(0.9, 0.9),
                new Adan(1e-3).withBetas(0.9, 0.9, 0.9), new NovoGrad(1e-3).withBetas(0.9, 0.9));
    }

    @ParameterizedTest
    @MethodSource("everyRowAndStorage")
    void noStepOfAnyRuleLeavesASubnormalAverage(Rule rule, StoreKind kind) {
        for (Width width : List.of(Width.SCALAR, Width.preferred())) {
            for (Values values : List.of(Values.TINY, Values.MIXED)) {
                try (ParameterStore store = kind.builder().tensor("before", 3).tensor("w", 3, 19).build()) {
                    Optimizer optimizer = Optimizer.builder(store).rule(rule).width(width).flushSubnormals(true).build();
                    List<Slice> averages = averages(rule, store);
                    averages.forEach(state -> state.copyFrom(values.array((int) state.size(), 3)));
                    store.tensors().forEach(tensor -> tensor.parameter().copyFrom(values.array((int) tensor.size(), 4)));
                    for (int step = 0; step < STEPS; step++) {
                        int seed = step;
                        optimizer.step(() -> store.tensors().forEach(tensor ->
                                tensor.gradient().copyFrom(values.array((int) tensor.size(), seed))));
                    }
                    averages.forEach(state -> assertNoneSubnormal(state, values + " at " + width));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("fading")
    void averagesFadeToZeroAndWithoutTheOptionStaySubnormal(Rule rule) {
        for (boolean flushes : new boolean[] {true, false}) {
            ParameterStore store = ParameterStore.builder().tensor("w", 19).build();
            store.tensor("w").gradient().fill(1);
            Optimizer optimizer = Optimizer.builder(store).rule(rule).flushSubnormals(flushes).build();
            optimizer.step(() -> {});
            store.tensor("w").gradient().fill(0);
            for (int step = 0; step < 1_500; step++) {
                optimizer.step(() -> {});
            }
            Slice average = averages(rule, store).getFirst();
            for (float x : Floats.of(average)) {
                assertTrue(flushes ? x == 0 : x != 0 && Math.abs(x) < Float.MIN_NORMAL, () -> average + " is " + x);
            }
        }
    }

    /** m is 0.1, then falls by a tenth in each step: it is first below 2^-126 in step 809, in which the parameter still moves. */
    @ParameterizedTest
    @EnumSource
    void signumRestsOnceItsMeanIsFlushed(Width width) {
        assertEquals(-0.809, steppedOnceThenWithoutGradient(new Signum(1e-3), width, true, 809), 1e-5);
        assertEquals(-0.809, steppedOnceThenWithoutGradient(new Signum(1e-3), width, true, 2_000), 1e-5);
        assertEquals(-0.810, steppedOnceThenWithoutGradient(new Signum(1e-3), width, false, 810), 1e-5);
    }

    @Test
    void signumWithoutTheOptionMovesForEver() {
        assertEquals(-99.96, steppedOnceThenWithoutGradient(new Signum(1e-3), Width.preferred(), false, 100_000), 0.01);
        assertEquals(-0.809, steppedOnceThenWithoutGradient(new Signum(1e-3), Width.preferred(), true, 100_000), 1e-5);
    }

    /** m is 0.01, then falls by a hundredth: below 2^-126 in step 8,232. */
    @Test
    void lionRestsOnceItsMeanIsFlushed() {
        float atRest = steppedOnceThenWithoutGradient(new Lion(1e-3), Width.preferred(), true, 8_300);
        assertEquals(atRest, steppedOnceThenWithoutGradient(new Lion(1e-3), Width.preferred(), true, 20_000));
        assertTrue(steppedOnceThenWithoutGradient(new Lion(1e-3), Width.preferred(), false, 20_000) < 2 * atRest);
    }

    private static float steppedOnceThenWithoutGradient(Rule rule, Width width, boolean flushes, int steps) {
        ParameterStore store = ParameterStore.builder().tensor("w", 1).build();
        store.tensor("w").gradient().set(0, 1);
        Optimizer optimizer = Optimizer.builder(store).rule(rule).width(width).evenUnsupportedWidth().flushSubnormals(flushes).build();
        optimizer.step();
        store.tensor("w").gradient().set(0, 0);
        for (int step = 1; step < steps; step++) {
            optimizer.step();
        }
        return store.tensor("w").parameter().get(0);
    }

    @ParameterizedTest
    @EnumSource
    void zerosHaveTheSignOfTheState(Width width) {
        float[] state = {SUBNORMAL, -SUBNORMAL, Float.MIN_NORMAL * 4, -Float.MIN_NORMAL * 4, 0f, -0f};
        for (Storage storage : Storage.values()) {
            ParameterStore store = ParameterStore.builder().states(storage).tensor("w", state.length).build();
            Optimizer optimizer = Optimizer.builder(store).rule(new Momentum(0, 0.5)).width(width).evenUnsupportedWidth()
                    .flushSubnormals(true).build();
            store.tensor("w").state("d").copyFrom(state);
            store.tensor("w").gradient().fill(1);
            optimizer.step();
            assertArrayEquals(new float[] {0f, -0f, Float.MIN_NORMAL * 2, -Float.MIN_NORMAL * 2, 0f, -0f},
                    Floats.of(store.tensor("w").state("d")));
        }
    }

    /** The largest subnormal number is nearer to 2^-126 than to any other bfloat16. */
    @Test
    void isDecidedBeforeTheStorageRounds() {
        ParameterStore store = ParameterStore.builder().states(Storage.BF16).tensor("w", 16).build();
        Optimizer optimizer = Optimizer.builder(store).rule(new Momentum(1, 0)).flushSubnormals(true).build();
        store.tensor("w").gradient().fill(Math.nextDown(Float.MIN_NORMAL));
        optimizer.step();
        assertArrayEquals(new float[16], absolute(store.tensor("w").state("d")));
        store.tensor("w").gradient().fill(Float.MIN_NORMAL);
        optimizer.step();
        assertEquals(Float.MIN_NORMAL, absolute(store.tensor("w").state("d"))[0]);
    }

    @Test
    void theStepItselfComputesWithTheSubnormalNumberAndParametersKeepTheirs() {
        ParameterStore store = ParameterStore.builder().tensor("w", 1).build();
        Optimizer optimizer = Optimizer.builder(store).rule(new Momentum(1, 0.5)).flushSubnormals(true).build();
        store.tensor("w").gradient().set(0, -SUBNORMAL);
        optimizer.step();
        assertEquals(SUBNORMAL, store.tensor("w").parameter().get(0));
        assertEquals(0, store.tensor("w").state("d").get(0));
        optimizer.step();
        assertEquals(2 * SUBNORMAL, store.tensor("w").parameter().get(0));
    }

    @Test
    void statesThatHoldParametersKeepSubnormalNumbers() {
        for (Rule rule : List.of(new Nesterov(0.1), new ScheduleFreeSgd(0.1))) {
            ParameterStore store = ParameterStore.builder().tensor("w", 19).build();
            store.tensor("w").parameter().fill(SUBNORMAL);
            Optimizer optimizer = Optimizer.builder(store).rule(rule).flushSubnormals(true).build();
            optimizer.step(() -> {});
            for (Rule.State state : rule.states()) {
                Slice slice = store.tensor("w").state(state.name());
                assertEquals(state.exact() ? SUBNORMAL : 0, slice.get(0), slice::toString);
            }
        }
    }

    @Test
    void whatTheCallerWritesStaysUntilAStepStoresANewNumber() {
        ParameterStore store = ParameterStore.builder().tensor("w", 1).build();
        Optimizer optimizer = Optimizer.builder(store).rule(new Momentum(0.1, 0.9)).flushSubnormals(true).build();
        store.tensor("w").state("d").set(0, SUBNORMAL);
        assertEquals(SUBNORMAL, store.tensor("w").state("d").get(0));
        optimizer.step();
        assertEquals(0, store.tensor("w").state("d").get(0));
    }

    @Test
    void isOffUnlessTheBuilderIsToldSo() {
        Rule rule = new Momentum(0.1, 0.9);
        assertFalse(Optimizer.of(rule, ParameterStore.builder().tensor("w", 1).build()).toString().contains("flushes"));
        OptimizerBuilder builder = Optimizer.builder(ParameterStore.builder().tensor("w", 1).build()).rule(rule).width(Width.SCALAR);
        Optimizer optimizer = builder.flushSubnormals(false).flushSubnormals(true).build();
        assertEquals(rule + " at SCALAR, flushes subnormals, steps: 0", optimizer.toString());
    }

    /** Without subnormal numbers the option changes no bit. */
    @Tag("width")
    @Test
    void ordinaryNumbersHaveTheSameBitsWithAndWithoutIt() {
        for (Rule rule : RuleTable.firstOfEach().values()) {
            List<float[]> results = IntStream.range(0, 2).mapToObj(flushes -> {
                ParameterStore store = ParameterStore.builder().tensor("w", 7, 13).build();
                store.tensor("w").parameter().copyFrom(Values.NORMAL.array(91, 1));
                Optimizer optimizer = Optimizer.builder(store).rule(rule).flushSubnormals(flushes == 1).build();
                for (int step = 0; step < 7; step++) {
                    store.tensor("w").gradient().copyFrom(Values.NORMAL.array(91, step));
                    optimizer.step(() -> {});
                }
                return Floats.of(store.tensor("w").parameter());
            }).toList();
            assertEquals(-1, Floats.mismatch(results.get(0), results.get(1)), rule::toString);
        }
    }

    /** Temporary variables of a store then hold vectors of floats on one way through the loop, and of ints on another. */
    @Test
    void loopsMayStoreDifferentPlanesOnDifferentWays() {
        for (Storage parameters : Storage.values()) {
            for (Storage states : Storage.values()) {
                for (boolean flushes : new boolean[] {false, true}) {
                    List<float[]> results = Stream.of(Width.SCALAR, Width.preferred()).map(width -> {
                        ParameterStore store = ParameterStore.builder().parameters(parameters).states(states).tensor("w", 67).build();
                        store.tensor("w").parameter().copyFrom(Values.TINY.array(67, 1));
                        Optimizer optimizer = Optimizer.builder(store).rule(new Alternating(0.1)).width(width)
                                .flushSubnormals(flushes).build();
                        for (int step = 0; step < 4; step++) {
                            optimizer.step();
                        }
                        return Floats.of(store.tensor("w").parameter());
                    }).toList();
                    assertEquals(-1, Floats.mismatch(results.getFirst(), results.getLast()), parameters + " " + states + " " + flushes);
                }
            }
        }
    }

    /** Odd steps write into two states, and even ones into one of them and the parameter. */
    record Alternating(double learningRate) implements Rule {
        @Override
        public List<State> states() {
            return List.of(new State("a"), new State("b"));
        }

        @Override
        public Kernel kernel() {
            return new Update(this);
        }

        private static final class Update extends Kernel {
            private boolean isOdd;

            Update(Alternating rule) {
                super(MethodHandles.lookup());
            }

            @Override
            public void prepare(long step, double learningRate) {
                super.prepare(step, learningRate);
                isOdd = step % 2 == 1;
            }

            @Override
            public void vector(Plane[] planes, int from, int to) {
                Plane w = planes[0], a = planes[2], b = planes[3];
                for (int i = from; i < to; i += LANES) {
                    if (isOdd) {
                        FloatVector wi = w.load(i);
                        b.store(i, wi);
                        a.store(i, wi);
                    } else {
                        FloatVector ai = a.load(i).add(b.load(i).mul(0.5f));
                        b.store(i, ai);
                        w.store(i, w.load(i).add(ai.mul(minusLearningRate)));
                    }
                }
            }

            @Override
            public void scalar(Plane[] planes, int from, int to) {
                Plane w = planes[0], a = planes[2], b = planes[3];
                for (int i = from; i < to; i++) {
                    if (isOdd) {
                        float wi = w.get(i);
                        b.set(i, wi);
                        a.set(i, wi);
                    } else {
                        float ai = a.get(i) + b.get(i) * 0.5f;
                        b.set(i, ai);
                        w.set(i, w.get(i) + ai * minusLearningRate);
                    }
                }
            }
        }
    }

    private static List<Slice> averages(Rule rule, ParameterStore store) {
        List<Slice> averages = new ArrayList<>();
        for (Rule.State state : rule.states()) {
            if (!state.exact() || state.extent() != Extent.PARAMETER) {
                averages.add(store.tensor("w").state(state.name()));
            }
        }
        return averages;
    }

    private static void assertNoneSubnormal(Slice state, String where) {
        for (float x : Floats.of(state)) {
            assertFalse(x != 0 && Math.abs(x) < Float.MIN_NORMAL, () -> state + " holds " + x + ", " + where);
        }
    }

    private static float[] absolute(Slice slice) {
        float[] values = Floats.of(slice);
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.abs(values[i]);
        }
        return values;
    }
}
