package org.lanewise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.lanewise.generators.StorePlan;
import org.lanewise.generators.TensorPlan;
import org.lanewise.kernel.Shape;
import org.lanewise.reference.PlainStepper;

/**
 * All that an optimizer does in a step, one thing after the other, each a loop over the floats of one tensor: what fused steps are compared
 * with. The update itself is a {@link PlainStepper}'s; a tensor without a gradient is not stepped, so its number of steps and the rate
 * before are its own.
 */
final class WholeStepOracle {
    static final double PREVIOUS_LEARNING_RATE = 0.02;

    private static final int PADDING = 16;

    private final WholeStepPlan plan;
    private final WholeStepPlan.Options options;
    private final List<PlainGroup> groups = new ArrayList<>();
    private final List<PlainTensor> tensors = new ArrayList<>();
    private final boolean[] marked;
    private boolean[] present;
    private Optional<LossScaler.State> scale;
    private long steps;
    private long averagings;
    private double weight;
    private boolean lookedAhead;
    private Report report = new Report(0, 0, Double.NaN, 1, 1, 0, false);

    /** What became of a step. */
    enum Outcome { DONE, SKIPPED, NUMBER_REFUSED, GRADIENT_REFUSED }

    /** The norm of these gradients, the one to clip by, and the factor that comes of it. */
    private record Norm(double own, double used, float clipFactor) {}

    record Report(long step, double learningRate, double gradientNorm, float clipFactor, double lossScale, long nonFiniteCount,
            boolean skipped) {}

    WholeStepOracle(WholeStepPlan plan) {
        this.plan = plan;
        this.options = plan.options();
        this.scale = options.lossScaler().map(LossScaler::initial);
        this.steps = options.training().steps();
        this.averagings = options.average().map(each -> each.updatesUntil(steps)).orElse(0L);
        int count = plan.store().tensors().size();
        this.marked = new boolean[count];
        this.present = new boolean[count];
        Arrays.fill(marked, true);
        PlainGroup[] made = new PlainGroup[plan.own().size() + 1];
        for (int group = 0; group < made.length; group++) {
            List<Integer> own = plan.tensorsOf(group);
            if (!own.isEmpty() && !plan.isFrozen(own.getFirst())) {
                made[group] = new PlainGroup(plan.ruleOf(group), plan.schedulesOf(group));
                groups.add(made[group]);
            }
        }
        for (int tensor = 0; tensor < count; tensor++) {
            TensorPlan planned = plan.store().tensors().get(tensor);
            tensors.add(new PlainTensor(stepper(tensor, plan.rule()), plan.store().gradients(tensor), planned.size()));
            if (!plan.isFrozen(tensor)) {
                boolean maximize = plan.group(plan.groupOf(tensor)).maximize().orElse(options.gradients().maximize());
                enter(tensor, made[plan.groupOf(tensor)], plan.factor(tensor), maximize);
                tensors.get(tensor).stepper.resume(steps, PREVIOUS_LEARNING_RATE);
                tensors.get(tensor).steps = steps;
            }
        }
    }

    private PlainStepper stepper(int tensor, Rule rule) {
        StorePlan store = plan.store();
        TensorPlan planned = store.tensors().get(tensor);
        PlainStepper stepper = new PlainStepper(rule, false, options.gradients().flushSubnormals(), false, Shape.of(planned.shape()),
                List.of(store.parameters(tensor), Storage.F32, store.states()));
        stepper.set(0, planned.parameters());
        return stepper;
    }

    private void enter(int tensor, PlainGroup group, double factor, boolean maximize) {
        PlainTensor plain = tensors.get(tensor);
        plain.group = Optional.of(group);
        plain.factor = factor;
        plain.stepper = stepper(tensor, group.rule);
        plain.maximizes = maximize;
    }

    /** Steps frozen tensors from now on; their averages so far are their parameters. */
    void add(Rule rule, List<Integer> frozen) {
        PlainGroup group = new PlainGroup(rule, plan.schedulesOf(plan.own().size()));
        groups.add(group);
        frozen.forEach(tensor -> {
            enter(tensor, group, 1, options.gradients().maximize());
            PlainTensor plain = tensors.get(tensor);
            System.arraycopy(plain.plane(0), 0, plain.average, 0, plain.average.length);
        });
    }

    /** Says that a tensor took part in fewer steps. */
    void resume(int tensor, long own) {
        tensors.get(tensor).stepper.resume(own, PREVIOUS_LEARNING_RATE);
        tensors.get(tensor).steps = own;
    }

    boolean isStepped(int tensor) {
        return tensors.get(tensor).group.isPresent();
    }

    PlainTensor tensor(int tensor) {
        return tensors.get(tensor);
    }

    void setHasGradient(int tensor, boolean has) {
        marked[tensor] = has;
    }

    void writeGradients(int step) {
        for (int tensor = 0; tensor < tensors.size(); tensor++) {
            tensors.get(tensor).write(plan.store().tensors().get(tensor).gradients(step));
        }
    }

