package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.lanewise.Refusals.assertRefused;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Momentum;
import org.lanewise.tool.StoreKind;

/** Slices of every plane in every storage. The tensor in the middle is the one used, those around it must not change. */
class SliceTest {
    private static final float THIRD = 1 / 3f;
    private static final float THIRD_IN_BF16 = 0x1.56p-2f;

    private enum Part {
        PARAMETER, GRADIENT, STATE;

        Slice of(ParameterStore store, String tensor) {
            return switch (this) {
                case PARAMETER -> store.tensor(tensor).parameter();
                case GRADIENT -> store.tensor(tensor).gradient();
                case STATE -> store.tensor(tensor).state("d");
            };
        }

        /** As messages about tensor w call it. */
        String ofW() {
            return switch (this) {
                case PARAMETER -> "parameter of 'w'";
                case GRADIENT -> "gradient of 'w'";
                case STATE -> "state 'd' of 'w'";
            };
        }
    }

    static Stream<Arguments> everyKindAndPart() {
        return Stream.of(StoreKind.values()).flatMap(kind -> Stream.of(Part.values()).map(part -> Arguments.of(kind, part)));
    }

    private static ParameterStore store(StoreKind kind, long size) {
        ParameterStore store = kind.builder().tensor("before", 20).tensor("w", size).tensor("after", 20).build();
        Optimizer.of(new Momentum(1), store);
        for (Part part : Part.values()) {
            part.of(store, "before").fill(-7);
            part.of(store, "after").fill(-7);
        }
        return store;
    }

    private static void assertSurroundingsUntouched(ParameterStore store) {
        float[] untouched = new float[20];
        Arrays.fill(untouched, -7);
        for (Part part : Part.values()) {
            assertArrayEquals(untouched, Floats.of(part.of(store, "before")));
            assertArrayEquals(untouched, Floats.of(part.of(store, "after")));
        }
    }

    private static float stored(Slice slice) {
        return slice.storage() == Storage.F32 ? THIRD : THIRD_IN_BF16;
    }

    @ParameterizedTest
    @MethodSource("everyKindAndPart")
    void getsWhatWasSetRoundedToTheStorage(StoreKind kind, Part part) {
        try (ParameterStore store = store(kind, 5)) {
            Slice slice = part.of(store, "w");
            slice.set(0, THIRD);
            slice.set(4, -0f);
            slice.set(2, Float.NEGATIVE_INFINITY);
            assertEquals(stored(slice), slice.get(0));
            assertArrayEquals(new float[] {stored(slice), 0, Float.NEGATIVE_INFINITY, 0, -0f}, Floats.of(slice));
            assertSurroundingsUntouched(store);
        }
    }

