package org.lanewise;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.lanewise.check.Check;
import org.lanewise.check.WrappedMemory;
import org.lanewise.execution.PlacedTensor;
import org.lanewise.execution.States;
import org.lanewise.kernel.Shape;
import org.lanewise.storage.MemoryPlane;

/**
 * All planes of a model: parameters, gradients, and the states its optimizer keeps, each one array over one index space.
 *
 * <p>Tensors are named ranges of that space. The planes of a tensor are owned by the store, on the heap or in native memory
 * aligned to 64 bytes, or they are the caller's own {@code float[]} or native memory:
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
 * <p>Parameters and gradients that the store owns start at zero, and states as their {@link Rule.State} says. {@link #close} frees native
 * memory; a store without it need not be closed. Not thread-safe.
 */
public final class ParameterStore implements AutoCloseable {
    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final List<Slice> nativeWrapped = new ArrayList<>();
    private final String planes;
    private final Storage stateStorage;
    private final WrappedMemory wrapped;
    private final Arena arena;
    private Rule rule;
    private List<Rule.State> stateKinds = List.of();
    private States states;
    private long rebinds;
    private boolean closed;

    /** {@code planes} says where those of its own lie, and how they are kept. */
    ParameterStore(boolean nativeMemory, String planes, Storage stateStorage, WrappedMemory wrapped) {
        this.arena = nativeMemory ? Arena.ofShared() : null;
        this.planes = planes;
        this.stateStorage = stateStorage;
        this.wrapped = wrapped;
    }

    /**
     * A store of one tensor, named {@code parameters}, over the caller's own arrays, with states in {@code float[]}.
     *
     * @param parameters the parameters, updated in place
     * @param gradients their gradients, only read
     * @return a new store; it need not be closed
     * @throws IllegalArgumentException if the arrays have different lengths or are the same one
     * @throws NullPointerException if an array is null
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
     * @throws NullPointerException if the name is null
     */
    public Tensor tensor(String name) {
        Tensor tensor = tensors.get(Check.notNull("name", name));
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
     * Segments of the store's own native memory that were handed out refuse access. Memory of the caller's stays as it is. Does nothing if
     * the store is closed already.
     *
     * @throws IllegalStateException if a native call is using one of its segments; the memory is then not freed, and closing again does
     */
    @Override
    public void close() {
        if (arena != null && arena.scope().isAlive()) {
            arena.close();
        }
        closed = true;
        if (states != null) {
            states.close();
        }
    }

    /**
     * Tensors, elements, and where and how planes are kept.
     *
     * @return for instance {@code ParameterStore[2 tensors, 8320 parameters, 1 tensor wrapped, in native memory, parameters F32, gradients
     *         F32, states BF16]}; what follows the wrapped ones is said of planes of the store's own
     */
    @Override
    public String toString() {
        long wrappedTensors = tensors.values().stream().filter(tensor -> !tensor.owned()).count();
        return "ParameterStore[" + count(tensors.size()) + ", " + size() + " parameters, "
                + (wrappedTensors == 0 ? "" : count(wrappedTensors) + " wrapped, ") + planes + (closed ? ", closed]" : "]");
    }

    private static String count(long tensors) {
        return tensors + (tensors == 1 ? " tensor" : " tensors");
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("store is closed");
        }
    }

    /** What a step, which reads and writes all tensors, needs. */
    void requireUsable() {
        requireOpen();
        nativeWrapped.forEach(Slice::requireAlive);
    }

    void add(String name, long[] shape, boolean owned, Slice parameter, Slice gradient) {
        tensors.put(name, new Tensor(this, tensors.size(), name, shape, owned, parameter, gradient));
        if (!owned && parameter.isNative()) {
            nativeWrapped.add(parameter);
            nativeWrapped.add(gradient);
        }
    }

    List<PlacedTensor> placedTensors() {
        return tensors.values().stream().map(Tensor::placed).toList();
    }

    /**
     * Gives the store an optimizer: has its work made over new planes of state, which are this store's if that succeeds.
     *
     * @param rule tells in messages whose they are
     * @param wanted what planes to allocate
     */
    <T> T bind(Rule rule, List<Rule.State> wanted, Function<States, T> make) {
        requireUsable();
        if (this.rule != null) {
            throw new IllegalStateException("store already has an optimizer, of " + this.rule);
        }
        this.rule = rule;
        States allocated = null;
        try {
            allocated = allocate(wanted);
            T made = make.apply(allocated);
            requireUsable();
            states = allocated;
            stateKinds = wanted;
            return made;
        } catch (Throwable e) {
            this.rule = null;
            if (allocated != null) {
                allocated.close();
            }
            throw e;
        }
    }

    private States allocate(List<Rule.State> wanted) {
        Arena stateArena = arena == null ? null : Arena.ofShared();
        List<States.Kind> kinds = new ArrayList<>();
        for (Rule.State state : wanted) {
            int index = PlacedTensor.FIRST_STATE + kinds.size();
            kinds.add(new States.Kind(state.name(), state.initialValue(), state.extent(),
                    length -> storageOf(state).allocate(stateArena, length, index)));
        }
        return new States(kinds, tensors.values().stream().map(tensor -> Shape.of(tensor.shape())).toList(), stateArena);
    }

    private Storage storageOf(Rule.State state) {
        return state.exact() ? Storage.F32 : stateStorage;
    }

    Slice state(Tensor tensor, String name) {
        requireOpen();
        for (int k = 0; k < stateKinds.size(); k++) {
            Rule.State kind = stateKinds.get(k);
            if (kind.name().equals(name)) {
                return new Slice(this, "state '" + name + "' of '" + tensor.name() + "'", storageOf(kind),
                        states.plane(k, tensor.index()), Shape.of(tensor.shape()).count(kind.extent()));
            }
        }
        throw new IllegalArgumentException("no state '" + name + "' of '" + tensor.name() + "' in a store with states "
                + stateKinds.stream().map(Rule.State::name).toList());
    }

    void rebindGradient(Tensor tensor, MemorySegment gradients) {
        requireOpen();
        Slice gradient = tensor.gradient();
        if (tensor.owned() || !gradient.isNative()) {
            throw new IllegalArgumentException(gradient + " must be wrapped native memory to be bound to another segment, got "
                    + (tensor.owned() ? "planes of the store's own" : "a float[]"));
        }
        wrapped.replaceRead(WrappedMemory.of(gradient.name(), gradients, gradient.size(), false));
        gradient.rebind(Storage.F32.over(gradients));
        rebinds++;
    }

    /** How often a gradient was bound to another segment. */
    long rebinds() {
        return rebinds;
    }

    /** A plane of this store's own, all zero; {@code index} says which. */
    MemoryPlane allocate(Storage storage, long elements, int index) {
        return storage.allocate(arena, elements, index);
    }
}
