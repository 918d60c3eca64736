package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.Refusals.assertRefused;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.lanewise.generators.StorePlan;

/** Calls on one slice of a {@link Session}; tensor and plane may be any numbers from 0 on. */
final class SliceCalls {
    private final Session session;
    private final int tensor;
    private final int plane;
    private final Slice slice;
    private final PlainOptimizer.Plane plain;
    private final int size;

    SliceCalls(Session session, int tensor, int plane) {
        this.session = session;
        this.tensor = tensor % session.slices().size();
        List<Slice> slices = session.slices().get(this.tensor);
        this.plane = plane % slices.size();
        this.slice = slices.get(this.plane);
        this.plain = session.plain().plane(this.tensor, this.plane);
        this.size = plain.values().length;
    }

    void get(int index) {
        float[] found = new float[1];
        call(indexRefusal(index), () -> found[0] = slice.get(index),
                () -> assertEquals(plain.values()[index], found[0], slice + " at " + index));
    }

    void set(int index, float value) {
        call(indexRefusal(index), () -> slice.set(index, value), () -> plain.set(index, value));
    }

    private Refusal indexRefusal(int index) {
        return index >= 0 && index < size ? null : new Refusal(IndexOutOfBoundsException.class,
                "index of " + slice.name() + " must be in [0, " + size + "), got " + index);
    }

    void fill(float value) {
        call(null, () -> slice.fill(value), () -> plain.fill(value));
    }

    /** From a whole array, which is too long or too short unless {@code excess} is 0. */
    void copyFrom(List<Float> pattern, int excess) {
        float[] source = repeated(pattern, Math.max(0, size + excess));
        call(lengthRefusal("source", source.length), () -> slice.copyFrom(source), () -> plain.copyFrom(source, 0));
    }

    /** From a part of an array, which is missing some elements if {@code excess} is below 0. */
    void copyFrom(List<Float> pattern, int excess, int offset) {
        float[] source = repeated(pattern, Math.max(0, size + offset + excess));
        call(roomRefusal("source", source.length, offset), () -> slice.copyFrom(source, offset), () -> plain.copyFrom(source, offset));
    }

    void copyTo(int excess) {
        float[] target = new float[Math.max(0, size + excess)];
        call(lengthRefusal("target", target.length), () -> slice.copyTo(target),
                () -> assertEquals(-1, Floats.mismatch(plain.values(), target), slice.toString()));
    }

    void copyTo(int excess, int offset) {
        float[] target = new float[Math.max(0, size + offset + excess)];
        Arrays.fill(target, 7);
        float[] expected = target.clone();
        call(roomRefusal("target", target.length, offset), () -> slice.copyTo(target, offset), () -> {
            System.arraycopy(plain.values(), 0, expected, offset, size);
            assertEquals(-1, Floats.mismatch(expected, target), slice + " and what surrounds it");
        });
    }

    private Refusal lengthRefusal(String array, int length) {
        return length == size ? null : new Refusal(IllegalArgumentException.class,
                array + " of " + slice.name() + " has length " + length + ", expected " + size);
    }

    private Refusal roomRefusal(String array, int length, int offset) {
        return offset >= 0 && size <= length - offset ? null : new Refusal(IndexOutOfBoundsException.class, array + " of " + slice.name()
                + " needs " + size + " elements from index " + offset + " on, its array has length " + length);
    }

    /** Through the array itself. */
    void writeArray(int index, float value) {
        String where = isInNativeMemory() ? "in native memory" : "on the heap";
        Refusal refusal = slice.storage() == Storage.F32 && !isInNativeMemory() ? null : new Refusal(IllegalStateException.class,
                slice.name() + " is not kept in a float[] but as " + slice.storage() + " " + where);
        callAlsoIfFreed(refusal, () -> {
            float[] array = slice.array();
            if (size > 0) {
                array[slice.arrayOffset() + index % size] = value;
            }
        }, () -> write(index, value));
    }

    /** Through the memory itself; of bfloat16, the upper half of a float. */
    void writeSegment(int index, float value) {
        call(null, () -> {
            MemorySegment segment = slice.segment();
            assertEquals((long) size * slice.storage().bytes(), segment.byteSize());
            write(index, value);
            if (slice.storage() == Storage.F32 && size > 0) {
                segment.setAtIndex(ValueLayout.JAVA_FLOAT, index % size, value);
            } else if (size > 0) {
                int bits = Float.floatToIntBits(plain.values()[index % size]);
                segment.setAtIndex(ValueLayout.JAVA_SHORT, index % size, (short) (bits >>> 16));
            }
        }, () -> {});
    }

    private void write(int index, float value) {
        if (size > 0) {
            plain.set(index % size, value);
        }
    }

    /** Names that the store does not have. */
    void askForUnknownNames() {
        Tensor library = session.store().tensors().get(tensor);
        List<String> names = session.store().tensors().stream().map(Tensor::name).toList();
        assertRefused(IllegalArgumentException.class, "no tensor 'none' in a store of " + names, () -> session.store().tensor("none"));
        boolean hasStates = session.slices().get(tensor).size() > 2;
        List<String> states = hasStates ? session.setup().rule().states().stream().map(Rule.State::name).toList() : List.of();
        Refusal refusal = new Refusal(IllegalArgumentException.class,
                "no state 'none' of '" + StorePlan.name(tensor) + "' in a store with states " + states);
        callAlsoIfFreed(refusal, () -> library.state("none"), () -> {});
    }

    private boolean isInNativeMemory() {
        return switch (session.memoryOf(tensor)) {
            case OWNED -> session.setup().store().nativeMemory();
            case ARRAY -> plane >= 2 && session.setup().store().nativeMemory();
            case SEGMENT -> plane < 2 || session.setup().store().nativeMemory();
        };
    }

    private record Refusal(Class<? extends Exception> type, String message) {}

    /** Makes a call, and then on the plain arrays what it stands for; null for one that is not refused for its arguments. */
    private void call(Refusal refusal, Runnable call, Runnable plainly) {
        if (session.isFreed(tensor, plane) && !session.isClosed()) {
            assertRefused(IllegalStateException.class, slice.name() + " is freed: the arena of its segment was closed", call);
        } else {
            callAlsoIfFreed(refusal, call, plainly);
        }
    }

    /** A call that does not touch the slice's memory. */
    private void callAlsoIfFreed(Refusal refusal, Runnable call, Runnable plainly) {
        if (session.isClosed()) {
            assertRefused(IllegalStateException.class, "store is closed", call);
        } else if (refusal != null) {
            assertRefused(refusal.type, refusal.message, call);
        } else {
            call.run();
            plainly.run();
        }
    }

    private static float[] repeated(List<Float> pattern, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = pattern.get(i % pattern.size());
        }
        return values;
    }
}
