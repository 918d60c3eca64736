package org.lanewise;

import jdk.incubator.vector.FloatVector;

/** How many bits of a plane one operation of a kernel covers. The results are the same bits at every width. */
public enum Width {
    /** Plain Java loops, one element at a time. */
    SCALAR(32),
    /** Vectors of 4 floats: SSE, NEON. */
    BITS_128(128),
    /** Vectors of 8 floats: AVX2. */
    BITS_256(256),
    /** Vectors of 16 floats: AVX-512. */
    BITS_512(512);

    private final int bits;

    Width(int bits) {
        this.bits = bits;
    }

    /**
     * Width of one operation.
     *
     * @return a number of bits
     */
    public int bits() {
        return bits;
    }

    /** Width of a kernel's vectors; one for {@link #SCALAR} has some too, which are not run. */
    int vectorBits() {
        return Math.max(bits, BITS_128.bits);
    }

    /**
     * Whether this CPU and JVM have vectors as wide as this. Wider ones would run in the JDK's fallback, thousands of times
     * slower, so an optimizer refuses them.
     *
     * @return true for {@link #SCALAR} and every width up to the preferred one
     */
    public boolean isSupported() {
        return this == SCALAR || bits <= FloatVector.SPECIES_PREFERRED.vectorBitSize();
    }

    /**
     * The widest supported width, at most 512 bits; {@link #SCALAR} where there are no vectors of 128 bits.
     *
     * @return the width that optimizers use unless told otherwise
     */
    public static Width preferred() {
        Width widest = SCALAR;
        for (Width width : values()) {
            if (width.isSupported()) {
                widest = width;
            }
        }
        return widest;
    }

    static void requireVectorModule() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            throw new IllegalStateException(
                    "the module jdk.incubator.vector is missing: start java with --add-modules jdk.incubator.vector");
        }
    }

    void requireSupported() {
        if (!isSupported()) {
            throw new IllegalArgumentException("width must be at most " + preferred().bits() + " bits on this CPU and JVM, got " + bits);
        }
    }
}
