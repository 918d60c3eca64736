package org.lanewise;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.lanewise.check.Check;
import org.lanewise.check.WrappedMemory;
import org.lanewise.execution.PlacedTensor;
import org.lanewise.storage.F32Heap;
import org.lanewise.storage.MemoryPlane;

/**
 * Describes a {@link ParameterStore}: where its planes lie, how they keep their numbers, and its tensors.
 *
 * <p>A call that is refused leaves the builder as it was. Not thread-safe.
 */
public final class ParameterStoreBuilder {
    /** Elements of the largest store, padding included: its bytes still count in a long. */
    private static final long MOST_ELEMENTS = 1L << 56;

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final WrappedMemory wrapped = new WrappedMemory();
    private long length;
    private boolean builtWrapped;
    private boolean nativeMemory;
    private Optional<Arena> arena = Optional.empty();
    private Optional<Runnable> gradientFinder = Optional.empty();
    private Storage parameters = Storage.F32;
    private Storage gradients = Storage.F32;
    private Storage states = Storage.F32;

    /** A tensor to be; without planes, one that the store owns. */
    private record Entry(String name, long[] shape, long size, MemoryPlane parameter, MemoryPlane gradient) {
        boolean owned() {
            return parameter == null;
        }
    }

    ParameterStoreBuilder() {}

    /**
     * Keeps the store's own planes in Java arrays: the default.
     *
     * @return this
     */
    public ParameterStoreBuilder heap() {
        nativeMemory = false;
        arena = Optional.empty();
        return this;
    }

    /**
     * Keeps the store's own planes outside the heap, aligned to 64 bytes, until the store is closed.
     *
     * @return this
     */
    public ParameterStoreBuilder nativeMemory() {
        nativeMemory = true;
        arena = Optional.empty();
        return this;
    }

    /**
     * Keeps the store's own parameters and gradients outside the heap in memory of the caller's, aligned to 64 bytes. Closing the store
     * does not free them, so whoever else uses them may go on; states are freed. Once the arena is closed, steps are refused.
     *
     * @param arena where they are allocated; must stay open as long as the store is used
     * @return this
     * @throws IllegalArgumentException if its memory is not open to all threads
     * @throws IllegalStateException if it is closed
     * @throws NullPointerException if it is null
     */
    public ParameterStoreBuilder nativeMemory(Arena arena) {
        WrappedMemory.of("memory of the store", Check.notNull("arena", arena).allocate(0), 0, true);
        nativeMemory = true;
        this.arena = Optional.of(arena);
        return this;
    }

    /**
     * Has gradients found before an optimizer reads them, in each {@link Optimizer#step()} or, if it accumulates, each {@link
     * Optimizer#accumulate}: by {@link Tensor#rebindGradient}, {@link Tensor#setHasGradient}, or by copying them. For gradients of
     * frameworks that move or free them. A tensor that was found to have a gradient in one of several calls of {@code accumulate} has one
     * in the step. What this throws, the step throws, and has changed nothing.
     *
     * @param finder called by the thread that steps; by default nothing is done
     * @return this
     * @throws NullPointerException if it is null
     */
    public ParameterStoreBuilder findGradients(Runnable finder) {
        gradientFinder = Optional.of(Check.notNull("finder", finder));
        return this;
    }

    /**
     * How parameters of tensors the store owns are kept; {@link Storage#F32} by default.
     *
     * @param storage their storage
     * @return this
     * @throws NullPointerException if it is null
     */
    public ParameterStoreBuilder parameters(Storage storage) {
        parameters = Check.notNull("storage", storage);
        return this;
    }

    /**
     * How gradients of tensors the store owns are kept; {@link Storage#F32} by default.
     *
     * @param storage their storage
     * @return this
     * @throws NullPointerException if it is null
     */
    public ParameterStoreBuilder gradients(Storage storage) {
        gradients = Check.notNull("storage", storage);
        return this;
    }

    /**
     * How the optimizer's states are kept; {@link Storage#F32} by default.
     *
     * @param storage their storage
     * @return this
     * @throws NullPointerException if it is null
     */
    public ParameterStoreBuilder states(Storage storage) {
        states = Check.notNull("storage", storage);
        return this;
    }