    /** Whether all rules take it. */
    boolean setLearningRate(double learningRate) {
        for (PlainTensor tensor : tensors) {
            if (tensor.group.isPresent() && (isRefused(tensor.group.get().rule, learningRate)
                    || isRefused(tensor.group.get().rule, learningRate * tensor.factor))) {
                return false;
            }
        }
        groups.forEach(group -> group.base = learningRate);
        return true;
    }

    private static boolean isRefused(Rule rule, double learningRate) {
        try {
            rule.requireLearningRate(learningRate);
            return false;
        } catch (IllegalArgumentException _) {
            return true;
        }
    }

    boolean looksAhead() {
        return groups.stream().anyMatch(group -> group.rule.lookAhead().isPresent());
    }

    boolean hasLookedAhead() {
        return lookedAhead;
    }

    boolean hasAccumulated() {
        return weight != 0;
    }

    long steps() {
        return steps;
    }

    long averagings() {
        return averagings;
    }

    Optional<LossScaler.State> scale() {
        return scale;
    }

    Report report() {
        return report;
    }

    void accumulate(double by) {
        for (PlainTensor tensor : tensors) {
            if (tensor.group.isPresent()) {
                tensor.accumulate(weight == 0, (float) by);
                if (options.gradients().used() == WholeStepPlan.Used.ARE_CLEARED) {
                    Arrays.fill(tensor.gradient, 0);
                }
            }
        }
        weight += (float) by;
    }

