package org.lanewise.distributed;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.lanewise.Averaged;
import org.lanewise.Groups;
import org.lanewise.LossScaler;
import org.lanewise.Optimizer;
import org.lanewise.OptimizerBuilder;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Readiness;
import org.lanewise.StepReport;
import org.lanewise.Tensor;
import org.lanewise.check.Check;
import org.lanewise.distributed.shard.Description;
import org.lanewise.distributed.shard.GradientExchange;
import org.lanewise.distributed.shard.Layout;
import org.lanewise.distributed.shard.Lockstep;
import org.lanewise.distributed.shard.Lockstep.Operation;
import org.lanewise.distributed.shard.ParameterExchange;
import org.lanewise.distributed.shard.Parts;
import org.lanewise.distributed.shard.Shard;
import org.lanewise.distributed.shard.ShardMeasures;
import org.lanewise.distributed.shard.Texts;
import org.lanewise.execution.OptimizerAccess;
import org.lanewise.execution.PlacedTensor;
import org.lanewise.execution.SteppedGroup;

/**
 * Steps a model that several processes train together: each has the whole model, computes gradients of its own share of a batch, and keeps
 * the optimizer's states for its part of the parameters only. This is stage 1 of ZeRO (Rajbhandari et al. 2020).
 *
 * <pre>{@code
 * try (var communicator = Communicator.mpi();
 *         var store = ParameterStore.builder().nativeMemory().tensor("fc1.weight", 128, 64).tensor("fc1.bias", 128).build();
 *         var optimizer = ShardedOptimizer.of(communicator, Optimizer.builder(store).rule(new AdamW(3e-3)).clipNorm(1))) {
 *     for (var batch : batches) {
 *         optimizer.step(() -> backward(batch.share(communicator.rank(), communicator.size()), store));
 *     }
 * }
 * }</pre>
 *
 * <p>A step sends each rank the gradients of its part, adds them in the order of the ranks, steps the part, and gathers the parameters.
 * All that {@link OptimizerBuilder} offers works as in one process, but for gradients that are written back; rules that depend on whole
 * tensors have these whole on one rank. Parameters and states are, bit for bit, those of one process that adds the same gradients in the
 * same order, divides them by their number if {@link Reduction#MEAN}, and steps.
 *
 * <p>All ranks must make the same calls, and set the same learning rates and tensors without gradients; a rank that does not makes all of
 * them throw. Gradients in the store stay this rank's own. Not thread-safe. A step makes no garbage but what its rule's optimizer and the
 * communicator make.
 */
public final class ShardedOptimizer implements AutoCloseable {
    private final Communicator communicator;
    private final ParameterStore store;
    private final Arena arena = Arena.ofShared();
    private final Layout layout;
    private final Shard shard;
    private final ParameterStore parts;
    private final Optimizer optimizer;
    private final GradientExchange gradients;
    private final ParameterExchange parameters;
    private final Lockstep lockstep;
    private final boolean clears;
    private final boolean accumulates;
    private final MemorySegment[] sums;
    private final MemorySegment[] sumsTarget;
    private final Tensor[] tensors;
    private final Tensor[] ownParts;
    private final List<SteppedGroup> groups;
    private Optional<ShardedAverage> averaged = Optional.empty();
    private long lookedAheadFor;

