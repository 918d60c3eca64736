package org.lanewise.storage;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** What loops make of gradients as they load them. */
public final class Gradients {
    private Gradients() {}

    /**
     * Zero for numbers that are none: what is infinite or {@code NaN} does not give 0 when it is taken from itself. Three instructions
     * without a constant.
     *
     * @param x any numbers
     * @return +0 where they are infinite or {@code NaN}, else {@code x}
     */
    public static FloatVector sanitise(FloatVector x) {
        FloatVector nothing = x.sub(x);
        return x.blend(0, nothing.compare(VectorOperators.NE, nothing));
    }

    /**
     * Zero for a number that is none. C2 does not vectorize loops with this choice, and no arithmetic makes a number of {@code NaN}.
     *
     * @param x any number
     * @return +0 if it is infinite or {@code NaN}, else {@code x}
     */
    public static float sanitise(float x) {
        return Math.abs(x) <= Float.MAX_VALUE ? x : 0;
    }

    /**
     * {@code min(max(x, -bound), bound)} by comparisons: two instructions for each side, where those that order zeros and keep
     * {@code NaN} take five.
     *
     * @param x any numbers
     * @param bound at least 0
     * @return {@code x} where it is {@code NaN} or between the bounds, else the nearer bound
     */
    public static FloatVector clamp(FloatVector x, float bound) {
        FloatVector atMost = x.blend(bound, x.compare(VectorOperators.GT, bound));
        return atMost.blend(-bound, x.compare(VectorOperators.LT, -bound));
    }

    /**
     * The same of one number, in a form that C2 vectorizes.
     *
     * @param x any number
     * @param bound at least 0
     * @return {@code x} if it is {@code NaN} or between the bounds, else the nearer bound
     */
    public static float clamp(float x, float bound) {
        return Math.min(Math.max(x, -bound), bound);
    }
}
