package org.lanewise;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;
import org.lanewise.check.Check;
import org.lanewise.check.VectorModule;
import org.lanewise.execution.OptimizerAccess;
import org.lanewise.schedule.Schedule;

/**
 * Describes an {@link Optimizer}: rules and groups, what is done to gradients before a step, and what follows it.
 *
 * <pre>{@code
 * var optimizer = Optimizer.builder(store)
 *         .rule(new AdamW(3e-3).withWeightDecay(1e-2)).group(Group.noDecay())
 *         .schedule(Schedule.warmUp(50).thenCosine(1_000))
 *         .clipNorm(1).average(Average.ema(0.98)).parallelism(2).build();
 * }</pre>
 *
 * <p>A step does, in this order: gradients are multiplied by what takes loss scale and weights of micro-batches from them; those that are
 * not finite are refused, skipped or set to zero; they are clipped; parameters and states are updated; averages follow; gradients are
 * cleared. Nearly all of it is done in the update's own pass over memory: only a norm reads the gradients once more.
 *
 * <p>A call that is refused leaves the builder and the store as they were. An argument that is null is refused with a
 * {@link NullPointerException} that names it. Not thread-safe.
 */
public final class OptimizerBuilder {
    /**
     * Between the steps of a training threads are parked, and to wake one took some 50 microseconds on a virtual machine of two cores: two
     * threads were slower below 0.4 Mi parameters (record 14).
     */
    private static final long LEAST_SHARED = 16 << 20;
    private static final String LEARNING_RATE = "learningRate";

    static {
        OptimizerAccess.set(new Insides());
    }

    final ParameterStore store;
    private final List<Group> groups = new ArrayList<>();
    private final Map<String, Schedule> schedules = new TreeMap<>();
    private Optional<Rule> rule = Optional.empty();
    private Optional<Average> average = Optional.empty();
    private Optional<LossScaler> lossScaler = Optional.empty();
    private Optional<DoubleUnaryOperator> globalNorm = Optional.empty();
    private Clipping clipping = Clipping.none();
    private NonFinite nonFinite = NonFinite.PROPAGATE;
    private boolean clearsGradients;
    private boolean writesGradientsBack;
    private boolean accumulates;
    private int parallelism = 1;
    private boolean maximize;
    private boolean flushSubnormals;
    private long steps;
    private double previousLearningRate;
    Optional<Width> width = Optional.empty();
    private boolean unsupportedWidth;
    private long leastShared = LEAST_SHARED;
    Optional<Duration> warmUp = Optional.empty();

    OptimizerBuilder(ParameterStore store) {
        this.store = Check.notNull("store", store);
    }

    /**
     * The rule of all tensors that no group takes, and of groups that have none of their own.
     *
     * @param rule what a step does
     * @return this
     */
    public OptimizerBuilder rule(Rule rule) {
        this.rule = Optional.of(Check.notNull("rule", rule));
        return this;
    }

    /**
     * Steps some tensors otherwise than the rest. Each tensor is in one group: {@link #build} refuses, by name, one that is in two or,
     * without a {@link #rule}, in none, and groups and patterns that take no tensor.
     *
     * @param group which tensors, and how
     * @return this
     * @throws IllegalArgumentException if a group has its name already
     */
    public OptimizerBuilder group(Group group) {
        Check.notNull("group", group);
        if (group.name().equals(Group.REST) || groups.stream().anyMatch(other -> other.name().equals(group.name()))) {
            throw new IllegalArgumentException("a group is already named '" + group.name() + "'");
        }
        groups.add(group);
        return this;
    }

    /**
     * Steps all tensors that a condition holds for by a rule of their own. The group is named {@code group 1}, {@code group 2} and so on.
     *
     * @param members which tensors
     * @param rule what a step does to them
     * @return this
     */
    public OptimizerBuilder group(Predicate<Tensor> members, Rule rule) {
        return group(Group.of("group " + (groups.size() + 1), members).withRule(rule));
    }

