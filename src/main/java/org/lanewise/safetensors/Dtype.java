package org.lanewise.safetensors;

import java.util.Optional;

/** The format's types of numbers, in its order: files begin with the tensors of the last type, which need the largest alignment. */
public enum Dtype {
    /** A truth value in a byte. */
    BOOL(8),
    /** Half a byte. */
    F4(4),
    /** Six bits. */
    F6_E2M3(6),
    /** Six bits. */
    F6_E3M2(6),
    /** Unsigned byte. */
    U8(8),
    /** Byte. */
    I8(8),
    /** A byte with 5 bits of exponent. */
    F8_E5M2(8),
    /** A byte with 4 bits of exponent. */
    F8_E4M3(8),
    /** A byte of exponent. */
    F8_E8M0(8),
    /** A byte with 4 bits of exponent, without negative zero. */
    F8_E4M3FNUZ(8),
    /** A byte with 5 bits of exponent, without negative zero. */
    F8_E5M2FNUZ(8),
    /** Integer. */
    I16(16),
    /** Unsigned integer. */
    U16(16),
    /** IEEE half. */
    F16(16),
    /** bfloat16. */
    BF16(16),
    /** Integer. */
    I32(32),
    /** Unsigned integer. */
    U32(32),
    /** IEEE single. */
    F32(32),
    /** Two singles. */
    C64(64),
    /** IEEE double. */
    F64(64),
    /** Integer. */
    I64(64),
    /** Unsigned integer. */
    U64(64);

    private final int bits;

    Dtype(int bits) {
        this.bits = bits;
    }

    /**
     * Size of a number.
     *
     * @return in bits
     */
    public int bits() {
        return bits;
    }

    /**
     * Whether its numbers can be read as floats.
     *
     * @return true for F16, BF16, F32 and F64
     */
    public boolean isReal() {
        return this == F16 || this == BF16 || this == F32 || this == F64;
    }

    /**
     * A type by its name.
     *
     * @param name as it stands in a header
     * @return empty if there is none
     */
    public static Optional<Dtype> of(String name) {
        for (Dtype each : values()) {
            if (each.name().equals(name)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }
}
