package org.lanewise.rule;

/**
 * Rounds what {@code prepare} computes of several hyperparameters. Each of them is a float, but a product or quotient may be beyond one.
 * Infinity would make {@code NaN} of a gradient, a state or a parameter of zero, and so would 0 where it divides.
 */
final class FiniteFloat {
    private FiniteFloat() {}

    /**
     * {@return the float nearest to {@code x}; the largest of its sign where that is infinite, the smallest where that is 0 and {@code x}
     * is not}
     */
    static float nearest(double x) {
        float nearest = (float) Math.clamp(x, -Float.MAX_VALUE, Float.MAX_VALUE);
        return nearest == 0 && x != 0 ? Math.copySign(Float.MIN_VALUE, nearest) : nearest;
    }
}
