package org.lanewise.rule;

import java.util.Arrays;

/** Arrays of floats, mapped. */
final class FloatArrays {
    private FloatArrays() {}

    /** A function of one number. */
    interface Map {
        float of(float x);
    }

    /** {@return what a function makes of each number} */
    static float[] map(float[] numbers, Map map) {
        float[] mapped = new float[numbers.length];
        for (int i = 0; i < mapped.length; i++) {
            mapped[i] = map.of(numbers[i]);
        }
        return mapped;
    }

    static float[] negated(float[] numbers) {
        return map(numbers, x -> -x);
    }

    static float[] scaled(float[] numbers, int exponent) {
        return map(numbers, x -> Math.scalb(x, exponent));
    }

    static float[] withoutNegativeZeros(float[] numbers) {
        return map(numbers, x -> x + 0.0f);
    }

    static float[] filled(int size, float value) {
        float[] filled = new float[size];
        Arrays.fill(filled, value);
        return filled;
    }
}