    /**
     * Learning rates follow a schedule, from each group's own rate on; groups with a schedule of their own follow that.
     *
     * @param schedule gives the learning rate of each step
     * @return this
     */
    public OptimizerBuilder schedule(Schedule schedule) {
        return schedule(LEARNING_RATE, schedule);
    }

    /**
     * A hyperparameter follows a schedule, from each group's own value on, in all groups whose rule has it. Other hyperparameters than the
     * learning rate are constants of kernels: each change makes a rule and kernels, some hundred bytes of garbage.
     *
     * @param hyperparameter {@code learningRate}, or the name of a component of type double of rules that are records, such as
     *         {@code weightDecay}, {@code momentum} or {@code beta1}
     * @param schedule gives its value in each step
     * @return this
     */
    public OptimizerBuilder schedule(String hyperparameter, Schedule schedule) {
        schedules.put(Check.notNull("hyperparameter", hyperparameter), Check.notNull("schedule", schedule));
        return this;
    }

    /**
     * Limits the norm over all gradients, as PyTorch's {@code clip_grad_norm_}: {@code clip(Clipping.byNorm(limit))}.
     *
     * @param limit the largest norm
     * @return this
     * @throws IllegalArgumentException if it is out of {@link Clipping}'s range
     */
    public OptimizerBuilder clipNorm(double limit) {
        return clip(Clipping.byNorm(limit));
    }

    /**
     * Limits gradients; {@link Clipping#none} by default. The gradients in memory stay as they are unless they are written back.
     *
     * @param clipping how
     * @return this
     */
    public OptimizerBuilder clip(Clipping clipping) {
        this.clipping = Check.notNull("clipping", clipping);
        return this;
    }

    /**
     * Puts another norm in the place of the global one, for instance that over all processes that train one model together.
     *
     * @param globalNorm is given the norm of this optimizer's gradients and returns the one to clip by; called once in a step, before
     *         anything has changed
     * @return this
     */
    public OptimizerBuilder globalNorm(DoubleUnaryOperator globalNorm) {
        this.globalNorm = Optional.of(Check.notNull("globalNorm", globalNorm));
        return this;
    }

    /**
     * What is done about gradients that are infinite or {@code NaN}; {@link NonFinite#PROPAGATE} by default, {@link NonFinite#SKIP} with a
     * loss scaler. To look for them takes one read of the gradients, which a norm shares.
     *
     * @param nonFinite what is done
     * @return this
     */
    public OptimizerBuilder nonFinite(NonFinite nonFinite) {
        this.nonFinite = Check.notNull("nonFinite", nonFinite);
        return this;
    }

    /**
     * Takes a scale from gradients that losses were multiplied by, and changes it as steps find gradients that are not finite:
     * {@link Optimizer#lossScale} is what to multiply the next loss by.
     *
     * @param lossScaler how the scale changes
     * @return this
     */
    public OptimizerBuilder lossScaler(LossScaler lossScaler) {
        this.lossScaler = Optional.of(Check.notNull("lossScaler", lossScaler));
        return this;
    }

    /**
     * Keeps averages of the parameters, as 32-bit floats: 4 bytes per parameter, and 8 that a step moves. {@link Optimizer#averaged} puts
     * them in the place of the parameters for a while; {@code tensor.state("average")} reads them.
     *
     * @param average which averages
     * @return this
     */
    public OptimizerBuilder average(Average average) {
        this.average = Optional.of(Check.notNull("average", average));
        return this;
    }

    /**
     * Whether a step sets gradients to zero when it has used them, those of skipped steps too, or the next ones would be added to what is
     * not finite; false by default. With {@link #accumulate} each micro-batch does. Tensors without a gradient in the step keep theirs.
     *
     * @param clearsGradients whether it does
     * @return this
     */
    public OptimizerBuilder clearGradients(boolean clearsGradients) {
        this.clearsGradients = clearsGradients;
        return this;
    }

