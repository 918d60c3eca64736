package org.lanewise.rule;

import jdk.incubator.vector.FloatVector;

/**
 * What the rules with running averages of the gradient and its square have in common. The methods on vectors are spliced into the loops
 * that call them. The plain loops write the same out, since they are what the others are compared with.
 */
final class Moments {
    private Moments() {}

    /** {@code kept m + (1 - kept) g}, the sum fused. */
    static FloatVector mean(FloatVector m, float kept, FloatVector g, FloatVector oneMinusKept) {
        return g.fma(oneMinusKept, m.mul(kept));
    }

    /** {@code kept v + ((1 - kept) g) g}, the sum fused. */
    static FloatVector meanOfSquares(FloatVector v, float kept, FloatVector g, FloatVector oneMinusKept) {
        return g.mul(oneMinusKept).fma(g, v.mul(kept));
    }
}
