package org.lanewise.djl;

import ai.djl.Model;
import ai.djl.nn.Parameter;
import ai.djl.util.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Storage;
import org.lanewise.djl.binding.BoundParameter;

/**
 * The parameters of a DJL model on its PyTorch engine, and their gradients, as a {@link ParameterStore} that an optimizer steps in place,
 * instead of {@code Trainer.step()}. Nothing is copied.
 *
 * <pre>{@code
 * trainer.initialize(shape);
 * try (var djl = DjlStore.of(model);
 *         var optimizer = Optimizer.builder(djl.store()).rule(new AdamW(1e-3)).clipNorm(1).clearGradients(true).build()) {
 *     for (var batch : trainer.iterateDataset(data)) {
 *         try (batch; var collector = trainer.newGradientCollector()) {
 *             collector.backward(trainer.getLoss().evaluate(batch.getLabels(), trainer.forward(batch.getData())));
 *         }
 *         optimizer.step();
 *     }
 * }
 * }</pre>
 *
 * <p>Names are the keys of the block's {@code ParameterList}, such as {@code 01Linear_weight}; they are the same in every run, so
 * checkpoints fit. Parameters that are frozen, that the engine keeps itself (running means), or that have no gradient yet are left out of a
 * step. Before each step is looked for where the gradients are. The engine adds to gradients: clear them by {@code
 * OptimizerBuilder.clearGradients(true)}, which costs nothing, or by {@link #zeroGradients}.
 *
 * <p>Close it before the model; steps are refused once an array of the model is closed. Do not read slices after that. Not thread-safe.
 */
public final class DjlStore implements AutoCloseable {
    private final BoundParameter[] parameters;
    private final ParameterStore store;

    private DjlStore(Model model, Storage states) {
        Objects.requireNonNull(model, "model must not be null");
        Objects.requireNonNull(states, "states must not be null");
        ParameterStoreBuilder builder = ParameterStore.builder().nativeMemory().states(states).findGradients(this::findGradients);
        List<BoundParameter> bound = new ArrayList<>();
        for (Pair<String, Parameter> each : model.getBlock().getParameters()) {
            bound.add(new BoundParameter(each.getKey(), each.getValue(), builder));
        }
        if (bound.isEmpty()) {
            throw new IllegalArgumentException("a model needs at least one parameter, got 0");
        }
        store = builder.build();
        parameters = bound.toArray(BoundParameter[]::new);
        for (BoundParameter parameter : parameters) {
            parameter.enter(store);
        }
    }

    /**
     * Binds the parameters of a model where they are.
     *
     * @param model its block is initialized; parameters are dense, contiguous {@code FLOAT32} arrays on the CPU, of at most 2^31-1 bytes
     *         each
     * @return a new store, to be closed
     * @throws IllegalArgumentException if there is no parameter, or one is not initialized or of another kind; the message names it
     * @throws NullPointerException if the model is null
     */
    public static DjlStore of(Model model) {
        return of(model, Storage.F32);
    }

    /**
     * The same, with a storage for the states of optimizers.
     *
     * @param model as in {@link #of(Model)}
     * @param states how states are kept
     * @return a new store, to be closed
     * @throws IllegalArgumentException as {@link #of(Model)}
     * @throws NullPointerException if an argument is null
     */
    public static DjlStore of(Model model, Storage states) {
        return new DjlStore(model, states);
    }

    /**
     * What an optimizer is made for. A step of it throws {@link IllegalStateException} if an array of the model was closed or replaced, and
     * {@link IllegalArgumentException} if a gradient is of a kind that cannot be read; the message names it, and nothing has changed.
     *
     * @return the same store every time
     */
    public ParameterStore store() {
        return store;
    }

    /**
     * Sets all gradients to zero where they are, {@code NaN} included, which DJL's {@code zeroGradients} leaves.
     *
     * @throws IllegalStateException if an array of the model was closed or replaced
     */
    public void zeroGradients() {
        for (BoundParameter parameter : parameters) {
            parameter.zeroGradient();
        }
    }

    private void findGradients() {
        for (BoundParameter parameter : parameters) {
            parameter.findGradient();
        }
    }

    /** Frees states and handles; the model stays as it is. Steps are refused from now on. */
    @Override
    public void close() {
        store.close();
        for (BoundParameter parameter : parameters) {
            parameter.close();
        }
    }

    /** {@return tensors, elements and how they are kept} */
    @Override
    public String toString() {
        return "DjlStore of " + store;
    }
}
