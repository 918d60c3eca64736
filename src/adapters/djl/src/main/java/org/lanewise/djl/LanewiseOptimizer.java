package org.lanewise.djl;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.nn.Parameter;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.ParameterTracker;
import ai.djl.util.Pair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.lanewise.Clipping;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.Storage;
import org.lanewise.Tensor;
import org.lanewise.checkpoint.Checkpoint;
import org.lanewise.djl.binding.SteppedParameter;
import org.lanewise.schedule.Schedule;

/**
 * An optimizer of DJL's that steps by a rule of Lanewise's, in place: for {@code optOptimizer} of a training configuration, {@code
 * EasyTrain} and {@code Trainer.step()}.
 *
 * <pre>{@code
 * var config = new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
 *         .optOptimizer(LanewiseOptimizer.builder(new Lion(1e-3)).optSchedule(Schedule.warmUp(100).thenCosine(10_000)).build());
 * }</pre>
 *
 * <p>DJL gives one parameter at a time and a copy of its gradient, so each parameter has a Lanewise optimizer of its own, and nothing goes
 * by all gradients: for clipping by the global norm, averages and the like see {@link DjlStore}. As the engine's own optimizers do, an
 * update sets the gradient to zero, {@code NaN} included.
 *
 * <p>Arrays are dense, contiguous, {@code FLOAT32}, on the CPU, and of at most 2^31-1 bytes each; an update of others throws
 * {@link IllegalArgumentException}. It throws {@link IllegalStateException} if a parameter's array was replaced since the first update.
 * {@link #close} frees the states, and must come before the model's arrays are used again by another optimizer of this kind. Not
 * thread-safe.
 */
public final class LanewiseOptimizer extends Optimizer implements AutoCloseable {
    private static final String SUFFIX = ".safetensors";

    private final Builder settings;
    private final Map<String, SteppedParameter> parameters = new LinkedHashMap<>();
    private int resumedUpdates;

    private LanewiseOptimizer(Builder settings) {
        super(settings);
        this.settings = settings;
        if (getWeightDecay() != 0) {
            throw new IllegalArgumentException("weight decay of the builder must be 0, because rules have their own, got "
                    + getWeightDecay());
        }
        if (settings.schedule.isPresent() && settings.tracker.isPresent()) {
            throw new IllegalArgumentException("a schedule and a learning rate tracker must not both be given, got "
                    + settings.schedule.get() + " and " + settings.tracker.get());
        }
        requireNoLookAhead(settings.rule);
    }

    private static void requireNoLookAhead(Rule rule) {
        try (ParameterStore one = ParameterStore.builder().tensor("one", 1).build();
                org.lanewise.Optimizer optimizer = org.lanewise.Optimizer.of(rule, one)) {
            optimizer.lookAhead();
        } catch (IllegalStateException _) {
            return;
        }
        throw new IllegalArgumentException("rule must take gradients where the parameters are, which Trainer.step() cannot do otherwise; "
                + "use DjlStore; got " + rule);
    }

    /**
     * {@return an optimizer of one rule, with the rule's learning rate}
     *
     * @param rule what an update does
     * @throws IllegalArgumentException as {@link Builder#build}
     * @throws NullPointerException if it is null
     */
    public static LanewiseOptimizer of(Rule rule) {
        return builder(rule).build();
    }

    /**
     * {@return a new builder}
     *
     * @param rule what an update does, unless {@link Builder#optRules} says otherwise
     * @throws NullPointerException if it is null
     */
    public static Builder builder(Rule rule) {
        return new Builder(rule);
    }

    @Override
    public void update(String parameterId, NDArray weight, NDArray grad) {
        SteppedParameter parameter = parameters.get(parameterId);
        if (parameter == null) {
            parameter = stepped(Optional.ofNullable(weight.getName()).orElse("parameter"), weight);
            parameters.put(parameterId, parameter);
        }
        int update = updateCount(parameterId) + resumedUpdates;
        if (settings.tracker.isPresent()) {
            parameter.optimizer().setLearningRate(settings.tracker.get().getNewValue(parameterId, update));
        }
        if (rescaleGrad != 1) {
            grad.muli(rescaleGrad);
        }
        parameter.step(weight, grad);
    }

    private SteppedParameter stepped(String name, NDArray weight) {
        return new SteppedParameter(name, weight, settings.states, (store, tensor) -> {
            org.lanewise.OptimizerBuilder builder = org.lanewise.Optimizer.builder(store).rule(settings.rules.apply(tensor));
            settings.schedule.ifPresent(builder::schedule);
            return (clipGrad > 0 ? builder.clip(Clipping.byValue(clipGrad)) : builder).build();
        });
    }

