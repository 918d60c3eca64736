package org.lanewise.rule;

import jdk.incubator.vector.FloatVector;

/**
 * The running averages that many rules keep of the gradient and of its square. The methods that take vectors are spliced into the vector
 * loops that call them; constants come as vectors where a fused multiply-add takes them. The scalar loops write the same arithmetic out,
 * because the vector loops are compared with them.
 */
final class Moments {
    private Moments() {}

    /** {@code kept m + (1 - kept) g}, the sum fused. */
    static FloatVector mean(FloatVector m, float kept, FloatVector g, FloatVector oneMinusKept) {
        return g.fma(oneMinusKept, m.mul(kept));
    }

    /**
     * The same mean as PyTorch's {@code lerp} has it: from one end so much of the way from {@code m} to {@code g}, the sum fused.
     *
     * @param end {@code g} if {@link #startsAtNew} says so, else {@code m}
     * @param way {@link #way}
     */
    static FloatVector lerp(FloatVector m, FloatVector g, FloatVector end, FloatVector way) {
        return g.sub(m).fma(way, end);
    }

    /** {@return whether {@code lerp} starts at the new number: if its weight is at least a half as a float} */
    static boolean startsAtNew(double kept) {
        return (float) (1 - kept) >= 0.5f;
    }

    /** {@return what part of {@code g - m} the mean is away from the end that {@code lerp} starts at} */
    static float way(double kept) {
        float weight = (float) (1 - kept);
        return startsAtNew(kept) ? weight - 1 : weight;
    }

    /** {@code kept v + ((1 - kept) g) g}, the sum fused. */
    static FloatVector meanOfSquares(FloatVector v, float kept, FloatVector g, FloatVector oneMinusKept) {
        return g.mul(oneMinusKept).fma(g, v.mul(kept));
    }
}
