package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.rule.Adam;
import org.lanewise.rule.Sgd;

/** Steps with gradients that are infinite or NaN. */
class GradientsNotFiniteTest {
    private static final float NAN = Float.NaN;
    private static final float INFINITY = Float.POSITIVE_INFINITY;

    private final ParameterStore store = ParameterStore.builder().tensor("a", 3).tensor("b", 2).build();
    private final Tensor a = store.tensor("a");
    private final Tensor b = store.tensor("b");

    private Optimizer optimizer(NonFinite nonFinite, Rule rule) {
        return Optimizer.builder(store).rule(rule).nonFinite(nonFinite).average(Average.swa()).build();
    }

    private void write(float... gradients) {
        a.gradient().fill(1);
        b.gradient().copyFrom(gradients);
    }

    private List<List<Float>> everything() {
        List<List<Float>> all = new ArrayList<>();
        for (Tensor tensor : store.tensors()) {
            for (Slice slice : List.of(tensor.parameter(), tensor.state("m"), tensor.state("v"), tensor.state("average"))) {
                List<Float> values = new ArrayList<>();
                for (float x : Floats.of(slice)) {
                    values.add(x);
                }
                all.add(values);
            }
        }
        return all;
    }

    @Test
    void refusingNamesTheFirstAndChangesNothing() {
        Optimizer optimizer = optimizer(NonFinite.REFUSE, new Adam(0.1));
        write(1, 2);
        optimizer.step();
        List<List<Float>> before = everything();
        write(1, INFINITY);
        assertRefused(ArithmeticException.class, "gradient of 'b' must be finite in step 2, at index 1 got Infinity", optimizer::step);
        assertEquals(before, everything());
        assertEquals(1, optimizer.steps());
    }

    @Test
    void skippingChangesNothingAndCountsThem() {
        Optimizer optimizer = optimizer(NonFinite.SKIP, new Adam(0.1));
        write(1, 2);
        assertFalse(optimizer.step().skipped());
        List<List<Float>> before = everything();
        write(NAN, INFINITY);
        StepReport report = optimizer.step();
        assertTrue(report.skipped());
        assertEquals(List.of(2L, 2L), List.of(report.nonFiniteCount(), report.step()));
        assertEquals(before, everything());
        assertEquals(1, optimizer.steps());
        write(1, 2);
        report = optimizer.step();
        assertEquals(List.of(2L, 0L, false), List.of(report.step(), report.nonFiniteCount(), report.skipped()));
    }

    @Test
    void sanitisingStepsWithZerosInTheirPlaceInNormsToo() {
        Optimizer optimizer = Optimizer.builder(store).rule(new Sgd(1)).nonFinite(NonFinite.SANITISE).clipNorm(1).build();
        a.gradient().copyFrom(new float[] {3, NAN, 0});
        b.gradient().copyFrom(new float[] {-INFINITY, 4});
        StepReport report = optimizer.step();
        assertEquals(5, report.gradientNorm());
        assertArrayEquals(new float[] {-3 * report.clipFactor(), 0, 0}, Floats.of(a.parameter()));
        assertArrayEquals(new float[] {0, -4 * report.clipFactor()}, Floats.of(b.parameter()));
    }

    @Test
    void propagatingDoesNotLook() {
        Optimizer optimizer = optimizer(NonFinite.PROPAGATE, new Sgd(1));
        write(NAN, 1);
        StepReport report = optimizer.step();
        assertTrue(Double.isNaN(report.gradientNorm()));
        assertEquals(0, report.nonFiniteCount());
        assertArrayEquals(new float[] {NAN, -1}, Floats.of(b.parameter()));
    }

    @Test
    void thoseOfATensorWithoutAGradientDoNotCount() {
        Optimizer optimizer = optimizer(NonFinite.REFUSE, new Sgd(1));
        write(NAN, 1);
        b.setHasGradient(false);
        assertEquals(Math.sqrt(3), optimizer.step().gradientNorm());
    }

    @Test
    void aLossScalerSkipsThemAndFollowsItsRules() {
        LossScaler scaler = new LossScaler().withInitialScale(8).withGrowthInterval(2);
        Optimizer optimizer = Optimizer.builder(store).rule(new Sgd(1)).lossScaler(scaler).build();
        LossScaler.State expected = scaler.initial();
        for (boolean isFinite : new boolean[] {true, false, false, true, true, true, true, false}) {
            float scale = optimizer.lossScale();
            a.gradient().fill(0);
            b.gradient().copyFrom(new float[] {isFinite ? scale : NAN, 0});
            float before = b.parameter().get(0);
            StepReport report = optimizer.step();
            expected = scaler.next(expected, !isFinite);
            assertEquals(expected, optimizer.lossScalerState().orElseThrow());
            assertEquals(isFinite ? before - 1 : before, b.parameter().get(0));
            assertEquals(List.of(scale, !isFinite), List.of((float) report.lossScale(), report.skipped()));
        }
        assertRefused(IllegalArgumentException.class,
                "a loss scaler skips steps whose gradients are not finite, so it does not go together with SANITISE",
                Optimizer.builder(ParameterStore.wrap(new float[1], new float[1])).rule(new Sgd(1)).lossScaler(scaler)
                        .nonFinite(NonFinite.SANITISE)::build);
    }
}
