package org.lanewise.generators;

import java.util.stream.Stream;
import net.jqwik.api.Shrinkable;
import net.jqwik.api.ShrinkingDistance;

/** A float that shrinks towards 0 and 1: from special numbers to ordinary ones, to a shorter significand and a smaller exponent. */
public record ShrinkableFloat(float x) implements Shrinkable<Float> {
    private static final int SIGNIFICAND_BITS = 23;
    private static final int EXPONENTS = 128;

    @Override
    public Float value() {
        return x;
    }

    @Override
    public Stream<Shrinkable<Float>> shrink() {
        return simpler(x).map(ShrinkableFloat::new);
    }

    @Override
    public ShrinkingDistance distance() {
        return ShrinkingDistance.of(rank(x));
    }

    /** Some floats before this one in the order of simplicity. */
    public static Stream<Float> simpler(float x) {
        Stream<Float> ordinary = Float.isFinite(x) ? shorter(x) : Stream.of(Float.POSITIVE_INFINITY, Float.MAX_VALUE);
        return Stream.concat(Stream.of(0f, 1f, -1f, -x), ordinary).filter(candidate -> rank(candidate) < rank(x));
    }

    private static Stream<Float> shorter(float x) {
        int exponent = Math.getExponent(x), length = significandLength(x);
        return Stream.of(cut(x, 0), cut(x, length / 2), cut(x, length - 1),
                Math.scalb(x, -exponent), Math.scalb(x, -(exponent - exponent / 2)), Math.scalb(x, -Integer.signum(exponent)));
    }

    private static float cut(float x, int length) {
        return Float.intBitsToFloat(Float.floatToRawIntBits(x) & -1 << SIGNIFICAND_BITS - Math.max(length, 0));
    }

    /** Bits of the significand up to the last one that is set; the leading one does not count. */
    private static int significandLength(float x) {
        int significand = Float.floatToRawIntBits(x) | 1 << SIGNIFICAND_BITS;
        return SIGNIFICAND_BITS - Integer.numberOfTrailingZeros(significand);
    }

    /** Its place in the order of simplicity: 0, 1, -1, 2 or 1/2, ... */
    public static int rank(float x) {
        int negative = Float.floatToRawIntBits(x) >>> 31;
        int most = 2 * (SIGNIFICAND_BITS + 1) * EXPONENTS;
        if (Float.isNaN(x)) {
            return most + 4;
        }
        if (Float.isInfinite(x)) {
            return most + 2 + negative;
        }
        if (x == 0) {
            return negative * (most + 1);
        }
        return 1 + negative + 2 * (significandLength(x) * EXPONENTS + Math.abs(Math.getExponent(x)));
    }
}
