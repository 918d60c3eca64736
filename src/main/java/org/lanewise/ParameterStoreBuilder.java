package org.lanewise;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.lanewise.ParameterStore.Range;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Shape;
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

    /** Elements that tensors are padded to: 64 bytes of floats, one vector of the widest kind, so that no tail is left. */
    private static final int PADDING = 16;

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<float[], TreeMap<Integer, Span>> wrapped = new IdentityHashMap<>();
    private long length;
    private boolean built;
    private boolean nativeMemory;
    private Storage parameters = Storage.F32;
    private Storage gradients = Storage.F32;
    private Storage states = Storage.F32;

    /** Elements {@code from} to {@code to - 1} of an array of the caller's. */
    private record Span(String what, float[] array, int from, int to) {
        MemoryPlane plane() {
            return new F32Heap(array, from);
        }
    }

    /** A tensor to be; without spans, one that the store owns. */
    private record Entry(String name, long[] shape, long size, Span parameter, Span gradient) {}

    ParameterStoreBuilder() {}

    /**
     * Keeps the store's own planes in Java arrays: the default.
     *
     * @return this
     */
    public ParameterStoreBuilder heap() {
        nativeMemory = false;
        return this;
    }

    /**
     * Keeps the store's own planes outside the heap, aligned to 64 bytes, until the store is closed.
     *
     * @return this
     */
    public ParameterStoreBuilder nativeMemory() {
        nativeMemory = true;
        return this;
    }

    /**
     * How parameters of tensors the store owns are kept; {@link Storage#F32} by default.
     *
     * @param storage their storage
     * @return this
     */
    public ParameterStoreBuilder parameters(Storage storage) {
        parameters = Objects.requireNonNull(storage, "storage");
        return this;
    }

    /**
     * How gradients of tensors the store owns are kept; {@link Storage#F32} by default.
     *
     * @param storage their storage
     * @return this
     */
    public ParameterStoreBuilder gradients(Storage storage) {
        gradients = Objects.requireNonNull(storage, "storage");
        return this;
    }

    /**
     * How the optimizer's states are kept; {@link Storage#F32} by default.
     *
     * @param storage their storage
     * @return this
     */
    public ParameterStoreBuilder states(Storage storage) {
        states = Objects.requireNonNull(storage, "storage");
        return this;
    }

    /**
     * Adds a tensor whose parameters and gradients the store owns.
     *
     * @param name its name
     * @param shape its dimensions, outermost first; none for a single number
     * @return this
     * @throws IllegalArgumentException if the name is taken, a dimension is negative, or the store gets more than 2^56 elements
     */
    public ParameterStoreBuilder tensor(String name, long... shape) {
        add(new Entry(name, shape.clone(), size(name, shape), null, null));
        return this;
    }

    /**
     * Adds a one-dimensional tensor over two whole arrays of the caller's.
     *
     * @param name its name
     * @param parameters its parameters, updated in place
     * @param gradients their gradients, only read
     * @return this
     * @throws IllegalArgumentException if the name is taken, the lengths differ, or an array overlaps with one wrapped before
     */
    public ParameterStoreBuilder wrap(String name, float[] parameters, float[] gradients) {
        Objects.requireNonNull(parameters, "parameters");
        Objects.requireNonNull(gradients, "gradients");
        if (gradients.length != parameters.length) {
            throw new IllegalArgumentException("gradient of '" + name + "' has length " + gradients.length
                    + ", expected " + parameters.length);
        }
        return wrap(name, parameters, 0, gradients, 0, parameters.length);
    }

    /**
     * Adds a tensor over parts of two arrays of the caller's. Whatever lies outside these parts is never touched.
     *
     * @param name its name
     * @param parameters holds its parameters, updated in place
     * @param parameterOffset index of the first one
     * @param gradients holds their gradients, only read
     * @param gradientOffset index of the first one
     * @param shape its dimensions, outermost first; none for a single number
     * @return this
     * @throws IllegalArgumentException if the name is taken, a dimension is negative, a part does not lie in its array, or it
     *         overlaps with one wrapped before
     */
    public ParameterStoreBuilder wrap(
            String name, float[] parameters, int parameterOffset, float[] gradients, int gradientOffset, long... shape) {
        Objects.requireNonNull(parameters, "parameters");
        Objects.requireNonNull(gradients, "gradients");
        long size = size(name, shape);
        Span parameter = span("parameter of '" + name + "'", parameters, parameterOffset, size);
        Span gradient = span("gradient of '" + name + "'", gradients, gradientOffset, size);
        requireNoOverlap(gradient, parameter);
        requireNoOverlap(parameter);
        requireNoOverlap(gradient);
        add(new Entry(name, shape.clone(), size, parameter, gradient));
        if (size > 0) {
            wrapped.computeIfAbsent(parameters, _ -> new TreeMap<>()).put(parameterOffset, parameter);
            wrapped.computeIfAbsent(gradients, _ -> new TreeMap<>()).put(gradientOffset, gradient);
        }
        return this;
    }

    /**
     * Makes the store. The builder may go on to describe another one, unless it wraps arrays: they belong to one store.
     *
     * @return a new store
     * @throws IllegalStateException if there is no tensor, or this builder wraps arrays and has built a store already
     * @throws IllegalArgumentException if planes on the heap, which tensors wrapped or not share for their states, would need more than
     *         2^31-1 elements
     */
    public ParameterStore build() {
        if (entries.isEmpty()) {
            throw new IllegalStateException("a store needs at least one tensor, got 0");
        }
        if (built && !wrapped.isEmpty()) {
            throw new IllegalStateException("a builder that wraps arrays builds one store, and has");
        }
        long owned = entries.values().stream().filter(e -> e.parameter() == null).mapToLong(e -> padded(e.size())).sum();
        if (!nativeMemory && length > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("heap planes must have at most 2147483647 elements, tensors padded to "
                    + PADDING + " included; use nativeMemory() or several stores; got " + length);
        }
        ParameterStore store = new ParameterStore(nativeMemory, states);
        try {
            place(store, store.allocate(parameters, owned), store.allocate(gradients, owned));
            built = true;
            return store;
        } catch (Throwable e) {
            store.close();
            throw e;
        }
    }

    private void place(ParameterStore store, MemoryPlane ownedParameters, MemoryPlane ownedGradients) {
        long ownedStart = 0;
        for (Entry entry : entries.values()) {
            boolean owned = entry.parameter() == null;
            MemoryPlane parameter = owned ? ownedParameters.at(ownedStart) : entry.parameter().plane();
            MemoryPlane gradient = owned ? ownedGradients.at(ownedStart) : entry.gradient().plane();
            Map<Extent, Long> starts = store.claim(Shape.of(entry.shape()), padded(entry.size()));
            String of = " of '" + entry.name() + "'";
            store.add(new Tensor(store, entry.name(), entry.shape(), starts,
                    new Slice(store, "parameter" + of, owned ? parameters : Storage.F32, parameter, entry.size()),
                    new Slice(store, "gradient" + of, owned ? gradients : Storage.F32, gradient, entry.size())));
            store.extend(new Range(parameter, gradient, starts.get(Extent.PARAMETER), owned ? padded(entry.size()) : entry.size(), owned));
            ownedStart += owned ? padded(entry.size()) : 0;
        }
    }

    private void add(Entry entry) {
        entries.put(entry.name(), entry);
        length += padded(entry.size());
    }

    /** Checks name and shape of a tensor to be added; returns the product of its dimensions. */
    private long size(String name, long[] shape) {
        Objects.requireNonNull(name, "name");
        if (entries.containsKey(name)) {
            throw new IllegalArgumentException("a tensor is already named '" + name + "'");
        }
        for (int i = 0; i < shape.length; i++) {
            if (shape[i] < 0) {
                throw new IllegalArgumentException("dimension " + i + " of '" + name + "' must be at least 0, got " + shape[i]);
            }
        }
        BigInteger size = Arrays.stream(shape).mapToObj(BigInteger::valueOf).reduce(BigInteger.ONE, BigInteger::multiply);
        if (size.compareTo(BigInteger.valueOf(MOST_ELEMENTS - length)) > 0) {
            throw new IllegalArgumentException("'" + name + "' must keep the store within 2^56 elements, got shape "
                    + Arrays.toString(shape));
        }
        return size.longValueExact();
    }

    private static Span span(String what, float[] array, int offset, long size) {
        if (offset < 0 || size > array.length - offset) {
            throw new IllegalArgumentException(what + " needs " + size + " elements from index " + offset
                    + " on, its array has length " + array.length);
        }
        return new Span(what, array, offset, (int) (offset + size));
    }

    private void requireNoOverlap(Span span) {
        TreeMap<Integer, Span> spans = wrapped.getOrDefault(span.array(), new TreeMap<>());
        for (var neighbour : Arrays.asList(spans.floorEntry(span.from()), spans.higherEntry(span.from()))) {
            if (neighbour != null) {
                requireNoOverlap(span, neighbour.getValue());
            }
        }
    }

    private static void requireNoOverlap(Span a, Span b) {
        if (a.array() == b.array() && Math.max(a.from(), b.from()) < Math.min(a.to(), b.to())) {
            throw new IllegalArgumentException(a.what() + " overlaps with " + b.what() + ": elements " + a.from() + " to "
                    + (a.to() - 1) + " and " + b.from() + " to " + (b.to() - 1) + " of the same array");
        }
    }

    private static long padded(long size) {
        return (size + PADDING - 1) / PADDING * PADDING;
    }
}
