package org.lanewise.bench.work;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.ParameterStore;
import org.lanewise.Reductions;
import org.lanewise.Slice;
import org.lanewise.tool.StoreKind;
import org.lanewise.verify.Values;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Reductions of one tensor, beside the plain loop over the same numbers and a stream that only reads them. Times are for the whole
 * tensor: divide by {@code n}. Run by {@code java -jar lanewise-bench.jar jmh ReductionBenchmark}; {@code -jvmArgsPrepend -XX:UseAVX=2} for
 * 256 bits.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = {JvmFlags.MODULE, JvmFlags.NATIVE_ACCESS, JvmFlags.UNSAFE, JvmFlags.VECTORS_FIRST})
public class ReductionBenchmark {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int LANES = INTS.length();

    /** Bytes of a block of the stream: the same calls as a reduction makes. */
    private static final int BLOCK = 1 << 16;

    /** How the numbers are kept. */
    @Param({"F32_HEAP", "F32_NATIVE", "BF16_NATIVE"})
    public StoreKind storage;

    /** Number of elements: first-level cache, memory. */
    @Param({"4096", "33554432"})
    public int n;

    private ParameterStore store;
    private Reductions reductions;
    private MemorySegment segment;
    private float[] array;

    /** Normal values, in the store and in an array. */
    @Setup(Level.Trial)
    public void setUp() {
        store = storage.builder().tensor("w", n).build();
        array = Values.NORMAL.array(n, 1);
        Slice slice = store.tensor("w").gradient();
        slice.copyFrom(array);
        segment = slice.segment();
        reductions = Reductions.of(slice);
    }

    /** Frees native memory. */
    @TearDown(Level.Trial)
    public void tearDown() {
        store.close();
    }

    /** Lanewise. */
    @Benchmark
    public double sumOfSquares() {
        return reductions.sumOfSquares();
    }

    /** Lanewise. */
    @Benchmark
    public float maxMagnitude() {
        return reductions.maxMagnitude();
    }

    /** Lanewise. */
    @Benchmark
    public long nonFiniteCount() {
        return reductions.nonFiniteCount();
    }

    /** What one would write: an addition after the other, over an array of floats whatever the storage. */
    @Benchmark
    public float plainSumOfSquares() {
        float sum = 0;
        for (float x : array) {
            sum += x * x;
        }
        return sum;
    }

    /** The same in double precision, which holds every square exactly. */
    @Benchmark
    public double plainSumOfSquaresInDoubles() {
        double sum = 0;
        for (float x : array) {
            sum += (double) x * x;
        }
        return sum;
    }

    /** What one would write. */
    @Benchmark
    public float plainMaxMagnitude() {
        float max = 0;
        for (float x : array) {
            max = Math.max(max, Math.abs(x));
        }
        return max;
    }

    /** What one would write. */
    @Benchmark
    public long plainNonFiniteCount() {
        long count = 0;
        for (float x : array) {
            count += Float.isFinite(x) ? 0 : 1;
        }
        return count;
    }

    /** The roof: all bytes of the tensor read by vectors, one bit operation for each; on the heap those of the array of floats. */
    @Benchmark
    public int read() {
        int bits = 0;
        long bytes = segment.isNative() ? segment.byteSize() : (long) n * Float.BYTES;
        for (long from = 0; from < bytes; from += BLOCK) {
            bits |= segment.isNative()
                    ? readNative(segment.asSlice(from, Math.min(BLOCK, bytes - from)))
                    : readArray((int) (from / Integer.BYTES), (int) Math.min(n, (from + BLOCK) / Integer.BYTES));
        }
        return bits;
    }

    private static int readNative(MemorySegment block) {
        IntVector bits = IntVector.zero(INTS);
        int end = (int) block.byteSize();
        int i = 0;
        for (; i <= end - INTS.vectorByteSize(); i += INTS.vectorByteSize()) {
            bits = bits.or(IntVector.fromMemorySegment(INTS, block, i, ByteOrder.nativeOrder()));
        }
        int rest = bits.reduceLanes(VectorOperators.OR);
        for (; i < end; i++) {
            rest |= block.get(ValueLayout.JAVA_BYTE, i);
        }
        return rest;
    }

    private int readArray(int from, int to) {
        IntVector bits = IntVector.zero(INTS);
        int i = from;
        for (; i <= to - LANES; i += LANES) {
            bits = bits.or(FloatVector.fromArray(FLOATS, array, i).reinterpretAsInts());
        }
        int rest = bits.reduceLanes(VectorOperators.OR);
        for (; i < to; i++) {
            rest |= Float.floatToRawIntBits(array[i]);
        }
        return rest;
    }
}
