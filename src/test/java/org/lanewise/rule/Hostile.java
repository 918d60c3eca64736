package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.lanewise.Rule;

/**
 * What a rule's documentation says of gradients that are zero, tiny, infinite or NaN.
 *
 * @param rule it, with learning rate {@link #RATE} and without decay
 * @param zero what gradients of zero make of a parameter of {@link #START}
 * @param tiny how far two gradients of {@link #TINY} move a parameter of 0, over that and the learning rate
 * @param infinite what is left after an infinite gradient, which comes after one of 1
 * @param nan what is left after {@code NaN}
 */
record Hostile(Rule rule, float zero, double tiny, Left infinite, Left nan) {
    static final float START = 2;
    static final double RATE = 0.25;
    static final float TINY = 1e-30f;

    /** What two steps of one learning rate each are over that and {@link #TINY}: the size of the gradient is nothing. */
    static final double BY_SIGN = 2 / 1e-30;

    /** What a parameter is six gradients of 1 after the hostile one. */
    enum Left {
        FINITE, INFINITE, NAN;

        static Left of(float w) {
            return Float.isNaN(w) ? NAN : Float.isInfinite(w) ? INFINITE : FINITE;
        }
    }

    void assertZero() {
        for (float gradient : new float[] {0, -0f}) {
            assertEquals(zero, after(rule, FloatArrays.filled(8, gradient))[0]);
        }
    }

    /** To a hundredth: enough to tell the gradient itself, one over epsilon and a sign. */
    void assertTiny() {
        double expected = tiny * TINY * RATE;
        assertEquals(-expected, new Run(rule, 0).step(TINY).step(TINY).parameters()[0], expected / 100);
        assertEquals(expected, new Run(rule, 0).step(-TINY).step(-TINY).parameters()[0], expected / 100);
    }

    void assertInfinite() {
        assertEquals(infinite, Left.of(after(rule, 1, Float.POSITIVE_INFINITY, 1, 1, 1, 1, 1, 1)[0]));
        assertEquals(infinite, Left.of(after(rule, 1, Float.NEGATIVE_INFINITY, 1, 1, 1, 1, 1, 1)[0]));
    }

    void assertNan() {
        assertEquals(nan, Left.of(after(rule, 1, Float.NaN, 1, 1, 1, 1, 1, 1)[0]));
    }

    /** NaN stays in the parameter and in every state. */
    static void assertNaNStays(Rule rule) {
        for (float plane : after(rule, 1, Float.NaN, 1, 1, 1, 1, 1, 1)) {
            assertEquals(Float.NaN, plane, rule::toString);
        }
    }

    /** The square of a huge gradient overflows, not the gradient itself. */
    static void assertHugeGradientStops(Rule rule) {
        assertEquals(START, after(rule, 1e21f, 1, 1, 1)[0], rule::toString);
    }

    /** {@return what became of a parameter of {@link #START} and its states, parameter first, with one gradient after another} */
    static float[] after(Rule rule, float... gradients) {
        Run run = new Run(rule, START);
        for (float gradient : gradients) {
            run.step(gradient);
        }
        float[][] planes = run.planes(0);
        float[] after = new float[planes.length - 1];
        for (int k = 0; k < after.length; k++) {
            after[k] = planes[k == 0 ? 0 : k + 1][0];
        }
        return after;
    }
}
