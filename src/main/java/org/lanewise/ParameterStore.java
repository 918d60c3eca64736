package org.lanewise;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Shape;
import org.lanewise.storage.Bf16Heap;
import org.lanewise.storage.Bf16Native;
import org.lanewise.storage.F32Heap;
import org.lanewise.storage.F32Native;
import org.lanewise.storage.MemoryPlane;

/**
 * All planes of a model: parameters, gradients, and the states its optimizer keeps, each one array over one index space.
 *
 * <p>Tensors are named ranges of that space. The planes of a tensor are owned by the store, on the heap or in native memory
 * aligned to 64 bytes, or they are the caller's own {@code float[]}:
 * <pre>{@code
 * var store = ParameterStore.wrap(weights, gradients);
 *
 * try (var store = ParameterStore.builder().nativeMemory().states(Storage.BF16)
 *         .tensor("fc1.weight", 128, 64).tensor("fc1.bias", 128).build()) {
 *     store.tensor("fc1.weight").parameter().copyFrom(initialWeights);
 *     ...
 * }
 * }</pre>
 *
 * <p>All numbers start at zero in planes the store owns. {@link #close} frees native memory; a store without it need not be
 * closed. Not thread-safe.
 */
public final class ParameterStore implements AutoCloseable {
    private static final long ALIGNMENT_BYTES = 64;

    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final List<Range> ranges = new ArrayList<>();
    private final Map<String, MemoryPlane> states = new LinkedHashMap<>();
    private final Storage stateStorage;
    private final Arena arena;
    private Arena stateArena;
    private final Map<Extent, Long> lengths = new EnumMap<>(Extent.class);
    private Rule rule;
    private boolean closed;

    /**
     * Elements {@code start} to {@code start + length - 1} of the index space, contiguous in every plane.
     *
     * @param owned whether the planes are the store's own: then neighbours can be one range
     */
    record Range(MemoryPlane parameter, MemoryPlane gradient, long start, long length, boolean owned) {}

    ParameterStore(boolean nativeMemory, Storage stateStorage) {
        this.arena = nativeMemory ? Arena.ofShared() : null;
        this.stateStorage = stateStorage;
    }

    /**
     * A store of one tensor, named {@code parameters}, over the caller's own arrays, with states in {@code float[]}.
     *
     * @param parameters the parameters, updated in place
     * @param gradients their gradients, only read
     * @return a new store; it need not be closed
     * @throws IllegalArgumentException if the arrays have different lengths or are the same one
     */
    public static ParameterStore wrap(float[] parameters, float[] gradients) {
        return builder().wrap("parameters", parameters, gradients).build();
    }

    /**
     * Starts a store: heap memory, {@link Storage#F32} everywhere, no tensors.
     *
     * @return a new builder
     */
    public static ParameterStoreBuilder builder() {
        return new ParameterStoreBuilder();
    }

    /**
     * All tensors.
     *
     * @return in the order in which they were added; immutable
     */
    public List<Tensor> tensors() {
        return List.copyOf(tensors.values());
    }

    /**
     * One tensor.
     *
     * @param name its name
     * @return the tensor
     * @throws IllegalArgumentException if there is none of that name
     */
    public Tensor tensor(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no tensor '" + name + "' in a store of " + tensors.keySet());
        }
        return tensor;
    }

    /**
     * Number of parameters.
     *
     * @return the sum of the tensors' sizes
     */
    public long size() {
        return tensors.values().stream().mapToLong(Tensor::size).sum();
    }

    /**
     * Frees native memory. From now on everything that reads or writes numbers is refused: of this store, its slices and its optimizer.
     * Segments of native memory that were handed out refuse access. Does nothing if the store is closed already.
     *
     * @throws IllegalStateException if a native call is using one of its segments; the memory is then not freed, and closing again does
     */
    @Override
    public void close() {
        release(arena);
        closed = true;
        release(stateArena);
    }

    private static void release(Arena arena) {
        if (arena != null && arena.scope().isAlive()) {
            arena.close();
        }
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("store is closed");
        }
    }

    /** Makes room for a tensor behind the others; returns where its numbers begin in planes of each extent. */
    Map<Extent, Long> claim(Shape shape, long padded) {
        Map<Extent, Long> starts = new EnumMap<>(Extent.class);
        for (Extent extent : Extent.values()) {
            long start = lengths.getOrDefault(extent, 0L);
            starts.put(extent, start);
            lengths.put(extent, start + (extent == Extent.PARAMETER ? padded : shape.count(extent)));
        }
        return starts;
    }

    void add(Tensor tensor) {
        tensors.put(tensor.name(), tensor);
    }

    /** Adds a range behind the others; one of the store's own planes grows instead, so that small tensors cost no call each. */
    void extend(Range range) {
        if (range.owned() && !ranges.isEmpty() && ranges.getLast().owned()) {
            Range last = ranges.removeLast();
            range = new Range(last.parameter(), last.gradient(), last.start(), last.length() + range.length(), true);
        }
        ranges.add(range);
    }

    List<Range> ranges() {
        return List.copyOf(ranges);
    }

    /** Allocates planes of state for all tensors: this store's after {@link #bind}, gone after {@link #releaseStates}. */
    List<MemoryPlane> allocateStates(List<Rule.State> wanted) {
        requireOpen();
        if (rule != null) {
            throw new IllegalStateException("store already has an optimizer, of " + rule);
        }
        stateArena = arena == null ? null : Arena.ofShared();
        try {
            List<MemoryPlane> planes = new ArrayList<>();
            for (Rule.State state : wanted) {
                long length = lengths.get(state.extent());
                MemoryPlane plane = allocate(stateArena, storageOf(state), length);
                if (Float.floatToRawIntBits(state.initialValue()) != 0) {
                    plane.fill(state.initialValue(), length);
                }
                planes.add(plane);
            }
            return planes;
        } catch (Throwable e) {
            releaseStates();
            throw e;
        }
    }

    private Storage storageOf(Rule.State state) {
        return state.exact() ? Storage.F32 : stateStorage;
    }

    void releaseStates() {
        release(stateArena);
    }

    void bind(Rule rule, List<MemoryPlane> planes) {
        this.rule = rule;
        for (int i = 0; i < planes.size(); i++) {
            states.put(rule.states().get(i).name(), planes.get(i));
        }
    }

    Slice state(Tensor tensor, String name) {
        requireOpen();
        MemoryPlane plane = states.get(name);
        if (plane == null) {
            throw new IllegalArgumentException("no state '" + name + "' of '" + tensor.name() + "' in a store with states "
                    + states.keySet());
        }
        Rule.State state = rule.states().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
        return new Slice(this, "state '" + name + "' of '" + tensor.name() + "'", storageOf(state),
                plane.at(tensor.start(state.extent())), Shape.of(tensor.shape()).count(state.extent()));
    }

    /** A plane of this store's own, all zero. */
    MemoryPlane allocate(Storage storage, long elements) {
        return allocate(arena, storage, elements);
    }

    private static MemoryPlane allocate(Arena arena, Storage storage, long elements) {
        if (arena == null) {
            return switch (storage) {
                case F32 -> new F32Heap(new float[(int) elements], 0);
                case BF16 -> new Bf16Heap(new short[(int) elements], 0);
            };
        }
        var segment = arena.allocate(elements * storage.bytes(), ALIGNMENT_BYTES);
        return switch (storage) {
            case F32 -> new F32Native(segment);
            case BF16 -> new Bf16Native(segment);
        };
    }
}
