package org.lanewise.rule;

import jdk.incubator.vector.FloatVector;

/**
 * Adam's {@code sqrt(v) / sqrt(c2)}, rounded like a division and computed without one: the divisor is the same for all elements, and
 * division and square root share a unit that these loops wait for (Adam takes 0.39 instead of 0.55 ns per element at 512 bits, Intel).
 *
 * <p>Let {@code z} be the reciprocal of the divisor {@code y}, rounded to nearest. Then {@code q = x z} is at most 1.5 ulps off
 * {@code x / y}. Its remainder {@code r = x - q y} is one fused multiply-add, and {@code q + r z}, another, rounds to the quotient (P.
 * Markstein, 1990; decision record 3 argues the case in which {@code q} is more than 1 ulp off). This needs {@code x z} not to overflow and
 * {@code r} not to underflow: {@code x} is the root of a float, thus 0, or from 2^-74.5 to 2^64, and {@code y} is from 2^-27 to 1.
 * {@code x} is never -0, which would come out as 0, because {@code v} is a sum with a square. An infinite {@code x} would give
 * {@code inf - inf}, so the remainder is taken with {@code q} at most the largest float. As {@code q} is not negative, an integer minimum
 * does that, and it lets {@code NaN} through.
 */
final class CorrectedRoot {
    private static final int LARGEST = 0x7f7fffff;

    private CorrectedRoot() {}

    /** {@code root / y}, given {@code 1 / y} rounded to nearest and {@code -y}. */
    static FloatVector of(FloatVector root, FloatVector reciprocal, FloatVector minusDivisor) {
        FloatVector q = root.mul(reciprocal);
        FloatVector finite = q.reinterpretAsInts().min(LARGEST).reinterpretAsFloats();
        return finite.fma(minusDivisor, root).fma(reciprocal, q);
    }
}
