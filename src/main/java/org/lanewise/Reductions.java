package org.lanewise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.check.Check;
import org.lanewise.execution.Stretch;
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
 * <p>Each call reads all elements as they are then and allocates nothing once its kernels are compiled, unless a gradient was rebound
 * before it. Not thread-safe, and no other
 * thread may write the slices meanwhile.
 */
public final class Reductions {
    private final Slice[] slices;
    private final Map<Class<? extends MemoryPlane>, BlockReducer> reducers = new HashMap<>();
    private final Width width;
    private final Sum sum = new Sum();
    private Part[] parts;
    private long rebinds;

    private record Part(BlockReducer reducer, Stretch stretch) {}

    private Reductions(List<Slice> slices, Width width) {
        this.slices = slices.toArray(Slice[]::new);
        this.width = width;
        this.rebinds = requireUsable();
        this.parts = parts();
        width.warnIfSlow();
    }

    private Part[] parts() {
        List<Part> parts = new ArrayList<>();
        for (Slice slice : slices) {
            BlockReducer reducer = reducers.computeIfAbsent(slice.plane().getClass(),
                    storage -> new BlockReducer(storage, width.vectorBits(), width != Width.SCALAR));
            Stretch.of(BlockReducer.planes(slice.plane()), slice.size()).forEach(stretch -> parts.add(new Part(reducer, stretch)));
        }
        return parts.toArray(Part[]::new);
    }

    /**
     * Over slices of any stores, together, at the width this CPU prefers.
     *
     * @param slices parameters, gradients or states of tensors; none give zeros
     * @return new reductions over them
     * @throws IllegalStateException if a store is closed, native memory that a slice wraps is freed, or the JVM was started without the
     *         module {@code jdk.incubator.vector}
     * @throws NullPointerException if a slice is null
     */
    public static Reductions of(Slice... slices) {
        Check.notNull("slices", slices);
        return of(Width.preferred(), slices);
    }

    /**
     * Over slices of any stores, together, at a given width.
     *
     * @param width width of the kernels; the results do not depend on it
     * @param slices parameters, gradients or states of tensors; none give zeros
     * @return new reductions over them
     * @throws IllegalStateException if a store is closed, native memory that a slice wraps is freed, or the JVM was started without the
     *         module {@code jdk.incubator.vector}
     * @throws IllegalArgumentException if the width is not supported here
     * @throws NullPointerException if the width or a slice is null
     */
    public static Reductions of(Width width, Slice... slices) {
        Check.notNull("width", width);
        Check.notNull("slices", slices);
        List<Slice> all = Check.notNull("slices", Arrays.asList(slices));
        width.requireSupported();
        return new Reductions(all, width);
    }

    /**
     * Over the gradients of all tensors of a store, at the width this CPU prefers.
     *
     * @param store the store
     * @return new reductions over them
     * @throws IllegalStateException if the store is closed, native memory that it wraps is freed, or the JVM was started without the
     *         module {@code jdk.incubator.vector}
     * @throws NullPointerException if the store is null
     */
    public static Reductions ofGradients(ParameterStore store) {
        return of(Check.notNull("store", store).tensors().stream().map(Tensor::gradient).toArray(Slice[]::new));
    }

    /**
     * Over the parameters of all tensors of a store, at the width this CPU prefers.
     *
     * @param store the store
     * @return new reductions over them
     * @throws IllegalStateException if the store is closed, native memory that it wraps is freed, or the JVM was started without the
     *         module {@code jdk.incubator.vector}
     * @throws NullPointerException if the store is null
     */
    public static Reductions ofParameters(ParameterStore store) {
        return of(Check.notNull("store", store).tensors().stream().map(Tensor::parameter).toArray(Slice[]::new));
    }

    /**
     * Sum of the squares of all elements; its square root is the 2-norm.
     *
     * <p>Eight squares at a time are added as floats, these sums as doubles: the result is within 4 parts in 2^24 of the exact sum,
     * which is at most 4 ulps of a float, and for many elements that differ much closer. A block in which floats would overflow or
     * underflow is scaled by a power of two and added again; so 1e30 and 1e-30 have their squares too.
     *
     * @return at least 0, and finite if and only if all elements are; else {@code NaN} if an element is, else infinity
     * @throws IllegalStateException if a store is closed, or native memory that a slice wraps is freed
     */
    public double sumOfSquares() {
        prepare();
        sum.clear();
        for (Part part : parts) {
            for (int from = 0; from < part.stretch().length(); from += BlockReducer.BLOCK) {
                sum.add(part.reducer().sumOfSquares(part.stretch().planes(), from, end(part, from)));
            }
        }
        return sum.value();
    }

    /**
     * The largest magnitude of all elements: the infinity norm.
     *
     * @return at least 0; {@code NaN} if an element is
     * @throws IllegalStateException if a store is closed, or native memory that a slice wraps is freed
     */
    public float maxMagnitude() {
        prepare();
        int max = 0;
        for (Part part : parts) {
            for (int from = 0; from < part.stretch().length(); from += BlockReducer.BLOCK) {
                max = Math.max(max, part.reducer().maxMagnitude(part.stretch().planes(), from, end(part, from)));
            }
        }
        float magnitude = Float.intBitsToFloat(max);
        return Float.isNaN(magnitude) ? Float.NaN : magnitude;
    }

    /**
     * How many elements are infinite or {@code NaN}. Whether there are any, {@link #sumOfSquares} tells too.
     *
     * @return at most the number of all elements
     * @throws IllegalStateException if a store is closed, or native memory that a slice wraps is freed
     */
    public long nonFiniteCount() {
        prepare();
        long count = 0;
        for (Part part : parts) {
            for (int from = 0; from < part.stretch().length(); from += BlockReducer.BLOCK) {
                count += part.reducer().nonFiniteCount(part.stretch().planes(), from, end(part, from));
            }
        }
        return count;
    }

    /**
     * How many slices, and the width.
     *
     * @return for instance {@code Reductions of 2 slices at BITS_512}
     */
    @Override
    public String toString() {
        return "Reductions of " + slices.length + (slices.length == 1 ? " slice at " : " slices at ") + width;
    }

    private static int end(Part part, int from) {
        return Math.min(from + BlockReducer.BLOCK, part.stretch().length());
    }

    private void prepare() {
        long now = requireUsable();
        if (now != rebinds) {
            parts = parts();
            rebinds = now;
        }
    }

    /** Refuses closed stores; returns how often gradients of the others were bound to other memory. */
    private long requireUsable() {
        long rebinds = 0;
        for (Slice slice : slices) {
            slice.requireUsable();
            rebinds += slice.rebinds();
        }
        return rebinds;
    }
}
