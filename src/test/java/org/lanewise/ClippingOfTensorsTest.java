package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.lanewise.rule.Sgd;

/** Each tensor clipped by its own norm. */
class ClippingOfTensorsTest {
    private final ParameterStore store = ParameterStore.builder().tensor("a", 2).tensor("b", 1).build();
    private final Tensor a = store.tensor("a");
    private final Tensor b = store.tensor("b");

    private Optimizer optimizer(double limit) {
        a.gradient().copyFrom(new float[] {3, 4});
        b.gradient().copyFrom(new float[] {0.5f});
        return Optimizer.builder(store).rule(new Sgd(1)).clip(Clipping.byTensorNorm(limit)).build();
    }

    @Test
    void aTensorWithinTheLimitKeepsItsGradientWhateverTheOthersHave() {
        StepReport report = optimizer(1).step();
        assertEquals(-0.5f, b.parameter().get(0));
        assertEquals(-3 * report.clipFactor(), a.parameter().get(0));
        assertEquals(0.2, report.clipFactor(), 1e-6);
        assertEquals(Math.sqrt(25.25), report.gradientNorm());
    }

    @Test
    void aTensorWithoutAGradientHasNoPartInNormAndFactor() {
        Optimizer optimizer = optimizer(1);
        a.setHasGradient(false);
        StepReport report = optimizer.step();
        assertEquals(0.5, report.gradientNorm());
        assertEquals(1, report.clipFactor());
        assertEquals(0, a.parameter().get(0));
    }

    @Test
    void nothingIsClippedWhereNoTensorHasAGradientHoweverSmallTheLimit() {
        Optimizer optimizer = optimizer(1e-8);
        a.setHasGradient(false);
        b.setHasGradient(false);
        StepReport report = optimizer.step();
        assertEquals(0, report.gradientNorm());
        assertEquals(1, report.clipFactor());
    }
}
