package org.lanewise.rule;

import jdk.incubator.vector.FloatVector;

/**
 * The running averages that many rules keep of the gradient and of its square. The methods are spliced into the vector loops that call
 * them; constants come as vectors where a fused multiply-add takes them. The scalar loops write the same arithmetic out, because the vector
 * loops are compared with them.
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
