package org.lanewise.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The scalar path of bfloat16, and the oracle itself on values known by heart. */
class Bf16Test {
    private enum Memory {
        HEAP, NATIVE;

        MemoryPlane plane(MemorySegment patterns) {
            return this == HEAP
                    ? new Bf16Heap((short[]) patterns.heapBase().orElseThrow(), 0)
                    : new Bf16Native(patterns);
        }

        MemorySegment patterns(Arena arena, int n) {
            return this == HEAP ? MemorySegment.ofArray(new short[n]) : arena.allocate(ValueLayout.JAVA_SHORT, n);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 3f80", "-1, bf80", "0, 0", "-0.0, 8000", "1.00390625, 3f80", "1.01171875, 3f82", "0.33333334, 3eab", "3.14159274, 4049",
        "0x1.fep127, 7f7f", "0x1.fefffep127, 7f7f", "0x1.ffp127, 7f80", "0x1.fffffep127, 7f80", "Infinity, 7f80", "-Infinity, ff80",
        "0x1p-149, 0", "0x1p-134, 0", "0x1.0002p-134, 1", "0x1p-133, 1", "0x1.8p-133, 2", "0x1.fcp-127, 7f", "0x1p-126, 80"
    })
    void oracleRoundsKnownValues(float x, String pattern) {
        assertEquals(pattern, Integer.toHexString(Bf16Oracle.nearest(x) & 0xffff));
    }

    @Test
    void oracleKnowsEveryPattern() {
        for (int pattern = 0; pattern < Bf16Oracle.PATTERNS; pattern++) {
            float value = Bf16Oracle.value(pattern);
            assertTrue(Float.isNaN(value) || Bf16Oracle.nearest(value) == (short) pattern, Integer.toHexString(pattern));
        }
    }

    @ParameterizedTest
    @EnumSource
    void decodesEveryPattern(Memory memory) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment patterns = memory.patterns(arena, Bf16Oracle.PATTERNS);
            MemoryPlane plane = memory.plane(patterns);
            for (int i = 0; i < Bf16Oracle.PATTERNS; i++) {
                patterns.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) i);
                assertEquals(Bf16Oracle.value(i), plane.get(i), Integer.toHexString(i));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void encodesToTheNearest(Memory memory) {
        int[] floats = Bf16Oracle.floatsAroundEveryPattern();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment patterns = memory.patterns(arena, 1);
            MemoryPlane plane = memory.plane(patterns);
            for (int bits : floats) {
                plane.set(0, Float.intBitsToFloat(bits));
                short pattern = patterns.get(ValueLayout.JAVA_SHORT, 0);
                if (!Bf16Oracle.isRight(bits, pattern)) {
                    throw new AssertionError(Integer.toHexString(bits) + " became " + Integer.toHexString(pattern & 0xffff));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyNaNStaysNaN(Memory memory) {
        try (Arena arena = Arena.ofConfined()) {
            MemoryPlane plane = memory.plane(memory.patterns(arena, 1));
            for (int bits = 0x7f800001; bits > 0; bits++) {
                plane.set(0, Float.intBitsToFloat(bits));
                boolean positive = Float.isNaN(plane.get(0));
                plane.set(0, Float.intBitsToFloat(bits | 1 << 31));
                if (!positive || !Float.isNaN(plane.get(0))) {
                    throw new AssertionError(Integer.toHexString(bits) + " became a number");
                }
            }
        }
    }
}
