package org.lanewise.javacpp;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Module;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Storage;
import org.lanewise.Tensor;
import org.lanewise.javacpp.binding.Bound;
import org.lanewise.javacpp.binding.Moved;
import org.lanewise.javacpp.binding.Wrapped;

/**
 * The parameters of a LibTorch module, and their gradients, as a {@link ParameterStore} that an optimizer steps in place. Autograd writes
 * the gradients; nothing is copied.
 *
 * <pre>{@code
 * try (var torch = TorchStore.of(model);
 *         var optimizer = Optimizer.builder(torch.store()).rule(new AdamW(1e-3)).clipNorm(1).clearGradients(true).build()) {
 *     for (var batch : batches) {
 *         try (var scope = new PointerScope()) {
 *             loss(model, batch).backward();
 *             optimizer.step();
 *         }
 *     }
 * }
 * }</pre>
 *
 * <p><b>Names</b> are those of {@code named_parameters()}, so {@code TorchCheckpoint} exchanges files with Python's PyTorch. A parameter
 * that is registered in several places is one tensor, under its first name.
 *
 * <p><b>Gradients.</b> Before each step is looked for where PyTorch has them. A parameter whose gradient is undefined, because it is
 * frozen or took no part in the loss, is left out of that step, as in {@code torch::optim}; so is one whose gradient {@code zero_grad()}
 * freed. Clear gradients by {@code OptimizerBuilder.clearGradients(true)}, which costs nothing, or by {@link #zeroGradients}: they stay
 * where they are and stay defined. {@code zero_grad(true)} has PyTorch allocate new ones in each step, which {@link #of} copies back into
 * its plane, and {@link #wrap} binds anew. With an optimizer that accumulates, gradients are looked for in each {@code accumulate}.
 *
 * <p><b>Life.</b> The tensors belong to the store until it is closed; a {@code PointerScope} around its making does not end them, and the
 * module may be closed before or after. {@link #close} leaves the model whole. Not thread-safe. Threads of PyTorch's must not run forward
 * or backward during a step.
 */
public final class TorchStore implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final Bound[] parameters;
    private final ParameterStore store;
    private final List<MemorySegment> gradientPlane;
    private boolean closed;

    private TorchStore(Module module, Storage states, boolean moves) {
        Objects.requireNonNull(module, "module must not be null");
        Objects.requireNonNull(states, "states must not be null");
        ParameterStoreBuilder builder = ParameterStore.builder().nativeMemory(arena).states(states).findGradients(this::findGradients);
        List<ParameterStore> made = new ArrayList<>();
        try {
            List<Bound> bound = moves ? Moved.move(module, builder, made) : Wrapped.wrap(module, builder, arena, made);
            parameters = bound.toArray(Bound[]::new);
        } catch (Throwable e) {
            made.forEach(ParameterStore::close);
            arena.close();
            throw e;
        }
        store = made.getFirst();
        gradientPlane = moves ? List.of(plane(store)) : List.of();
    }

    /**
     * Moves the parameters of a module into planes of Lanewise's: one range of memory for all, stepped as one. Gradients that are defined
     * move at once, others in the first step that finds them, by one copy; from then on autograd adds to them in the plane.
     *
     * @param module its parameters must be dense, contiguous {@code Float} leaves on the CPU that do not share memory
     * @return a new store, to be closed
     * @throws IllegalArgumentException if there is no parameter, or one or its gradient is of another kind; the message names it, and
     *         nothing has changed
     * @throws NullPointerException if the module is null
     */
    public static TorchStore of(Module module) {
        return of(module, Storage.F32);
    }

    /**
     * The same, with a storage for the states of optimizers.
     *
     * @param module as in {@link #of(Module)}
     * @param states how states are kept
     * @return a new store, to be closed
     * @throws IllegalArgumentException as {@link #of(Module)}
     * @throws NullPointerException if an argument is null
     */
    public static TorchStore of(Module module, Storage states) {
        return new TorchStore(module, states, true);
    }

    /**
     * Binds the parameters of a module where they are, and the gradients wherever PyTorch puts them. The memory of the last gradients is
     * kept until the next step, also if {@code zero_grad} lets go of them.
     *
     * @param module as in {@link #of(Module)}; its gradients must be contiguous too
     * @return a new store, to be closed
     * @throws IllegalArgumentException as {@link #of(Module)}
     * @throws NullPointerException if the module is null
     */
    public static TorchStore wrap(Module module) {
        return wrap(module, Storage.F32);
    }

    /**
     * The same, with a storage for the states of optimizers.
     *
     * @param module as in {@link #wrap(Module)}
     * @param states how states are kept
     * @return a new store, to be closed
     * @throws IllegalArgumentException as {@link #of(Module)}
     * @throws NullPointerException if an argument is null
     */
    public static TorchStore wrap(Module module, Storage states) {
        return new TorchStore(module, states, false);
    }

    /**
     * What an optimizer is made for. A step of it throws {@link IllegalStateException} if a parameter was moved, for instance by {@code
     * Module.to}, and {@link IllegalArgumentException} if a gradient is sparse, or, in a store that wraps, not contiguous; the message
     * names it, and nothing has changed. Closing it alone leaves the model as it is.
     *
     * @return the same store every time
     */
    public ParameterStore store() {
        return store;
    }

    /**
     * Sets all gradients that are defined to zero where they are, {@code NaN} included. Those of a store that moved them by one fill.
     *
     * @throws IllegalStateException if this is closed
     */
    public void zeroGradients() {
        if (closed) {
            throw new IllegalStateException("store is closed");
        }
        gradientPlane.forEach(plane -> plane.fill((byte) 0));
        for (Bound parameter : parameters) {
            parameter.zeroGradient();
        }
    }

    private void findGradients() {
        for (Bound parameter : parameters) {
            parameter.findGradient();
        }
    }

    @SuppressWarnings("restricted")
    private MemorySegment plane(ParameterStore store) {
        List<Tensor> tensors = store.tensors();
        MemorySegment first = tensors.getFirst().gradient().segment(), last = tensors.getLast().gradient().segment();
        return MemorySegment.ofAddress(first.address()).reinterpret(last.address() + last.byteSize() - first.address(), arena, null);
    }

    /**
     * Gives the model memory of its own, with its parameters and gradients as they are, and frees the planes and states. Steps are refused
     * from now on. Does nothing if it is closed already.
     *
     * @throws IllegalStateException if other tensors, such as views of a parameter, still use the planes, which are then not freed;
     *         closing again does that once these tensors are closed
     */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Stream.of(parameters).forEach(Bound::giveBack);
            store.close();
        }
        if (arena.scope().isAlive()) {
            List<String> users = Stream.of(parameters).map(Bound::user).filter(user -> !user.isEmpty()).toList();
            if (!users.isEmpty()) {
                throw new IllegalStateException("memory of " + users.getFirst() + " is still used by another tensor; "
                        + "close that and then this once more");
            }
            Stream.of(parameters).forEach(Bound::release);
            arena.close();
        }
    }

    /** {@return tensors, elements and how they are kept} */
    @Override
    public String toString() {
        return "TorchStore of " + store;
    }
}