    /** Finds the numbers of the step to come; false if one is refused. */
    private boolean find() {
        if (!lookedAhead) {
            present = marked.clone();
        }
        for (PlainGroup group : groups) {
            if (!group.find(steps + 1)) {
                return false;
            }
        }
        for (PlainTensor tensor : tensors) {
            if (tensor.group.isPresent()) {
                tensor.learningRate = tensor.group.get().learningRate(steps + 1, tensor.factor);
                if (isRefused(tensor.group.get().rule, tensor.learningRate)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean isPresent(int tensor) {
        return present[tensor] && isStepped(tensor);
    }

    /** False if a number was refused. */
    boolean lookAhead() {
        if (!find()) {
            return false;
        }
        for (int tensor = 0; tensor < tensors.size(); tensor++) {
            if (isPresent(tensor)) {
                PlainTensor plain = tensors.get(tensor);
                plain.stepper.takeLoops(plain.group.orElseThrow().next);
                plain.stepper.lookAhead(plain.learningRate);
            }
        }
        lookedAhead = true;
        return true;
    }

    Outcome step() {
        if (!find()) {
            return Outcome.NUMBER_REFUSED;
        }
        double lossScale = scale.map(LossScaler.State::scale).orElse(1f);
        double taken = (scale.isPresent() ? (double) (float) (1 / lossScale) : 1) / (options.gradients().accumulates() ? weight : 1);
        Norm norm = measures() ? norm(taken) : new Norm(Double.NaN, Double.NaN, 1);
        if (measures() && options.nonFinite() == NonFinite.REFUSE && !(norm.own <= Float.MAX_VALUE)) {
            return Outcome.GRADIENT_REFUSED;
        }
        boolean skips = measures() && options.nonFinite() == NonFinite.SKIP && !(norm.used <= Float.MAX_VALUE);
        double firstRate = tensors.stream().filter(tensor -> tensor.group.filter(group -> group == groups.getFirst()).isPresent())
                .findFirst().orElseThrow().learningRate;
        report = new Report(steps + 1, firstRate, norm.used, skips ? 1 : norm.clipFactor, lossScale, skips ? nonFiniteCount() : 0, skips);
        if (skips) {
            clearGradients();
        } else {
            update(norm, taken);
        }
        scale = scale.map(state -> options.lossScaler().orElseThrow().next(state, skips));
        weight = 0;
        return skips ? Outcome.SKIPPED : Outcome.DONE;
    }

    private boolean measures() {
        return scaledByNorm() || scale.isPresent() || options.nonFinite() == NonFinite.SKIP || options.nonFinite() == NonFinite.REFUSE;
    }

    private boolean scaledByNorm() {
        return options.clipping().form() != Clipping.Form.NONE && options.clipping().form() != Clipping.Form.VALUE;
    }

    private Norm norm(double taken) {
        Clipping clipping = options.clipping();
        if (clipping.form() == Clipping.Form.TENSOR_NORM) {
            double total = 0;
            float least = 1;
            for (int tensor = 0; tensor < tensors.size(); tensor++) {
                PlainTensor plain = tensors.get(tensor);
                if (isPresent(tensor) && plain.gradient.length > 0) {
                    PlainNorms sum = new PlainNorms();
                    sum.add(measured(plain));
                    plain.clipFactor = torchFactor(Math.sqrt(sum.total()) * taken);
                    total += sum.total();
                    least = Math.min(least, plain.clipFactor);
                }
            }
            return new Norm(Math.sqrt(total) * taken, Math.sqrt(total) * taken, least);
        }
        double norm = Math.sqrt(globalSum()) * taken, used = options.ownNorm() ? 2 * norm : norm;
        return new Norm(norm, used, switch (clipping.form()) {
            case GLOBAL_NORM -> torchFactor(used);
            case OPTAX_GLOBAL_NORM -> used < clipping.limit() ? 1 : (float) (clipping.limit() / used);
            default -> 1;
        });
    }

    private float torchFactor(double norm) {
        float factor = 1 / ((float) norm + 1e-6f);
        return Math.min(factor * (float) options.clipping().limit(), 1);
    }

    /** Of all tensors together: neighbours that the store owns as one, unless a tensor has no gradient. */
    private double globalSum() {
        PlainNorms sum = new PlainNorms();
        boolean apart = false;
        for (boolean each : present) {
            apart |= !each;
        }
        for (int tensor = 0; tensor < tensors.size(); tensor++) {
            if (apart) {
                sum.add(isPresent(tensor) ? measured(tensors.get(tensor)) : new float[0]);
            } else if (isStepped(tensor)) {
                float[] run = padded(tensor);
                while (isNeighbour(tensor + 1)) {
                    float[] next = padded(++tensor);
                    run = Arrays.copyOf(run, run.length + next.length);
                    System.arraycopy(next, 0, run, run.length - next.length, next.length);
                }
                sum.add(run);
            }
        }
        return sum.total();
    }

    private boolean isNeighbour(int tensor) {
        return tensor < tensors.size() && isStepped(tensor) && isOwned(tensor) && isOwned(tensor - 1)
                && (!options.gradients().accumulates() || isOfTheBeginning(tensor) == isOfTheBeginning(tensor - 1));
    }

    /** Sums of gradients of tensors that were added later lie elsewhere. */
    private boolean isOfTheBeginning(int tensor) {
        return !plan.isFrozen(tensor);
    }

    private boolean isOwned(int tensor) {
        return plan.store().tensors().get(tensor).memory() == TensorPlan.Memory.OWNED;
    }

    private float[] padded(int tensor) {
        float[] x = measured(tensors.get(tensor));
        return isOwned(tensor) ? Arrays.copyOf(x, (x.length + PADDING - 1) / PADDING * PADDING) : x;
    }

    private float[] measured(PlainTensor tensor) {
        float[] x = read(tensor).clone();
        for (int i = 0; i < x.length && options.nonFinite() == NonFinite.SANITISE; i++) {
            x[i] = Float.isFinite(x[i]) ? x[i] : 0;
        }
        return x;
    }

    private float[] read(PlainTensor tensor) {
        return options.gradients().accumulates() ? tensor.sum : tensor.gradient;
    }

    private long nonFiniteCount() {
        long count = 0;
        for (int tensor = 0; tensor < tensors.size(); tensor++) {
            for (int i = 0; isPresent(tensor) && i < read(tensors.get(tensor)).length; i++) {
                count += Float.isFinite(read(tensors.get(tensor))[i]) ? 0 : 1;
            }
        }
        return count;
    }

    private void update(Norm norm, double taken) {
        boolean scales = options.gradients().accumulates() || scale.isPresent() || scaledByNorm();
        for (int tensor = 0; tensor < tensors.size(); tensor++) {
            if (isPresent(tensor)) {
                PlainTensor plain = tensors.get(tensor);
                boolean own = options.clipping().form() == Clipping.Form.TENSOR_NORM;
                float scale = scales ? (float) ((own ? plain.clipFactor : norm.clipFactor) * taken) : 1;
                plain.stepper.set(1, used(plain, plain.maximizes ? -scale : scale));
                plain.stepper.takeLoops(plain.group.orElseThrow().next);
                plain.stepper.update(plain.learningRate);
                plain.steps++;
                if (options.gradients().used() == WholeStepPlan.Used.ARE_WRITTEN_BACK) {
                    plain.write(used(plain, scale));
                }
            }
        }
        steps++;
        lookedAhead = false;
        options.average().filter(each -> each.takesPartIn(steps)).ifPresent(this::average);
        clearGradients();
    }

    private float[] used(PlainTensor tensor, float scale) {
        float bound = options.clipping().form() == Clipping.Form.VALUE ? (float) options.clipping().limit() : Float.POSITIVE_INFINITY;
        return PlainTensor.used(read(tensor), scale, options.nonFinite() == NonFinite.SANITISE, bound);
    }

    private void average(AveragePlan average) {
        for (PlainTensor tensor : tensors) {
            if (tensor.group.isPresent()) {
                tensor.average(average, averagings);
            }
        }
        averagings++;
    }

    private void clearGradients() {
        for (int tensor = 0; tensor < tensors.size(); tensor++) {
            if (isPresent(tensor) && options.gradients().used() == WholeStepPlan.Used.ARE_CLEARED && !options.gradients().accumulates()) {
                Arrays.fill(tensors.get(tensor).gradient, 0);
            }
        }
    }
}