    /**
     * Adds a tensor whose parameters and gradients the store owns.
     *
     * @param name its name
     * @param shape its dimensions, outermost first; none for a single number
     * @return this
     * @throws IllegalArgumentException if the name is taken, a dimension is negative, or the store gets more than 2^56 elements, each
     *         tensor rounded up to a multiple of 16
     * @throws NullPointerException if an argument is null
     */
    public ParameterStoreBuilder tensor(String name, long... shape) {
        long size = size(name, shape);
        add(new Entry(name, shape.clone(), size, null, null));
        return this;
    }

    /**
     * Adds a one-dimensional tensor over two whole arrays of the caller's. Several tensors may have one array of gradients, or parts of it
     * that overlap. Parameters overlap with nothing else that this store wraps; whether another store has them too, is not known here, and
     * two that step the same parameters each do so as if it were alone.
     *
     * @param name its name
     * @param parameters its parameters, updated in place
     * @param gradients their gradients, only read unless the optimizer writes them
     * @return this
     * @throws IllegalArgumentException if the name is taken, the lengths differ, or one of the parameters overlaps with what is wrapped,
     *         or of the gradients with parameters
     * @throws NullPointerException if an argument is null
     */
    public ParameterStoreBuilder wrap(String name, float[] parameters, float[] gradients) {
        Check.notNull("name", name);
        Check.notNull("parameters", parameters);
        Check.notNull("gradients", gradients);
        if (gradients.length != parameters.length) {
            throw new IllegalArgumentException(gradientOf(name) + " has length " + gradients.length
                    + ", expected " + parameters.length);
        }
        return wrap(name, parameters, 0, gradients, 0, parameters.length);
    }

    /**
     * Adds a tensor over parts of two arrays of the caller's. Whatever lies outside these parts is never touched. What may overlap is said
     * in {@link #wrap(String, float[], float[])}.
     *
     * @param name its name
     * @param parameters holds its parameters, updated in place
     * @param parameterOffset index of the first one
     * @param gradients holds their gradients, only read unless the optimizer writes them
     * @param gradientOffset index of the first one
     * @param shape its dimensions, outermost first; none for a single number
     * @return this
     * @throws IllegalArgumentException if the name is taken, a dimension is negative, a part does not lie in its array, the parameters
     *         overlap with what is wrapped, or the gradients with parameters
     * @throws NullPointerException if an argument is null
     */
    public ParameterStoreBuilder wrap(
            String name, float[] parameters, int parameterOffset, float[] gradients, int gradientOffset, long... shape) {
        Check.notNull("parameters", parameters);
        Check.notNull("gradients", gradients);
        long size = size(name, shape);
        wrapped.add(WrappedMemory.of(parameterOf(name), parameters, parameterOffset, size, true),
                WrappedMemory.of(gradientOf(name), gradients, gradientOffset, size, false));
        add(new Entry(name, shape.clone(), size, new F32Heap(parameters, parameterOffset), new F32Heap(gradients, gradientOffset)));
        return this;
    }

    /**
     * Adds a tensor over native memory of the caller's: 32-bit floats in native byte order. The memory must stay allocated as long as
     * the store is used; the store does not free it, and once it is freed steps are refused. Kernels are fastest where both segments start
     * at a multiple of 64 bytes. Where frameworks move their gradients, {@link Tensor#rebindGradient} follows. What may overlap is said in
     * {@link #wrap(String, float[], float[])}.
     *
     * @param name its name
     * @param parameters its parameters, updated in place
     * @param gradients their gradients, only read unless the optimizer writes them
     * @param shape its dimensions, outermost first; none for a single number
     * @return this
     * @throws IllegalArgumentException if the name is taken, a dimension is negative, or a segment is on the heap, is of a confined arena,
     *         has not 4 bytes for each element, does not start at a multiple of 4 bytes or is freed, or the parameters are read-only or
     *         overlap with what is wrapped, or the gradients overlap with parameters
     * @throws NullPointerException if an argument is null
     */
    public ParameterStoreBuilder wrap(String name, MemorySegment parameters, MemorySegment gradients, long... shape) {
        Check.notNull("parameters", parameters);
        Check.notNull("gradients", gradients);
        long size = size(name, shape);
        wrapped.add(WrappedMemory.of(parameterOf(name), parameters, size, true),
                WrappedMemory.of(gradientOf(name), gradients, size, false));
        add(new Entry(name, shape.clone(), size, Storage.F32.over(parameters), Storage.F32.over(gradients)));
        return this;
    }