    @ParameterizedTest
    @MethodSource("everyKindAndPart")
    void fillsEveryElement(StoreKind kind, Part part) {
        for (int size : new int[] {0, 1, 16, 70_000}) {
            try (ParameterStore store = store(kind, size)) {
                Slice slice = part.of(store, "w");
                slice.fill(THIRD);
                float[] expected = new float[size];
                Arrays.fill(expected, stored(slice));
                assertArrayEquals(expected, Floats.of(slice));
                assertSurroundingsUntouched(store);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyKindAndPart")
    void copiesWholeArraysAndPartsOfThem(StoreKind kind, Part part) {
        try (ParameterStore store = store(kind, 4)) {
            Slice slice = part.of(store, "w");
            slice.copyFrom(new float[] {THIRD, 2, -3, 4});
            assertArrayEquals(new float[] {stored(slice), 2, -3, 4}, Floats.of(slice));
            slice.copyFrom(new float[] {9, 9, THIRD, 6, -7, 8, 9}, 2);
            float[] target = {1, 1, 1, 1, 1, 1};
            slice.copyTo(target, 1);
            assertArrayEquals(new float[] {1, stored(slice), 6, -7, 8, 1}, target);
            assertSurroundingsUntouched(store);
        }
    }

    @ParameterizedTest
    @MethodSource("everyKindAndPart")
    void refusesIndicesOutsideTheTensor(StoreKind kind, Part part) {
        try (ParameterStore store = store(kind, 3); ParameterStore none = store(kind, 0)) {
            Slice slice = part.of(store, "w");
            slice.fill(2);
            for (long index : new long[] {-1, 3, 16, 1L << 32, Long.MIN_VALUE, Long.MAX_VALUE}) {
                String message = "index of " + part.ofW() + " must be in [0, 3), got " + index;
                assertRefused(IndexOutOfBoundsException.class, message, () -> slice.get(index));
                assertRefused(IndexOutOfBoundsException.class, message, () -> slice.set(index, 9));
            }
            Slice empty = part.of(none, "w");
            String message = "index of " + part.ofW() + " must be in [0, 0), got 0";
            assertRefused(IndexOutOfBoundsException.class, message, () -> empty.get(0));
            assertRefused(IndexOutOfBoundsException.class, message, () -> empty.set(0, 9));
            assertArrayEquals(new float[] {2, 2, 2}, Floats.of(slice));
            assertSurroundingsUntouched(store);
            assertSurroundingsUntouched(none);
        }
    }

    @ParameterizedTest
    @EnumSource
    void refusesArraysOfAnotherLength(StoreKind kind) {
        try (ParameterStore store = store(kind, 3)) {
            float[] target = {8, 8, 8, 8};
            for (Part part : Part.values()) {
                Slice slice = part.of(store, "w");
                slice.fill(2);
                assertRefused(IllegalArgumentException.class, "source of " + part.ofW() + " has length 2, expected 3",
                        () -> slice.copyFrom(new float[2]));
                assertRefused(IllegalArgumentException.class, "target of " + part.ofW() + " has length 4, expected 3",
                        () -> slice.copyTo(target));
                assertArrayEquals(new float[] {2, 2, 2}, Floats.of(slice));
            }
            assertArrayEquals(new float[] {8, 8, 8, 8}, target);
        }
    }

    @ParameterizedTest
    @MethodSource("everyKindAndPart")
    void refusesPartsOutsideTheirArray(StoreKind kind, Part part) {
        try (ParameterStore store = store(kind, 3)) {
            Slice slice = part.of(store, "w");
            slice.fill(2);
            float[] array = {8, 8, 8, 8};
            for (int offset : new int[] {-1, 2, 5, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                String message = " of " + part.ofW() + " needs 3 elements from index " + offset + " on, its array has length 4";
                assertRefused(IndexOutOfBoundsException.class, "source" + message, () -> slice.copyFrom(array, offset));
                assertRefused(IndexOutOfBoundsException.class, "target" + message, () -> slice.copyTo(array, offset));
            }
            assertArrayEquals(new float[] {2, 2, 2}, Floats.of(slice));
            assertArrayEquals(new float[] {8, 8, 8, 8}, array);
        }
    }

    @ParameterizedTest
    @MethodSource("everyKindAndPart")
    void givesTheArrayOfFloatsOnTheHeapOnly(StoreKind kind, Part part) {
        try (ParameterStore store = store(kind, 3)) {
            Slice slice = part.of(store, "w");
            boolean isNative = kind.name().endsWith("NATIVE");
            if (slice.storage() == Storage.F32 && !isNative) {
                slice.array()[slice.arrayOffset() + 1] = 5;
                assertArrayEquals(new float[] {0, 5, 0}, Floats.of(slice));
                slice.set(2, 6);
                assertEquals(6, slice.array()[slice.arrayOffset() + 2]);
                assertSame(part.of(store, "before").array(), slice.array());
                return;
            }
            String as = slice.storage() + (isNative ? " in native memory" : " on the heap");
            String message = part.ofW() + " is not kept in a float[] but as " + as;
            assertRefused(IllegalStateException.class, message, slice::array);
            assertRefused(IllegalStateException.class, message, slice::arrayOffset);
        }
    }

    @ParameterizedTest
    @MethodSource("everyKindAndPart")
    void segmentIsTheMemoryOfExactlyThisSlice(StoreKind kind, Part part) {
        for (int size : new int[] {0, 1, 5, 16, 33}) {
            try (ParameterStore store = store(kind, size)) {
                Slice slice = part.of(store, "w");
                MemorySegment segment = slice.segment();
                assertEquals((long) size * slice.storage().bytes(), segment.byteSize());
                assertEquals(kind.name().endsWith("NATIVE"), segment.isNative());
                for (int i = 0; i < size; i++) {
                    write(slice, segment, i, i - 3);
                    assertEquals(i - 3, slice.get(i));
                    slice.set(i, 3 - i);
                    assertEquals(3 - i, read(slice, segment, i));
                }
                segment.fill((byte) 0);
                assertArrayEquals(new float[size], Floats.of(slice));
                assertSurroundingsUntouched(store);
            }
        }
    }

    private static float read(Slice slice, MemorySegment segment, long i) {
        return slice.storage() == Storage.F32
                ? segment.getAtIndex(ValueLayout.JAVA_FLOAT, i)
                : Float.intBitsToFloat(segment.getAtIndex(ValueLayout.JAVA_SHORT, i) << 16);
    }

    /** Writes a number that every storage keeps exactly. */
    private static void write(Slice slice, MemorySegment segment, long i, float x) {
        if (slice.storage() == Storage.F32) {
            segment.setAtIndex(ValueLayout.JAVA_FLOAT, i, x);
        } else {
            segment.setAtIndex(ValueLayout.JAVA_SHORT, i, (short) (Float.floatToIntBits(x) >>> 16));
        }
    }

    @ParameterizedTest
    @EnumSource
    void stepsSeeWhatSegmentsWroteAndSegmentsWhatStepsWrote(StoreKind kind) {
        try (ParameterStore store = kind.builder().tensor("a", 3).tensor("w", 19).build()) {
            Tensor w = store.tensor("w");
            Optimizer optimizer = Optimizer.of(new Momentum(0.5), store);
            MemorySegment parameter = w.parameter().segment(), gradient = w.gradient().segment(), d = w.state("d").segment();
            for (int i = 0; i < 19; i++) {
                write(w.parameter(), parameter, i, i);
                write(w.gradient(), gradient, i, 4);
            }
            optimizer.step();
            for (int i = 0; i < 19; i++) {
                assertEquals(-2, read(w.state("d"), d, i));
                assertEquals(i - 2, read(w.parameter(), parameter, i));
                write(w.state("d"), d, i, 0);
                write(w.gradient(), gradient, i, -8);
            }
            optimizer.step();
            for (int i = 0; i < 19; i++) {
                assertEquals(i + 2, w.parameter().get(i));
            }
        }
    }

    @Test
    void stepsSeeWhatArraysGotAndArraysWhatStepsWrote() {
        ParameterStore store = ParameterStore.builder().tensor("a", 3).tensor("w", 19).build();
        Slice parameter = store.tensor("w").parameter();
        Slice gradient = store.tensor("w").gradient();
        Optimizer optimizer = Optimizer.of(new GradientDescent(0.5), store);
        float[] w = parameter.array();
        gradient.array()[gradient.arrayOffset() + 18] = 4;
        optimizer.step();
        assertEquals(-2, w[parameter.arrayOffset() + 18]);
        w[parameter.arrayOffset() + 18] = 10;
        optimizer.step();
        assertEquals(8, parameter.get(18));
    }

    @ParameterizedTest
    @EnumSource
    void saysWhatItIs(StoreKind kind) {
        try (ParameterStore store = store(kind, 6)) {
            for (Part part : Part.values()) {
                Slice slice = part.of(store, "w");
                assertEquals(part.ofW() + " (6 x " + slice.storage() + ")", slice.toString());
                assertEquals(6, slice.size());
            }
            Tensor w = store.tensor("w");
            assertEquals(kind.name().startsWith("BF16") ? Storage.BF16 : Storage.F32, w.state("d").storage());
            assertEquals(kind == StoreKind.BF16_HEAP || kind == StoreKind.BF16_NATIVE ? Storage.BF16 : Storage.F32,
                    w.parameter().storage());
        }
    }
}
