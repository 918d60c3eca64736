package org.lanewise;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.lanewise.kernel.Plane;
import org.lanewise.reduction.BlockReducer;
import org.lanewise.reduction.Sum;
import org.lanewise.storage.MemoryPlane;

/**
 * Norms and the like, of a tensor or of all tensors of a store: what clipping, loss scaling and monitoring need to know of gradients.
 *
 * <pre>{@code
 * var gradients = Reductions.ofGradients(store);
 * while (training) {
 *     computeGradients();
 *     double norm = Math.sqrt(gradients.sumOfSquares());
 *     if (Double.isFinite(norm)) {
 *         optimizer.step();
 *     }
 * }
 * }</pre>
 *
 * <p>The results are the same bits at every {@link Width}, on the heap and in native memory, and wherever the numbers lie there: element
 * {@code i} of a slice goes to block {@code i / 16384} and there to a sum that follows from {@code i}; the sums of a block are added as a
 * tree, then blocks in their order, then slices in theirs. So threads that share blocks would get the same bits too.
 *
 * <p>Each call reads all elements as they are then and allocates nothing once its kernels are compiled. Not thread-safe, and no other
 * thread may write the slices meanwhile.
 */
public final class Reductions {
    private final Slice[] slices;
    private final Stretch[] stretches;
    private final Sum sum = new Sum();

    private record Stretch(BlockReducer reducer, Plane[] planes, int length) {}

    private Reductions(List<Slice> slices, Width width) {
        this.slices = slices.toArray(Slice[]::new);
        Map<Class<? extends MemoryPlane>, BlockReducer> byStorage = new HashMap<>();
        List<Stretch> all = new ArrayList<>();
        for (Slice slice : slices) {
            slice.requireOpen();
            BlockReducer reducer = byStorage.computeIfAbsent(slice.plane().getClass(),
                    storage -> new BlockReducer(storage, width.vectorBits(), width != Width.SCALAR));
            for (long from = 0; from < slice.size(); from += Pass.LONGEST_STRETCH) {
                int length = (int) Math.min(Pass.LONGEST_STRETCH, slice.size() - from);
                all.add(new Stretch(reducer, BlockReducer.planes(slice.plane().at(from)), length));
            }
        }
        this.stretches = all.toArray(Stretch[]::new);
    }

    /**
     * Over slices of any stores, together, at the width this CPU prefers.
     *
     * @param slices parameters, gradients or states of tensors; none give zeros
     * @return new reductions over them
     * @throws IllegalStateException if a store is closed, or the JVM was started without the module {@code jdk.incubator.vector}
     */
    public static Reductions of(Slice... slices) {
        Width.requireVectorModule();
        return of(Width.preferred(), slices);
    }

    /**
     * Over slices of any stores, together, at a given width.
     *
     * @param width width of the kernels; the results do not depend on it
     * @param slices parameters, gradients or states of tensors; none give zeros
     * @return new reductions over them
     * @throws IllegalStateException if a store is closed, or the JVM was started without the module {@code jdk.incubator.vector}
     * @throws IllegalArgumentException if the width is not supported here
     */
    public static Reductions of(Width width, Slice... slices) {
        Objects.requireNonNull(width, "width");
        List<Slice> all = List.of(slices);
        Width.requireVectorModule();
        width.requireSupported();
        return new Reductions(all, width);
    }

    /**
     * Over the gradients of all tensors of a store, at the width this CPU prefers.
     *
     * @param store the store
     * @return new reductions over them
     * @throws IllegalStateException if the store is closed, or the JVM was started without the module {@code jdk.incubator.vector}
     */
    public static Reductions ofGradients(ParameterStore store) {
        return of(store.tensors().stream().map(Tensor::gradient).toArray(Slice[]::new));
    }

    /**
     * Over the parameters of all tensors of a store, at the width this CPU prefers.
     *
     * @param store the store
     * @return new reductions over them
     * @throws IllegalStateException if the store is closed, or the JVM was started without the module {@code jdk.incubator.vector}
     */
    public static Reductions ofParameters(ParameterStore store) {
        return of(store.tensors().stream().map(Tensor::parameter).toArray(Slice[]::new));
    }

    /**
     * Sum of the squares of all elements; its square root is the 2-norm.
     *
     * <p>Eight squares at a time are added as floats, these sums as doubles: the result is within 4 parts in 2^24 of the exact sum,
     * which is at most 4 ulps of a float, and for many elements that differ much closer. A block in which floats would overflow or
     * underflow is scaled by a power of two and added again; so 1e30 and 1e-30 have their squares too.
     *
     * @return at least 0, and finite if and only if all elements are; else {@code NaN} if an element is, else infinity
     * @throws IllegalStateException if a store is closed
     */
    public double sumOfSquares() {
        requireOpen();
        sum.clear();
        for (Stretch stretch : stretches) {
            for (int from = 0; from < stretch.length(); from += BlockReducer.BLOCK) {
                sum.add(stretch.reducer().sumOfSquares(stretch.planes(), from, end(stretch, from)));
            }
        }
        return sum.value();
    }

    /**
     * The largest magnitude of all elements: the infinity norm.
     *
     * @return at least 0; {@code NaN} if an element is
     * @throws IllegalStateException if a store is closed
     */
    public float maxMagnitude() {
        requireOpen();
        int max = 0;
        for (Stretch stretch : stretches) {
            for (int from = 0; from < stretch.length(); from += BlockReducer.BLOCK) {
                max = Math.max(max, stretch.reducer().maxMagnitude(stretch.planes(), from, end(stretch, from)));
            }
        }
        float magnitude = Float.intBitsToFloat(max);
        return Float.isNaN(magnitude) ? Float.NaN : magnitude;
    }

    /**
     * How many elements are infinite or {@code NaN}. Whether there are any, {@link #sumOfSquares} tells too.
     *
     * @return at most the number of all elements
     * @throws IllegalStateException if a store is closed
     */
    public long nonFiniteCount() {
        requireOpen();
        long count = 0;
        for (Stretch stretch : stretches) {
            for (int from = 0; from < stretch.length(); from += BlockReducer.BLOCK) {
                count += stretch.reducer().nonFiniteCount(stretch.planes(), from, end(stretch, from));
            }
        }
        return count;
    }

    private static int end(Stretch stretch, int from) {
        return Math.min(from + BlockReducer.BLOCK, stretch.length());
    }

    private void requireOpen() {
        for (Slice slice : slices) {
            slice.requireOpen();
        }
    }
}
