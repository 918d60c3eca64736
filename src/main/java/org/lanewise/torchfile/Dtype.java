package org.lanewise.torchfile;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.foreign.ValueLayout.OfDouble;
import java.lang.foreign.ValueLayout.OfFloat;
import java.lang.foreign.ValueLayout.OfInt;
import java.lang.foreign.ValueLayout.OfLong;
import java.lang.foreign.ValueLayout.OfShort;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.stream.Stream;
import org.lanewise.storage.Bf16;

/** How a tensor keeps its elements: little-endian. */
public enum Dtype {
    /** 64-bit floats. */
    F64(8, "DoubleStorage", "float64"),
    /** 32-bit floats. */
    F32(4, "FloatStorage", "float32"),
    /** 16-bit floats of IEEE 754. */
    F16(2, "HalfStorage", "float16"),
    /** The upper halves of 32-bit floats. */
    BF16(2, "BFloat16Storage", "bfloat16"),
    /** 64-bit integers. */
    I64(8, "LongStorage", "int64"),
    /** 32-bit integers. */
    I32(4, "IntStorage", "int32"),
    /** 16-bit integers. */
    I16(2, "ShortStorage", "int16"),
    /** 8-bit integers. */
    I8(1, "CharStorage", "int8"),
    /** 8-bit integers from 0 on. */
    U8(1, "ByteStorage", "uint8"),
    /** True or false. */
    BOOL(1, "BoolStorage", "bool");

    private static final OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final int bytes;
    private final String storage;
    private final String torchName;

    Dtype(int bytes, String storage, String torchName) {
        this.bytes = bytes;
        this.storage = storage;
        this.torchName = torchName;
    }

    /**
     * Size of an element.
     *
     * @return a number of bytes
     */
    public int bytes() {
        return bytes;
    }

    /**
     * PyTorch's name.
     *
     * @return for instance {@code float32}
     */
    public String torchName() {
        return torchName;
    }

    /**
     * Whether elements are numbers with a fraction.
     *
     * @return true for floats of any size
     */
    public boolean isFloating() {
        return this == F64 || this == F32 || this == F16 || this == BF16;
    }

    /** PyTorch's class of storages, in the module torch. */
    String storage() {
        return storage;
    }

    static Optional<Dtype> ofStorage(String name) {
        return Stream.of(values()).filter(each -> each.storage.equals(name)).findFirst();
    }

    static Optional<Dtype> ofTorchName(String name) {
        return Stream.of(values()).filter(each -> each.torchName.equals(name)).findFirst();
    }

    /**
     * An element as a double, which all but large 64-bit integers are exactly.
     *
     * @param raw elements
     * @param index which of them
     * @return its value; 1 for true
     */
    public double get(MemorySegment raw, long index) {
        long at = index * bytes;
        return switch (this) {
            case F64 -> raw.get(DOUBLE, at);
            case F32 -> raw.get(FLOAT, at);
            case F16 -> Float.float16ToFloat(raw.get(SHORT, at));
            case BF16 -> Bf16.decode(raw.get(SHORT, at));
            case I64 -> raw.get(LONG, at);
            case I32 -> raw.get(INT, at);
            case I16 -> raw.get(SHORT, at);
            case I8 -> raw.get(ValueLayout.JAVA_BYTE, at);
            case U8, BOOL -> Byte.toUnsignedInt(raw.get(ValueLayout.JAVA_BYTE, at));
        };
    }

    /**
     * Converts elements to floats, to the nearest where a float cannot hold them; bits of floats stay as they are.
     *
     * @param raw elements
     * @param target where to
     * @param from first index to write
     * @param count number of elements
     */
    public void toFloats(MemorySegment raw, float[] target, int from, int count) {
        if (this == F32) {
            MemorySegment.copy(raw, FLOAT, 0, target, from, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            target[from + i] = (float) get(raw, i);
        }
    }

    /**
     * Keeps floats as {@link #F32}, or the upper halves of their bits as {@link #BF16}.
     *
     * @param source floats
     * @param raw where to
     * @param count how many
     */
    public void ofFloats(float[] source, MemorySegment raw, int count) {
        for (int i = 0; i < count; i++) {
            switch (this) {
                case F32 -> raw.set(FLOAT, (long) i * bytes, source[i]);
                case BF16 -> raw.set(SHORT, (long) i * bytes, (short) (Float.floatToRawIntBits(source[i]) >>> Short.SIZE));
                default -> throw new IllegalStateException("floats are not kept as " + torchName);
            }
        }
    }
}
