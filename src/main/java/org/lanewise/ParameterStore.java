package org.lanewise;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lanewise.check.Check;
import org.lanewise.check.HotSpot;
import org.lanewise.check.WrappedMemory;
import org.lanewise.execution.Claims;
import org.lanewise.execution.NormPass;
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
    private final List<Tensor> inOrder = new ArrayList<>();
    private final List<Slice> callersMemory = new ArrayList<>();
    private final String planes;
    private final Storage stateStorage;
    private final WrappedMemory wrapped;
    private final Arena arena;
    private final boolean ownsArena;
    private final Optional<Runnable> gradientFinder;
    private final List<Bound> bound = new ArrayList<>();
    private boolean[] hadGradient = {};
    private Optional<Object> stepped = Optional.empty();
    private long withoutGradient;
    private boolean gradientsWritten;
    private long rebinds;
    private boolean closed;

    /** Planes of state, and the numbers of the tensors that have them, in their order. */
    private record Bound(States states, List<Integer> tensors) {
        /** Which of these tensors one is; negative if it is none of them. */
        int place(Tensor tensor) {
            return Collections.binarySearch(tensors, tensor.index());
        }
    }

    /** {@code planes} says where those of its own lie, and how they are kept. */
    ParameterStore(boolean nativeMemory, Optional<Arena> callers, String planes, Storage stateStorage, WrappedMemory wrapped,
            Optional<Runnable> gradientFinder) {
        this.ownsArena = nativeMemory && callers.isEmpty();
        this.arena = !nativeMemory ? null : callers.isPresent() ? callers.get() : Arena.ofShared();
        this.gradientFinder = gradientFinder;
        this.planes = planes;
        this.stateStorage = stateStorage;
        this.wrapped = wrapped;
    }

    /**
     * A store of one tensor, named {@code parameters}, over the caller's own arrays, with states in {@code float[]}.
     *
     * @param parameters the parameters, updated in place
     * @param gradients their gradients, only read unless the optimizer writes them
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
        // An optimizer will be made next, and asks for what that takes longest for.
        HotSpot.read();
        return new ParameterStoreBuilder();
    }

    /**
     * All tensors.
     *
     * @return in the order in which they were added; immutable
     */
    public List<Tensor> tensors() {
        return List.copyOf(inOrder);
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
        if (ownsArena && arena.scope().isAlive()) {
            arena.close();
        }
        closed = true;
        bound.forEach(each -> each.states().close());
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
        for (int k = 0; k < callersMemory.size(); k++) {
            callersMemory.get(k).requireAlive();
        }
    }

    void add(String name, long[] shape, boolean owned, Slice parameter, Slice gradient) {
        Tensor tensor = new Tensor(this, inOrder.size(), name, shape, owned, parameter, gradient);
        tensors.put(name, tensor);
        inOrder.add(tensor);
        if (parameter.isNative() && !(owned && ownsArena)) {
            callersMemory.add(parameter);
            callersMemory.add(gradient);
        }
    }

    List<PlacedTensor> placedTensors() {
        List<PlacedTensor> placed = new ArrayList<>();
        for (Tensor tensor : inOrder) {
            placed.add(tensor.placed());
        }
        return placed;
    }

    /**
     * Gives the store an optimizer that is made next.
     *
     * @param optimizer whose text tells in messages which it is; not asked before, for the first text of a record takes 20 ms
     */
    void bind(Object optimizer) {
        requireUsable();
        if (stepped.isPresent()) {
            throw new IllegalStateException("store already has an optimizer, of " + stepped.get());
        }
        stepped = Optional.of(optimizer);
    }

    /** Takes the optimizer back, because it could not be made. */
    void unbind() {
        stepped = Optional.empty();
        gradientsWritten = false;
    }

    /** Allocates planes of state, which are this store's once they are {@link #keep kept}. */
    List<States> allocate(List<Claims.Claim> claims) {
        requireUsable();
        List<States> allocated = new ArrayList<>();
        try {
            for (Claims.Claim claim : claims) {
                allocated.add(allocate(claim));
            }
            return allocated;
        } catch (Throwable e) {
            free(allocated);
            throw e;
        }
    }

    static void free(List<States> states) {
        for (States each : states) {
            each.close();
        }
    }

    private States allocate(Claims.Claim claim) {
        List<Shape> shapes = new ArrayList<>();
        for (int tensor : claim.tensors()) {
            shapes.add(Shape.of(inOrder.get(tensor).shape()));
        }
        return new States(claim.kinds(), shapes, arena == null ? null : Arena.ofShared());
    }

    /** Keeps planes that were {@link #allocate allocated} for these claims. */
    void keep(List<Claims.Claim> claims, List<States> allocated) {
        requireUsable();
        for (int k = 0; k < claims.size(); k++) {
            bound.add(new Bound(allocated.get(k), claims.get(k).tensors()));
        }
    }

    /** How planes of a rule's states are allocated; {@code index} is that of the plane in kernels. */
    States.Kind kind(Rule.State state, int index) {
        Storage storage = state.exact() ? Storage.F32 : stateStorage;
        return new States.Kind(state.name(), state.initialValue(), state.extent(), state.exact(),
                (arena, length) -> storage.allocate(arena, length, index));
    }

    Storage stateStorage() {
        return stateStorage;
    }

    Slice state(Tensor tensor, String name) {
        requireOpen();
        List<String> names = new ArrayList<>();
        for (Bound each : bound) {
            List<States.Kind> kinds = each.place(tensor) >= 0 ? each.states().kinds() : List.of();
            for (int k = 0; k < kinds.size(); k++) {
                names.add(kinds.get(k).name());
                if (kinds.get(k).name().equals(name)) {
                    MemoryPlane plane = each.states().plane(k, each.place(tensor));
                    return new Slice(this, "state '" + name + "' of '" + tensor.name() + "'",
                            plane.keepsFloats() ? Storage.F32 : stateStorage, plane, Shape.of(tensor.shape()).count(kinds.get(k).extent()));
                }
            }
        }
        throw new IllegalArgumentException("no state '" + name + "' of '" + tensor.name() + "' in a store with states " + names);
    }

    /** That gradients of this norm are refused, of which this is the first that is not finite. */
    ArithmeticException notFinite(Optional<NormPass.Found> first, long step, double norm) {
        return new ArithmeticException(first
                .map(found -> "gradient of '" + tensors().get(found.tensor()).name() + "' must be finite in step " + step + ", at index "
                        + found.index() + " got " + found.value())
                .orElse("norm of the gradients must be at most " + Float.MAX_VALUE + " in step " + step + ", got " + norm));
    }

    /** Counts the tensors without a gradient. */
    void hasGradient(boolean before, boolean now) {
        withoutGradient += (before ? 1 : 0) - (now ? 1 : 0);
    }

    /**
     * Has gradients found, if somebody said how.
     *
     * @param further whether they are added to others: a tensor that had a gradient among those has one
     */
    void findGradients(boolean further) {
        if (gradientFinder.isEmpty()) {
            return;
        }
        if (hadGradient.length != tensors.size()) {
            hadGradient = new boolean[tensors.size()];
        }
        int k = 0;
        for (Tensor tensor : tensors.values()) {
            hadGradient[k++] = further && tensor.hasGradient();
        }
        gradientFinder.get().run();
        k = 0;
        for (Tensor tensor : tensors.values()) {
            if (hadGradient[k++] && !tensor.hasGradient()) {
                tensor.setHasGradient(true);
            }
        }
    }

    boolean allHaveGradients() {
        return withoutGradient == 0;
    }

    /**
     * Lets steps write gradients.
     *
     * @param written what is done to them, for messages
     */
    void writeGradients(String written) {
        if (wrapped.hasSharedReads()) {
            throw new IllegalArgumentException("gradients that overlap in the caller's memory cannot be " + written
                    + ": the next tensor needs them");
        }
        for (Slice slice : callersMemory) {
            if (slice.plane().memory() instanceof MemorySegment segment) {
                WrappedMemory.requireWritable(slice.name(), segment);
            }
        }
        gradientsWritten = true;
    }

    void rebindGradient(Tensor tensor, MemorySegment gradients) {
        requireOpen();
        Slice gradient = tensor.gradient();
        if (tensor.owned() || !gradient.isNative()) {
            throw new IllegalArgumentException(gradient + " must be wrapped native memory to be bound to another segment, got "
                    + (tensor.owned() ? "planes of the store's own" : "a float[]"));
        }
        WrappedMemory.Part part = WrappedMemory.of(gradient.name(), gradients, gradient.size(), false);
        if (gradientsWritten) {
            WrappedMemory.requireWritable(gradient.name(), gradients);
        }
        wrapped.replaceRead(part, gradientsWritten);
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