    private ShardedOptimizer(Communicator communicator, OptimizerBuilder builder, Reduction reduction) {
        this.communicator = communicator;
        OptimizerAccess access = OptimizerAccess.get();
        this.store = (ParameterStore) access.store(builder);
        List<PlacedTensor> placed = access.placed(builder);
        this.tensors = store.tensors().toArray(Tensor[]::new);
        try {
            Parts.requireShareable(store.tensors(), placed);
            this.layout = Layout.of(placed, access.divisions(builder));
            this.shard = Shard.of(communicator, layout, arena);
            this.parts = Parts.of((ParameterStoreBuilder) access.shard(builder), store.tensors(), shard);
            this.optimizer = (Optimizer) access.build(builder, parts, made -> Texts.requireSame(communicator,
                    Description.of(store, (Optimizer) made, reduction)));
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
        this.ownParts = parts.tensors().toArray(Tensor[]::new);
        this.clears = access.options(optimizer).containsKey("clearGradients");
        this.accumulates = access.options(optimizer).containsKey("accumulate");
        this.groups = access.training(optimizer).groups();
        this.gradients = new GradientExchange(shard, reduction);
        this.parameters = new ParameterExchange(shard);
        this.lockstep = new Lockstep(shard);
        this.sums = new MemorySegment[accumulates ? tensors.length : 0];
        this.sumsTarget = new MemorySegment[sums.length];
        for (int k = 0; k < sums.length; k++) {
            sums[k] = layout.starts()[k] < 0 ? MemorySegment.NULL : ownParts[k].state("accumulated").segment();
            sumsTarget[k] = shard.gradients(k);
        }
        access.training(optimizer).measureBy(new ShardMeasures(shard, access.training(optimizer).presence(), optimizer.width(),
                "SANITISE".equals(String.valueOf(access.options(optimizer).get("nonFinite")))));
    }

    /**
     * A new optimizer of this rank; all ranks make theirs at the same time, and compare what they were told.
     *
     * @param communicator the ranks; not closed by the optimizer
     * @param builder describes the optimizer over the whole model, whose store has native memory of its own
     * @param reduction what is made of the gradients of the ranks
     * @return before its next step
     * @throws IllegalArgumentException if {@link OptimizerBuilder#build} refuses what it was told, gradients are to be written back, or a
     *         tensor wraps memory, is on the heap or is not of 32-bit floats
     * @throws IllegalStateException if the ranks differ in rules, options, tensors, parameters, steps, version of the library or byte
     *         order; all ranks throw it, with both values. Also if {@code build} throws it
     * @throws CommunicationException if another rank has left
     */
    public static ShardedOptimizer of(Communicator communicator, OptimizerBuilder builder, Reduction reduction) {
        Check.notNull("communicator", communicator);
        Check.notNull("builder", builder);
        Check.notNull("reduction", reduction);
        return new ShardedOptimizer(communicator, builder, reduction);
    }

    /**
     * With the mean of the gradients: {@code of(communicator, builder, Reduction.MEAN)}.
     *
     * @param communicator the ranks
     * @param builder describes the optimizer over the whole model
     * @return before its next step
     * @throws IllegalArgumentException as {@link #of(Communicator, OptimizerBuilder, Reduction)}, and so all else that is refused
     */
    public static ShardedOptimizer of(Communicator communicator, OptimizerBuilder builder) {
        return of(communicator, builder, Reduction.MEAN);
    }

    /**
     * Does a step, as {@link Optimizer#step()} does.
     *
     * @return what was done, the same on all ranks; the same object every time
     * @throws IllegalStateException as in one process, and if another rank does not do this step
     * @throws ArithmeticException as in one process
     * @throws CommunicationException if another rank has left
     */
    public StepReport step() {
        begin(Operation.STEP, optimizer.learningRate());
        if (accumulates) {
            for (int k = 0; k < sums.length; k++) {
                sumsTarget[k].copyFrom(sums[k]);
            }
        } else {
            gradients.run();
        }
        StepReport report = optimizer.step();
        if (!report.skipped()) {
            parameters.run();
        }
        if (clears && !accumulates) {
            clearGradients();
        }
        return report;
    }

    /**
     * Looks ahead if the rule does, computes gradients, and does a step.
     *
     * @param gradients computes this rank's gradients
     * @return what was done; the same object every time
     * @throws IllegalStateException as {@link #step()}, and so all else that is refused
     */
    public StepReport step(Runnable gradients) {
        Check.notNull("gradients", gradients);
        if (OptimizerAccess.get().training(optimizer).pipeline().looksAhead() && lookedAheadFor != optimizer.steps() + 1) {
            lookAhead();
        }
        gradients.run();
        return step();
    }

    /**
     * Moves the parameters of all ranks to where the next gradients are to be taken, as {@link Optimizer#lookAhead}.
     *
     * @throws IllegalStateException as in one process, and if another rank does not
     * @throws CommunicationException if another rank has left
     */
    public void lookAhead() {
        begin(Operation.LOOK_AHEAD, 0);
        optimizer.lookAhead();
        parameters.run();
        lookedAheadFor = optimizer.steps() + 1;
    }

    /**
     * Adds the gradients of all ranks, reduced, to the sums of which the next step takes the weighted mean, as {@link
     * Optimizer#accumulate}. Each call sends gradients; where the program's own backward pass adds to them, they are sent once if it does
     * so before one call.
     *
     * @param weight what they are multiplied by, the same on all ranks
     * @throws IllegalArgumentException as in one process
     * @throws IllegalStateException as in one process, and if another rank does not add
     * @throws CommunicationException if another rank has left
     */
    public void accumulate(double weight) {
        Check.positive("weight", weight);
        begin(Operation.ACCUMULATE, weight);
        if (accumulates) {
            gradients.run();
        }
        optimizer.accumulate(weight);
        if (clears) {
            clearGradients();
        }
    }

    private void clearGradients() {
        layout.runs().forEach(run -> run.gradients().fill((byte) 0));
    }

    /** Meets the other ranks, and takes over which tensors have gradients. */
    private void begin(Operation operation, double number) {
        if (averaged.isPresent() && averaged.get().isOpen()) {
            throw new IllegalStateException("averages are in the place of parameters: close what averaged() returned");
        }
        if (operation == (accumulates ? Operation.ACCUMULATE : Operation.STEP)) {
            OptimizerAccess access = OptimizerAccess.get();
            access.findGradients(store, access.accumulatedWeight(optimizer) != 0);
        }
        long same = 1;
        for (int k = 0; k < tensors.length; k++) {
            boolean has = tensors[k].hasGradient();
            same = 31 * same + (has ? 1 : 0);
            if (ownParts[k].hasGradient() != has) {
                ownParts[k].setHasGradient(has);
            }
        }
        for (int k = 0; k < groups.size(); k++) {
            same = 31 * same + Double.doubleToLongBits(groups.get(k).steps().learningRate());
        }
        lockstep.meet(operation, optimizer.steps(), number, same);
    }

    /**
     * Puts the averages of all ranks in the place of parameters, as {@link Optimizer#averaged}.
     *
     * @return puts the parameters back when it is closed, by all ranks
     * @throws IllegalStateException as in one process, and if another rank does not
     * @throws CommunicationException if another rank has left
     */
    public ShardedAverage averaged() {
        begin(Operation.AVERAGED, 0);
        Averaged own = optimizer.averaged();
        parameters.run();
        averaged = Optional.of(new ShardedAverage(() -> {
            lockstep.meet(Operation.AVERAGES_CLOSED, optimizer.steps(), 0, 0);
            own.close();
            parameters.run();
        }));
        return averaged.get();
    }

    /**
     * Waits until loops run at full speed, as {@link Optimizer#warmUp}; each rank by itself.
     *
     * @param limit how long at most
     * @return how far they are
     */
    public Readiness warmUp(Duration limit) {
        return optimizer.warmUp(limit);
    }

    Communicator communicator() {
        return communicator;
    }

    Optimizer optimizer() {
        return optimizer;
    }

    Shard shard() {
        return shard;
    }

    void beginSave() {
        begin(Operation.SAVE, 0);
    }

    void beginLoad() {
        begin(Operation.LOAD, 0);
    }

    void gatherParameters() {
        parameters.run();
        lookedAheadFor = 0;
    }

    /** {@return the store of the whole model} */
    public ParameterStore store() {
        return store;
    }

    /**
     * This rank's part of each tensor, by the tensor's name: its parameters where they are in the model, and its states. Parts are of one
     * dimension unless they are all of the tensor, and may be empty.
     *
     * @return a store that steps write
     */
    public ParameterStore part() {
        return parts;
    }

    /**
     * Where this rank's part of a tensor begins.
     *
     * @param name name of a tensor
     * @return index in the tensor; 0 if the part is empty
     * @throws IllegalArgumentException if there is no such tensor
     */
    public long partStart(String name) {
        return shard.first(store.tensors().indexOf(store.tensor(name)));
    }

    /** {@return the groups, whose tensors are this rank's parts; learning rates that are changed must be so on all ranks} */
    public Groups groups() {
        return optimizer.groups();
    }

    /** {@return the number of steps done, those that were skipped not} */
    public long steps() {
        return optimizer.steps();
    }

    /** {@return the learning rate of the next step, of the first group} */
    public double learningRate() {
        return optimizer.learningRate();
    }

    /**
     * Changes the learning rate of all groups, on all ranks.
     *
     * @param learningRate as in {@link Optimizer#setLearningRate}
     * @throws IllegalArgumentException if a rule refuses it
     */
    public void setLearningRate(double learningRate) {
        optimizer.setLearningRate(learningRate);
    }

    /** {@return what to multiply the next loss by; 1 without a loss scaler} */
    public float lossScale() {
        return optimizer.lossScale();
    }

    /** {@return where the loss scaler stands; empty without one} */
    public Optional<LossScaler.State> lossScalerState() {
        return optimizer.lossScalerState();
    }

    /** Ends the optimizer's threads and frees what it has allocated; the store and the communicator stay open. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            optimizer.close();
            parts.close();
            arena.close();
        }
    }

    /** {@return the ranks, and what this one steps} */
    @Override
    public String toString() {
        return "ShardedOptimizer of " + communicator + ", " + (shard.end() - shard.start()) + " of " + layout.length()
                + " elements here, " + optimizer;
    }
}
