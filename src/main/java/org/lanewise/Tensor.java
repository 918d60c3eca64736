package org.lanewise;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.lanewise.check.Check;
import org.lanewise.execution.PlacedTensor;
import org.lanewise.kernel.Shape;

/**
 * A named range on the planes of a store. Its {@link Slice}s give its numbers.
 *
 * <p>Not thread-safe only in {@link #rebindGradient} and {@link #setHasGradient}; all else may be shared between threads.
 */
public final class Tensor {
    private final ParameterStore store;
    private final int index;
    private final String name;
    private final long[] shape;
    private final boolean owned;
    private final Slice parameter;
    private final Slice gradient;
    private boolean hasGradient = true;

    Tensor(ParameterStore store, int index, String name, long[] shape, boolean owned, Slice parameter, Slice gradient) {
        this.store = store;
        this.index = index;
        this.name = name;
        this.shape = shape;
        this.owned = owned;
        this.parameter = parameter;
        this.gradient = gradient;
    }

    /**
     * Name, different from those of the store's other tensors.
     *
     * @return the name it was added with
     */
    public String name() {
        return name;
    }

    /**
     * Dimensions, outermost first; none for a single number.
     *
     * @return a copy
     */
    public long[] shape() {
        return shape.clone();
    }

    /**
     * Number of elements: the product of the dimensions.
     *
     * @return at least 0
     */
    public long size() {
        return parameter.size();
    }

    /**
     * The parameters.
     *
     * @return the same slice every time
     */
    public Slice parameter() {
        return parameter;
    }

    /**
     * Number of dimensions.
     *
     * @return 0 for a single number, 1 for a vector, 2 for a matrix
     */
    public int rank() {
        return shape.length;
    }

    /**
     * Whether steps find a gradient here.
     *
     * @return true unless {@link #setHasGradient} was told otherwise
     */
    public boolean hasGradient() {
        return hasGradient;
    }

    /**
     * Says whether steps find a gradient here, from now on. Those that do not leave the tensor as it is: no decay, no momentum, no part in
     * norms, and its own number of steps, which bias corrections go by, does not advance. A gradient of zeros is another thing. This is
     * PyTorch's {@code grad is None}. {@link Optimizer#accumulate} adds gradients whatever was said here.
     *
     * @param hasGradient false to leave the tensor out
     */
    public void setHasGradient(boolean hasGradient) {
        store.hasGradient(this.hasGradient, hasGradient);
        this.hasGradient = hasGradient;
    }

    /**
     * The gradients. The caller writes them before each step; the library writes them only if the optimizer was told to clear them or to
     * write them back.
     *
     * @return the same slice every time
     */
    public Slice gradient() {
        return gradient;
    }

    /**
     * Reads the gradients of a tensor that wraps native memory from another segment from now on, because whoever computes them has moved
     * them. {@link #gradient}, the store's optimizer and reductions over the gradient follow.
     *
     * @param gradients the gradients, only read; under the same conditions as in {@link ParameterStoreBuilder#wrap(String, MemorySegment,
     *        MemorySegment, long...)}
     * @throws IllegalArgumentException if the tensor does not wrap native memory, or a condition does not hold; nothing has changed then
     * @throws IllegalStateException if the store is closed
     * @throws NullPointerException if the segment is null
     */
    public void rebindGradient(MemorySegment gradients) {
        store.rebindGradient(this, Check.notNull("gradients", gradients));
    }

    /** Index among the store's tensors. */
    int index() {
        return index;
    }

    /** Whether the store owns the planes. */
    boolean owned() {
        return owned;
    }

    PlacedTensor placed() {
        return new PlacedTensor(Shape.of(shape), parameter.plane(), gradient.plane(), owned);
    }

    /**
     * One of the states that the store's optimizer keeps.
     *
     * @param state its name, one of those in {@link Rule#states}
     * @return a new slice
     * @throws IllegalArgumentException if there is no such state, for instance because no optimizer was made for the store yet
     * @throws IllegalStateException if the store is closed
     * @throws NullPointerException if the name is null
     */
    public Slice state(String state) {
        return store.state(this, Check.notNull("state", state));
    }

    /**
     * Name and shape.
     *
     * @return for instance {@code fc1.weight[128, 64]}
     */
    @Override
    public String toString() {
        return name + Arrays.toString(shape);
    }
}
