package org.lanewise;

import java.util.List;
import java.util.stream.Stream;
import jdk.incubator.vector.VectorShape;
import org.lanewise.check.HotSpot;
import org.lanewise.check.VectorModule;

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
     * Whether this CPU and JVM have vectors as wide as this, by the vectors of C2. Wider ones would run in the JDK's fallback, thousands
     * of times slower, so an optimizer refuses them. Whether C2 compiles at all in this JVM is not asked: where it does not, a width that
     * is supported works, with the same bits, and {@link #preferred} is {@link #SCALAR}.
     *
     * @return true for {@link #SCALAR} and every width up to the widest of the CPU
     * @throws IllegalStateException if the JVM was started without the module {@code jdk.incubator.vector}
     */
    public boolean isSupported() {
        VectorModule.require();
        return this == SCALAR || bits <= VectorShape.preferredShape().vectorBitSize();
    }

    /**
     * The fastest width of this CPU and JVM: the widest supported one, at most 512 bits. It is {@link #SCALAR} where there are no vectors
     * of 128 bits, and where vectors would be slower than plain loops:
     * <ul>
     * <li>C2 does not compile. This is so with {@code -Xint}, with {@code -XX:TieredStopAtLevel} below 4 (some IDEs and build tools add
     * level 1 to start faster), with {@code -XX:CompilationMode=quick-only} and with {@code -XX:-UseCompiler}. Adam at 256 bits takes
     * 180 ns per parameter with level 1, and 3 ns with plain loops.
     * <li>C2 does not compile vectors, as with {@code -XX:-EnableVectorSupport}, {@code -XX:-EnableVectorReboxing} and {@code -XX:-Inline}.
     * <li>{@code Math.fma} is computed by {@code BigDecimal}, as on CPUs without fused multiply-add, with {@code -XX:-UseFMA} and with
     * {@code -XX:UseAVX=0}. Adam takes 1,450 ns per parameter at 256 bits, and 600 ns with plain loops.
     * </ul>
     *
     * <p>The first optimizer or reductions made in such a JVM log a warning with the cause and the cure to the {@link System.Logger} named
     * {@code org.lanewise}, once. Where the module {@code jdk.management} is missing, levels 2 and 3, {@code -XX:-UseCompiler} and
     * what C2 needs for vectors stay unnoticed.
     *
     * @return the width that optimizers use unless told otherwise
     * @throws IllegalStateException if the JVM was started without the module {@code jdk.incubator.vector}
     */
    public static Width preferred() {
        Width widest = widest();
        return HotSpot.current().prefersPlainLoops() ? SCALAR : widest;
    }

    /**
     * The widths that this CPU and JVM have: those that {@link #isSupported}.
     *
     * @return {@link #SCALAR}, then vectors from the shortest to the widest
     * @throws IllegalStateException if the JVM was started without the module {@code jdk.incubator.vector}
     */
    public static List<Width> supported() {
        return Stream.of(values()).filter(Width::isSupported).toList();
    }

    private static Width widest() {
        Width widest = SCALAR;
        for (Width each : values()) {
            widest = each.isSupported() ? each : widest;
        }
        return widest;
    }

    void requireSupported() {
        if (!isSupported()) {
            throw new IllegalArgumentException("width must be at most " + widest().bits() + " bits on this CPU and JVM, got " + bits);
        }
    }

    /** Says once why kernels of this width are slow in this JVM, if they are. */
    void warnIfSlow() {
        HotSpot.warnIfSlow(this != SCALAR);
    }
}
