package org.lanewise.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.lanewise.Storage;
import org.lanewise.storage.Bf16Heap;

class PlainPlaneTest {
    /** Low halves at and beside what decides: nothing, half a step, a whole one. */
    private static final int[] LOWER_HALVES = {0, 1, 0x7fff, 0x8000, 0x8001, 0xffff};

    private final Bf16Heap library = new Bf16Heap(new short[1], 0);
    private final PlainPlane plain = new PlainPlane(new float[1], Storage.BF16);

    @Test
    void roundsAllBfloat16AndWhatLiesBetweenThemAsTheLibraryDoes() {
        for (int upper = 0; upper < 1 << 16; upper++) {
            for (int lower : LOWER_HALVES) {
                assertRoundsAlike(Float.intBitsToFloat(upper << 16 | lower));
            }
        }
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 1_000_000; i++) {
            assertRoundsAlike(Float.intBitsToFloat(random.nextInt()));
        }
    }

    private void assertRoundsAlike(float x) {
        library.set(0, x);
        plain.set(0, x);
        if (Float.floatToIntBits(library.get(0)) != Float.floatToIntBits(plain.get(0))) {
            assertEquals(library.get(0), plain.get(0), () -> Float.toHexString(x));
        }
    }

    @Test
    void tiesGoToTheEvenNeighbourAndTheLargestToInfinity() {
        assertEquals(1f, PlainPlane.bf16(1 + 0x1p-8f));
        assertEquals(1 + 0x1p-6f, PlainPlane.bf16(1 + 0x1.8p-7f));
        assertEquals(Float.NEGATIVE_INFINITY, PlainPlane.bf16(-Float.MAX_VALUE));
        assertEquals(0x1p-133f, PlainPlane.bf16(0x1.1p-134f));
        assertTrue(Float.isNaN(PlainPlane.bf16(Float.intBitsToFloat(0x7f800001))));
    }
}
