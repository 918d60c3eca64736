package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;

/** What the documentation of rules that look at whole tensors says of gradients that are zero, tiny, huge, infinite or NaN. */
class HostileTensorsTest {
    private static final float NaN = Float.NaN;

    /** What becomes of the parameters, from {@code {3, 4}}, with one gradient after another. */
    private static float[] after(Rule rule, float[]... gradients) {
        return store(rule, gradients).tensor("parameters").parameter().array().clone();
    }

    private static ParameterStore store(Rule rule, float[]... gradients) {
        float[] g = new float[2];
        ParameterStore store = ParameterStore.wrap(new float[] {3, 4}, g);
        Optimizer optimizer = Optimizer.of(rule, store);
        for (float[] gradient : gradients) {
            System.arraycopy(gradient, 0, g, 0, 2);
            optimizer.step();
        }
        return store;
    }

    private static float[] of(float first, float second) {
        return new float[] {first, second};
    }

    @Test
    void zerosMoveNothingButByDecay() {
        assertArrayEquals(of(3, 4), after(new Lars(0.25).withWeightDecay(0), of(0, 0), of(-0f, 0)));
        assertArrayEquals(of(3, 4), after(new Lamb(0.25).withWeightDecay(0), of(0, 0), of(-0f, 0)));
        assertArrayEquals(of(3, 4), after(new NovoGrad(0.25), of(0, 0), of(-0f, 0)));
        assertArrayEquals(of(1.5f, 2), after(new Lars(0.25).withWeightDecay(2), of(0, 0)));
        assertArrayEquals(of(1.5f, 2), after(new NovoGrad(0.25).withWeightDecay(2), of(0, 0)));
        assertArrayEquals(of(1.5f, 2), after(new Lamb(0.5).withWeightDecay(2), of(0, 0)));
    }

    @Test
    void zerosWithoutEpsilonAreNaNWhereSomethingIsDividedByTheirRoot() {
        assertArrayEquals(of(NaN, NaN), after(new Lamb(0.25).withEpsilon(0), of(0, 1)));
        assertArrayEquals(of(NaN, NaN), after(new NovoGrad(0.25).withEpsilon(0), of(0, 0)));
        assertEquals(3, after(new NovoGrad(0.25).withEpsilon(0), of(0, 1))[0]);
    }

    /** The length of {@code {3, 4}} is 5, and the direction is all that is left of a gradient of one element. */
    @Test
    void larsTakesGradientsOfAnySizeAlike() {
        Lars rule = new Lars(0.5).withTrustCoefficient(0.125).withWeightDecay(0);
        float moved = 4 - 0.0625f * 5;
        for (int exponent : new int[] {-100, 0, 100, 127}) {
            float[] w = after(rule, of(0, Math.scalb(1f, exponent)));
            assertEquals(3, w[0]);
            assertTrue(Math.abs(w[1] - moved) <= Math.ulp(moved), () -> w[1] + " with 2^" + exponent);
        }
    }

    /** Their trust is beyond a float: the step is as long as floats allow, and zeros stay where they are. */
    @Test
    void smallestGradientsLeaveParametersFinite() {
        float[] lars = after(new Lars(1).withTrustCoefficient(1).withWeightDecay(0), of(0, Float.MIN_VALUE));
        assertEquals(3, lars[0]);
        assertEquals(4 - Float.MAX_VALUE * Float.MIN_VALUE, lars[1]);
        float[] lamb = after(new Lamb(1).withBetas(0, 0.999).withEpsilon(1).withWeightDecay(0), of(0, Float.MIN_VALUE));
        assertEquals(3, lamb[0]);
        assertEquals(4 - Float.MAX_VALUE * Float.MIN_VALUE, lamb[1]);
    }