    /**
     * Makes the store. The builder may go on to describe another one, unless it wraps memory, which belongs to one store.
     *
     * @return a new store
     * @throws IllegalStateException if there is no tensor, or this builder has built a store that wraps memory
     * @throws IllegalArgumentException if planes on the heap, which tensors wrapped or not share for their states, would need more than
     *         2^31-1 elements
     */
    public ParameterStore build() {
        if (entries.isEmpty()) {
            throw new IllegalStateException("a store needs at least one tensor, got 0");
        }
        if (builtWrapped) {
            throw new IllegalStateException("a builder that wraps memory builds one store, and has");
        }
        long owned = 0;
        for (Entry entry : entries.values()) {
            owned += entry.owned() ? PlacedTensor.padded(entry.size()) : 0;
        }
        if (!nativeMemory && length > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("heap planes must have at most 2147483647 elements, tensors padded to "
                    + PlacedTensor.PADDING + " included; use nativeMemory() or several stores; got " + length);
        }
        ParameterStore store = new ParameterStore(nativeMemory, arena, planes(), states, wrapped, gradientFinder);
        try {
            place(store, store.allocate(parameters, owned, PlacedTensor.PARAMETER),
                    store.allocate(gradients, owned, PlacedTensor.GRADIENT));
            builtWrapped = !wrapped.isEmpty();
            return store;
        } catch (Throwable e) {
            store.close();
            throw e;
        }
    }

    /**
     * What is described so far.
     *
     * @return for instance {@code ParameterStoreBuilder[2 tensors, on the heap, parameters F32, gradients F32, states BF16]}
     */
    @Override
    public String toString() {
        return "ParameterStoreBuilder[" + entries.size() + (entries.size() == 1 ? " tensor, " : " tensors, ") + planes() + "]";
    }

    /** Where the store's own planes lie, and how all are kept. */
    private String planes() {
        return (nativeMemory ? "in native memory" : "on the heap") + ", parameters " + parameters + ", gradients " + gradients
                + ", states " + states;
    }

    private void place(ParameterStore store, MemoryPlane ownedParameters, MemoryPlane ownedGradients) {
        long start = 0;
        for (Entry entry : entries.values()) {
            MemoryPlane parameter = entry.owned() ? ownedParameters.at(start) : entry.parameter();
            MemoryPlane gradient = entry.owned() ? ownedGradients.at(start) : entry.gradient();
            store.add(entry.name(), entry.shape(), entry.owned(),
                    new Slice(store, parameterOf(entry.name()), entry.owned() ? parameters : Storage.F32, parameter, entry.size()),
                    new Slice(store, gradientOf(entry.name()), entry.owned() ? gradients : Storage.F32, gradient, entry.size()));
            start += entry.owned() ? PlacedTensor.padded(entry.size()) : 0;
        }
    }

    private void add(Entry entry) {
        entries.put(entry.name(), entry);
        length += PlacedTensor.padded(entry.size());
    }

    /** Checks name and shape of a tensor to be added; returns the product of its dimensions. */
    private long size(String name, long[] shape) {
        Check.notNull("name", name);
        Check.notNull("shape", shape);
        if (entries.containsKey(name)) {
            throw new IllegalArgumentException("a tensor is already named '" + name + "'");
        }
        for (int i = 0; i < shape.length; i++) {
            if (shape[i] < 0) {
                throw new IllegalArgumentException("dimension " + i + " of '" + name + "' must be at least 0, got " + shape[i]);
            }
        }
        long size = product(shape);
        if (size > MOST_ELEMENTS - length) {
            throw new IllegalArgumentException("'" + name + "' must keep the store within 2^56 elements, got shape "
                    + Arrays.toString(shape));
        }
        return size;
    }

    /** Product of dimensions; the largest number in place of one that is larger. */
    private static long product(long[] dimensions) {
        long product = 1;
        for (long dimension : dimensions) {
            boolean fits = Math.multiplyHigh(product, dimension) == 0 && product * dimension >= 0;
            product = fits ? product * dimension : Long.MAX_VALUE;
        }
        return product;
    }

    private static String parameterOf(String name) {
        return "parameter of '" + name + "'";
    }

    private static String gradientOf(String name) {
        return "gradient of '" + name + "'";
    }
}
