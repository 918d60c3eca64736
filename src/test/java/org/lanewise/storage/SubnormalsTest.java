package org.lanewise.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.kernel.Species.FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class SubnormalsTest {
    /** Significands of every exponent and sign: the least, the largest, those beside them, and each bit alone. */
    private static float[] ofEveryExponent() {
        int significands = 2 * 23 + 2;
        float[] x = new float[512 * significands];
        for (int k = 0; k < x.length; k++) {
            int which = k % significands;
            int significand = which < 23 ? 1 << which : which < 46 ? 0x7fffff ^ 1 << which - 23 : which == 46 ? 0 : 0x7fffff;
            x[k] = Float.intBitsToFloat(k / significands << 23 | significand);
        }
        return x;
    }

    @Test
    void aNumberBelowTheSmallestNormalOneBecomesTheZeroOfItsSignAndNoOtherChanges() {
        for (float x : ofEveryExponent()) {
            float expected = Math.abs(x) < Float.MIN_NORMAL ? Math.copySign(0, x) : x;
            assertEquals(Float.floatToIntBits(expected), Float.floatToIntBits(Subnormals.flush(x)), () -> Float.toHexString(x));
            assertEquals(Float.floatToIntBits(expected), Float.floatToIntBits(Subnormals.flushByFactor(x)), () -> Float.toHexString(x));
        }
    }

    @Tag("width")
    @Test
    void vectorsAreFlushedAsSingleNumbersAre() {
        float[] x = ofEveryExponent();
        float[] found = new float[x.length];
        for (int i = 0; i < x.length; i += LANES) {
            Subnormals.flush(FloatVector.fromArray(FLOATS, x, i)).intoArray(found, i);
        }
        float[] expected = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            expected[i] = Subnormals.flush(x[i]);
        }
        assertEquals(-1, Arrays.mismatch(expected, found));
    }
}