    @Test
    void larsAfterAnInfinity() {
        Lars rule = new Lars(0.5).withTrustCoefficient(0.125).withWeightDecay(0);
        float coasting = after(rule, of(1, 1), of(0, 0))[0];
        assertArrayEquals(of(coasting, NaN), after(rule, of(1, 1), of(0, Float.POSITIVE_INFINITY)));
        assertArrayEquals(of(NaN, NaN), after(rule, of(1, 1), of(0, Float.POSITIVE_INFINITY), of(1, 1)));
        assertArrayEquals(of(NaN, NaN), after(rule, of(1, 1), of(0, NaN)));
    }

    @Test
    void lambAfterAnInfinity() {
        for (float hostile : of(Float.NEGATIVE_INFINITY, NaN)) {
            assertArrayEquals(of(NaN, NaN), after(new Lamb(0.25), of(1, 1), of(1, hostile)));
        }
    }

    /** Its square overflows in {@code v}, not the gradient itself: {@code u} is 0 there, and the other element moves alone. */
    @Test
    void aHugeGradientStopsItsOwnParameterInLamb() {
        float[] w = after(new Lamb(0.5).withWeightDecay(0), of(1e-3f, 1e22f), of(1e-3f, 1));
        assertEquals(4, w[1]);
        assertEquals(3 - 2 * 0.5 * 5 + 0.5 * 5 - 0.5 * Math.hypot(0.5, 4), w[0], 1e-5);
    }

    @Test
    void novoGradDividesTinyGradientsByEpsilonAlone() {
        ParameterStore store = store(new NovoGrad(1e22).withEpsilon(1e-8), of(1e-30f, 0));
        assertEquals(0, store.tensor("parameters").state("v").get(0));
        assertEquals(1e-22f, store.tensor("parameters").state("m").get(0), Math.ulp(1e-22f));
    }

    @Test
    void novoGradCoastsAfterASquareThatOverflows() {
        NovoGrad rule = new NovoGrad(0.25).withBetas(0.5, 0.5);
        ParameterStore store = store(rule, of(0, 1), of(0, 1e20f), of(1, 1));
        assertEquals(Float.POSITIVE_INFINITY, store.tensor("parameters").state("v").get(0));
        assertArrayEquals(of(3, 4 - 0.25f - 0.125f - 0.0625f), store.tensor("parameters").parameter().array());
        assertArrayEquals(of(3, NaN), after(rule, of(0, 1), of(0, Float.POSITIVE_INFINITY)));
        assertArrayEquals(of(NaN, NaN), after(rule, of(0, 1), of(0, NaN)));
    }

    @Test
    void adafactorStopsWhereTheDocumentationSays() {
        assertArrayEquals(of(3, 4), after(new Adafactor(0.25), of(0, 0), of(-0f, 0)));
        assertArrayEquals(of(1.5f, 2), after(new Adafactor(0.25).withWeightDecay(2), of(0, 0)));
        for (float hostile : of(Float.NEGATIVE_INFINITY, NaN)) {
            assertArrayEquals(of(NaN, NaN), after(new Adafactor(0.25), of(1, 1), of(1, hostile)));
        }
        Adafactor tiny = new Adafactor(1).withEpsilons(0x1p-20, 0).withScaleParameter(false);
        assertArrayEquals(of(3, 4), after(tiny, of(1e-30f, 1e-30f)));
        assertEquals(3 - (1e-30f * 0x1p20f) * 1e24f, after(new Adafactor(1e24).withEpsilons(0x1p-20, 0).withScaleParameter(false)
                .withRelativeStep(false), of(1e-30f, 1e-30f))[0], Math.ulp(4f));
    }

    @Test
    void clippingMakesAHostileTensorNaN() {
        AdamW rule = new AdamW(0.25).withWeightDecay(0).withUpdateClipping(true);
        assertArrayEquals(of(3, 4), after(rule, of(0, 0), of(-0f, 0)));
        for (float hostile : of(Float.NEGATIVE_INFINITY, NaN)) {
            assertArrayEquals(of(NaN, NaN), after(rule, of(1, 1), of(1, hostile)));
        }
        assertArrayEquals(of(NaN, NaN), after(rule.withEpsilon(0), of(0, 1)));
        assertArrayEquals(of(3, 4), after(rule, of(1e-30f, -1e-30f)));
    }
}
