package org.lanewise.rule;

/**
 * Rounds what {@code prepare} computes of several hyperparameters, each of which is a float: a product or quotient of them may not be one.
 * As infinity it would make {@code NaN} of a gradient, a state or a parameter of zero, and as a divisor of 0 so too.
 */
final class FiniteFloat {
    private FiniteFloat() {}

    /** {@return the float nearest to {@code x}, but the largest or smallest one of its sign where that is infinite or 0 and x is not 0} */
    static float nearest(double x) {
        float nearest = (float) Math.clamp(x, -Float.MAX_VALUE, Float.MAX_VALUE);
        return nearest == 0 && x != 0 ? Math.copySign(Float.MIN_VALUE, nearest) : nearest;
    }
}