    /**
     * Saves parameters, states and numbers of steps, a file for each parameter of a model, named as in its {@code ParameterList}.
     *
     * @param folder where to; made if it is not there
     * @param model whose parameters this updates
     * @throws IOException if a file cannot be written; it is then what it was before
     * @throws IllegalStateException if a parameter that takes a gradient was not updated yet
     * @throws NullPointerException if an argument is null
     */
    public void save(Path folder, Model model) throws IOException {
        Objects.requireNonNull(model, "model must not be null");
        Files.createDirectories(Objects.requireNonNull(folder, "folder must not be null"));
        for (Pair<String, Parameter> each : model.getBlock().getParameters()) {
            if (each.getValue().requiresGradient()) {
                SteppedParameter parameter = parameters.get(each.getValue().getId());
                if (parameter == null) {
                    throw new IllegalStateException("parameter of '" + each.getKey() + "' was not updated yet");
                }
                Checkpoint.of(parameter.optimizer()).save(folder.resolve(each.getKey() + SUFFIX));
            }
        }
    }

    /**
     * Goes on from where a model was saved: sets its parameters, states and numbers of steps, before the first update. If one cannot be
     * loaded, those before it in the {@code ParameterList} are, and updates begin anew.
     *
     * @param folder as {@link #save} wrote it
     * @param model initialized, of the same shapes
     * @throws IOException if a file is not there, cannot be read or is damaged
     * @throws IllegalArgumentException if rules, options or shapes are others than in the files
     * @throws IllegalStateException if this has made an update, or has loaded already
     * @throws NullPointerException if an argument is null
     */
    public void load(Path folder, Model model) throws IOException {
        Objects.requireNonNull(folder, "folder must not be null");
        Objects.requireNonNull(model, "model must not be null");
        if (!parameters.isEmpty()) {
            throw new IllegalStateException("load must come before the first update, of " + parameters.size() + " parameters");
        }
        try {
            for (Pair<String, Parameter> each : model.getBlock().getParameters()) {
                if (each.getValue().requiresGradient()) {
                    NDArray weight = each.getValue().getArray();
                    SteppedParameter parameter = stepped(Optional.ofNullable(weight.getName()).orElse("parameter"), weight);
                    parameters.put(each.getValue().getId(), parameter);
                    Checkpoint.of(parameter.optimizer()).load(folder.resolve(each.getKey() + SUFFIX));
                    resumedUpdates = Math.max(resumedUpdates, Math.toIntExact(parameter.optimizer().steps()));
                }
            }
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    /** Frees all states. The next update begins anew. */
    @Override
    public void close() {
        parameters.values().forEach(SteppedParameter::close);
        parameters.clear();
        resumedUpdates = 0;
    }

    /** {@return the rule and how many parameters it has updated} */
    @Override
    public String toString() {
        return "LanewiseOptimizer of " + settings.rule + ", parameters: " + parameters.size();
    }

    /**
     * Describes a {@link LanewiseOptimizer}. {@code setRescaleGrad} and {@code optClipGrad} work as in DJL, the latter on both sides, which
     * the engine's own does not; {@code optWeightDecays} is refused, because rules have decays of their own. Not thread-safe.
     */
    public static final class Builder extends OptimizerBuilder<Builder> {
        private final Rule rule;
        private Function<Tensor, Rule> rules;
        private Storage states = Storage.F32;
        private Optional<Schedule> schedule = Optional.empty();
        private Optional<ParameterTracker> tracker = Optional.empty();

        private Builder(Rule rule) {
            this.rule = Objects.requireNonNull(rule, "rule must not be null");
            this.rules = _ -> rule;
        }

        /**
         * Chooses a rule for each parameter, for instance one without weight decay for those of one dimension.
         *
         * @param rules gives the rule of a tensor, whose name is that of the array, such as {@code weight}
         * @return this
         * @throws NullPointerException if it is null
         */
        public Builder optRules(Function<Tensor, Rule> rules) {
            this.rules = Objects.requireNonNull(rules, "rules must not be null");
            return this;
        }

        /**
         * How states are kept; {@link Storage#F32} by default.
         *
         * @param states their storage
         * @return this
         * @throws NullPointerException if it is null
         */
        public Builder optStates(Storage states) {
            this.states = Objects.requireNonNull(states, "states must not be null");
            return this;
        }

        /**
         * Learning rates by a schedule of Lanewise's, from the rule's rate on; by default that stays.
         *
         * @param schedule gives the rate of each step
         * @return this
         * @throws NullPointerException if it is null
         */
        public Builder optSchedule(Schedule schedule) {
            this.schedule = Optional.of(Objects.requireNonNull(schedule, "schedule must not be null"));
            return this;
        }

        /**
         * Learning rates by a tracker of DJL's, which is asked before each update with the number of it, as DJL's optimizers do. After
         * {@link LanewiseOptimizer#load} numbers go on.
         *
         * @param tracker gives the rate of each update
         * @return this
         * @throws NullPointerException if it is null
         */
        public Builder optLearningRateTracker(ParameterTracker tracker) {
            this.tracker = Optional.of(Objects.requireNonNull(tracker, "tracker must not be null"));
            return this;
        }

        @Override
        protected Builder self() {
            return this;
        }

        /**
         * {@return a new optimizer}
         *
         * @throws IllegalArgumentException if weight decay is given, a schedule and a tracker are, or the rule looks ahead
         * @throws IllegalStateException if the library cannot run, as {@code OptimizerBuilder.build} of Lanewise's says
         */
        public LanewiseOptimizer build() {
            return new LanewiseOptimizer(this);
        }
    }
}