    /**
     * Whether a step leaves in memory the gradients that it used: scaled, clipped, and 0 where they were sanitised, but not negated.
     * False by default: they stay as they were.
     *
     * @param writesGradientsBack whether it does
     * @return this
     */
    public OptimizerBuilder writeGradientsBack(boolean writesGradientsBack) {
        this.writesGradientsBack = writesGradientsBack;
        return this;
    }

    /**
     * Whether a step takes the weighted mean of several gradients, given one after the other by {@link Optimizer#accumulate}; false by
     * default. Takes 4 bytes per parameter, which {@code tensor.state("accumulated")} reads.
     *
     * @param accumulates whether it does
     * @return this
     */
    public OptimizerBuilder accumulate(boolean accumulates) {
        this.accumulates = accumulates;
        return this;
    }

    /**
     * How many threads share a large step, the caller's included; 1 by default. The others are the optimizer's own, wait between steps, and
     * end with {@link Optimizer#close}. The results are the same bits for any number. A step that moves less than 16 MiB, some 450,000
     * parameters of Adam, stays on the caller's thread.
     *
     * @param parallelism at least 1
     * @return this
     * @throws IllegalArgumentException if it is less
     */
    public OptimizerBuilder parallelism(int parallelism) {
        return parallelism(parallelism, LEAST_SHARED);
    }

    /**
     * The same with a threshold of your own. Threads that wait are parked soon; to wake one takes 1 to 50 microseconds, by machine.
     *
     * @param parallelism at least 1
     * @param leastShared bytes that a step has to move before threads share it, at least 0: 4 for each number that is read or written
     * @return this
     * @throws IllegalArgumentException if a number is less
     */
    public OptimizerBuilder parallelism(int parallelism, long leastShared) {
        Check.atLeast("parallelism", parallelism, 1);
        Check.atLeast("leastShared", leastShared, 0);
        this.parallelism = parallelism;
        this.leastShared = leastShared;
        return this;
    }

    /**
     * Width of the kernels; {@link Width#preferred} by default. The results are the same bits at every width.
     *
     * @param width their width
     * @return this
     */
    public OptimizerBuilder width(Width width) {
        this.width = Optional.of(Check.notNull("width", width));
        return this;
    }

    /**
     * Has {@link #build} wait for the loops, as {@link Optimizer#warmUp}; it does not by default.
     *
     * @param limit how long at most
     * @return this
     */
    public OptimizerBuilder warmUp(Duration limit) {
        this.warmUp = Optional.of(Check.notNull("limit", limit));
        return this;
    }

    /** Takes any width: where the CPU lacks it, the JDK's Java code stands for its vectors, so that tests run every width on every CPU. */
    OptimizerBuilder evenUnsupportedWidth() {
        unsupportedWidth = true;
        return this;
    }

    /**
     * Whether to maximize the objective, as PyTorch's {@code maximize}: gradients are negated as they are loaded, in every rule; false by
     * default. Weight decay still shrinks parameters.
     *
     * @param maximize whether to maximize
     * @return this
     */
    public OptimizerBuilder maximize(boolean maximize) {
        this.maximize = maximize;
        return this;
    }

    /**
     * Whether a step stores zero instead of a state whose magnitude is below 2^-126 = 1.2e-38, a subnormal number; false by default, which
     * gives PyTorch's bits. The zero has the state's sign.
     *
     * <p>Without new gradients a running average fades until it is subnormal, Adam's {@code m} after some 900 zero gradients, and then
     * stays at some multiple of 1.4e-45, because rounding gives back what the factor takes. Many CPUs compute with such numbers slowly,
     * and {@code Lion} and {@code Signum}, which go by the sign, move the parameter all the while.
     *
     * <p>States that hold parameters ({@link Rule.State#exact}), parameters and gradients are not flushed; {@code torch.set_flush_denormal}
     * flushes these too. A step computes with the number itself and stores the zero, so the next step is the first to see it. Gradients
     * below 1e-19 have squares below 2^-126, so no mean of their squares builds up; with an {@code epsilon} of 0 that makes the parameter
     * {@code NaN} by 0 / 0, as a first gradient of zero does.
     *
     * @param flushSubnormals whether to store zeros
     * @return this
     */
    public OptimizerBuilder flushSubnormals(boolean flushSubnormals) {
        this.flushSubnormals = flushSubnormals;
        return this;
    }

