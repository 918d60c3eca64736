package org.lanewise.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What all storages have in common, on numbers that each of them keeps exactly. */
class MemoryPlaneTest {
    private static final int BEFORE = 3;
    private static final int AFTER = 5;

    private enum Kind {
        F32_HEAP, F32_NATIVE, BF16_HEAP, BF16_NATIVE;

        MemoryPlane plane(int n) {
            return switch (this) {
                case F32_HEAP -> new F32Heap(new float[n], 0);
                case F32_NATIVE -> new F32Native(Arena.ofAuto().allocate(4L * n, 4));
                case BF16_HEAP -> new Bf16Heap(new short[n], 0);
                case BF16_NATIVE -> new Bf16Native(Arena.ofAuto().allocate(2L * n, 2));
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void fillsItsLengthAndNoMore(Kind kind) {
        for (int length : new int[] {0, 1, 17, (1 << 16) - 1, 1 << 16, (1 << 16) + 1, 3 << 16}) {
            float[] expected = new float[BEFORE + length + AFTER];
            Arrays.fill(expected, BEFORE, BEFORE + length, -1.5f);
            MemoryPlane whole = kind.plane(expected.length);
            whole.at(BEFORE).fill(-1.5f, length);
            float[] filled = new float[expected.length];
            whole.copyTo(0, filled, 0, filled.length);
            assertArrayEquals(expected, filled, "length " + length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void copiesItsLengthAndNoMore(Kind kind) {
        MemoryPlane whole = kind.plane(BEFORE + 4 + AFTER);
        float[] array = {9, 9, 1, -2, 3, -4, 9};
        whole.at(BEFORE).copyFrom(array, 2, 4);
        float[] all = new float[BEFORE + 4 + AFTER];
        whole.copyTo(0, all, 0, all.length);
        assertArrayEquals(new float[] {0, 0, 0, 1, -2, 3, -4, 0, 0, 0, 0, 0}, all);

        float[] target = {7, 7, 7, 7};
        whole.at(BEFORE - 1).copyTo(1, target, 1, 2);
        assertArrayEquals(new float[] {7, 1, -2, 7}, target);
    }

    @ParameterizedTest
    @EnumSource
    void partsOfPartsAreTheSameMemory(Kind kind) {
        MemoryPlane whole = kind.plane(10);
        whole.at(2).at(3).set(4, 0.5f);
        assertEquals(0.5f, whole.get(9));
        whole.set(5, 2);
        assertEquals(2, whole.at(2).at(3).get(0));
    }
}