    /**
     * Continues a training: the next step is the one after so many. A {@link org.lanewise.checkpoint.Checkpoint} does all of it; by hand,
     * copy parameters and states into the slices of the tensors once the optimizer is made, and set the learning rate unless a schedule
     * does. Steps then leave the bits that they would have left without a break. {@link Optimizer#resume} does the same for tensors that
     * had no gradient in some steps, and for a loss scaler.
     *
     * @param steps number of steps done, at least 0; 0 by default
     * @param previousLearningRate learning rate of the last one, as {@link Optimizer#previousLearningRate} had it; without effect if there
     *         was none
     * @return this
     * @throws IllegalArgumentException if {@code steps} is negative, or the rate is not a learning rate
     */
    public OptimizerBuilder resume(long steps, double previousLearningRate) {
        Check.steps("steps", steps);
        if (steps > 0) {
            rule.ifPresentOrElse(each -> each.requireLearningRate(previousLearningRate),
                    () -> Check.notNegative("learningRate", previousLearningRate));
        }
        this.steps = steps;
        this.previousLearningRate = previousLearningRate;
        return this;
    }

    /**
     * Makes the optimizer, and gives its store the states of its rules.
     *
     * @return a new optimizer, before its next step
     * @throws IllegalStateException if the store is closed, native memory that it wraps is freed, it already has an optimizer, or the JVM
     *         was started without the module {@code jdk.incubator.vector}
     * @throws IllegalArgumentException if the width is not supported here, options do not go together, groups do not fit the tensors, a
     *         rule refuses its own learning rate, it names two states alike, it both looks ahead and depends on whole tensors, it has
     *         numbers for rows, columns or matrices and a tensor has more than 2147483639 of them, or a kernel of it does what {@code
     *         Kernel} does not allow
     * @throws NullPointerException if a rule returns null where {@link Rule} does not allow it
     */
    public Optimizer build() {
        VectorModule.require();
        Insides.Options options = options(width.isPresent() ? width.get() : Width.preferred());
        if (!unsupportedWidth) {
            options.width().requireSupported();
        }
        options.requireThatTheyGoTogether();
        Optimizer optimizer = Insides.make(options);
        options.width().warnIfSlow();
        if (warmUp.isPresent()) {
            optimizer.warmUp(warmUp.get());
        }
        return optimizer;
    }

    Insides.Options options(Width chosen) {
        return new Insides.Options(store, chosen, rule, List.copyOf(groups), new TreeMap<>(schedules), clipping,
                lossScaler.isPresent() && nonFinite == NonFinite.PROPAGATE ? NonFinite.SKIP : nonFinite, lossScaler, average, globalNorm,
                clearsGradients, writesGradientsBack, accumulates, parallelism, leastShared, maximize, flushSubnormals, steps,
                previousLearningRate);
    }

    /**
     * What is described so far.
     *
     * @return for instance {@code Adam[...] at the preferred width, over ParameterStore[...]}
     */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        rule.ifPresent(each -> parts.add(each.toString()));
        groups.forEach(each -> parts.add(each.toString()));
        return String.join("; ", parts) + " at " + width.map(Width::toString).orElse("the preferred width") + options(Width.SCALAR).text()
                + (steps == 0 ? "" : ", steps: " + steps) + ", over " + store;
    }
}
