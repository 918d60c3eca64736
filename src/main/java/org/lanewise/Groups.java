package org.lanewise;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lanewise.access.Components;
import org.lanewise.check.Check;
import org.lanewise.execution.Claims;
import org.lanewise.execution.Crew;
import org.lanewise.execution.Followers;
import org.lanewise.execution.GroupSteps;
import org.lanewise.execution.Pipeline;
import org.lanewise.execution.PlacedTensor;
import org.lanewise.execution.Presence;
import org.lanewise.execution.States;
import org.lanewise.execution.StepNumbers;
import org.lanewise.execution.SteppedGroup;
import org.lanewise.execution.Training;
import org.lanewise.schedule.Schedule;
import org.lanewise.splicer.GradientForm;

/**
 * The groups that an optimizer steps, by name: their tensors, rules and learning rates. A name that is null is refused with a
 * {@link NullPointerException}. Not thread-safe.
 */
public final class Groups {
    /** What a builder was told. */
    record Options(ParameterStore store, Width width, Optional<Rule> rule, List<Group> groups, Map<String, Schedule> schedules,
            Clipping clipping, NonFinite nonFinite, Optional<LossScaler> lossScaler, Optional<Average> average,
            Optional<DoubleUnaryOperator> globalNorm, boolean clearsGradients, boolean writesGradientsBack, boolean accumulates,
            int parallelism, long leastShared, boolean maximize, boolean flushSubnormals, long steps,
            double previousLearningRate) {
        void requireThatTheyGoTogether() {
            if (rule.isEmpty() && groups.isEmpty()) {
                throw new IllegalArgumentException("an optimizer needs a rule or a group with one, got none");
            }
            if (lossScaler.isPresent() && (nonFinite == NonFinite.REFUSE || nonFinite == NonFinite.SANITISE)) {
                throw new IllegalArgumentException(
                        "a loss scaler skips steps whose gradients are not finite, so it does not go together with " + nonFinite);
            }
            refuse(clearsGradients && writesGradientsBack, "gradients cannot be both cleared and written back");
            refuse(accumulates && writesGradientsBack, "gradients that are accumulated cannot be written back: there are several");
            if (globalNorm.isPresent() && !clipping.isGlobal()) {
                throw new IllegalArgumentException("a global norm of your own needs clipping by the global norm, got " + clipping);
            }
        }

        private static void refuse(boolean refused, String message) {
            if (refused) {
                throw new IllegalArgumentException(message);
            }
        }

        /** How steps are run. */
        Pipeline.Settings pipelineSettings(Optional<Crew> crew) {
            Presence presence = new Presence(store.tensors().size(), clipping.form() == Clipping.Form.TENSOR_NORM);
            Followers.Settings followers = new Followers.Settings(average.map(Average::forms).orElse(Set.of()),
                    average.isPresent() && average.get().takesPartAlways(), clearsGradients && !accumulates,
                    writesGradientsBack ? Optional.of(gradientForm(false)) : Optional.empty());
            return new Pipeline.Settings(presence, followers, accumulates, clearsGradients, gradientForm(false), crew, leastShared,
                    width.vectorBits(), width.bits() / Float.SIZE);
        }

        /** What loops make of gradients as they load them. */
        GradientForm gradientForm(boolean maximize) {
            return new GradientForm(maximize || accumulates || lossScaler.isPresent() || clipping.needsNorm(),
                    nonFinite == NonFinite.SANITISE, clipping.form() == Clipping.Form.VALUE);
        }

        float bound() {
            return (float) clipping.limit();
        }

        /** Whether steps need the norm of the gradients. */
        boolean measures() {
            return clipping.needsNorm() || lossScaler.isPresent() || nonFinite == NonFinite.SKIP || nonFinite == NonFinite.REFUSE;
        }

        /** Options that are on. */
        String text() {
            List<String> on = new ArrayList<>();
            schedules.forEach((name, schedule) -> on.add(name + " by " + schedule));
            if (clipping.form() != Clipping.Form.NONE) {
                on.add(clipping.toString());
            }
            if (nonFinite != NonFinite.PROPAGATE) {
                on.add("gradients not finite: " + nonFinite);
            }
            average.ifPresent(each -> on.add(each.toString()));
            on.addAll(Stream.of(maximize ? "maximizes" : "", flushSubnormals ? "flushes subnormals" : "",
                    clearsGradients ? "clears gradients" : "", writesGradientsBack ? "writes gradients back" : "",
                    accumulates ? "accumulates" : "", parallelism == 1 ? "" : parallelism + " threads")
                    .filter(each -> !each.isEmpty()).toList());
            return on.stream().map(each -> ", " + each).collect(Collectors.joining());
        }
    }

    private final Options options;
    private final ParameterStore store;
    private final List<Tensor> tensors;
    private final Training training;
    private final Map<String, Group> byName = new LinkedHashMap<>();
    private long rebinds;

    Groups(Options options, Training training) {
        this.options = options;
        this.store = options.store();
        this.tensors = store.tensors();
        this.training = training;
        List<Group> all = new ArrayList<>(options.groups());
        options.rule().ifPresent(rule -> all.add(Group.of(Group.REST, _ -> true).withRule(rule)));
        List<List<Tensor>> members = Group.distribute(all, tensors, options.rule().isPresent());
        store.bind(() -> options.rule().or(() -> all.getFirst().rule()).map(Rule::toString).orElse("frozen tensors"), () -> {
            if (options.clearsGradients() || options.writesGradientsBack()) {
                store.writeGradients(options.clearsGradients() ? "cleared" : "written back");
            }
            List<SteppedGroup> first = new ArrayList<>();
            for (int k = 0; k < all.size(); k++) {
                first.addAll(stepped(all.get(k), members.get(k), 0, first.size()));
            }
            if (first.isEmpty()) {
                throw new IllegalArgumentException("an optimizer must step a tensor, but all of " + store + " are frozen");
            }
            Group.requireFollowed(options.schedules(), byName.values());
            Claims claims = claims(first);
            return store.extend(claims.all(), states -> training.add(claims, states, store.placedTensors()));
        });
        rebinds = store.rebinds();
    }

    Training training() {
        return training;
    }

    /**
     * Has gradients found and follows them.
     *
     * @param areRead whether the caller reads them
     * @param further whether they are added to others: a tensor that had a gradient among those has one
     */
    void findGradients(boolean areRead, boolean further) {
        if (areRead) {
            store.findGradients(further);
        }
        followGradients();
    }

    /** Reads gradients that were moved where they are now. */
    void followGradients() {
        if (rebinds != store.rebinds()) {
            training.pipeline().readGradients(store.placedTensors().stream().map(PlacedTensor::gradient).toList());
            rebinds = store.rebinds();
        }
    }

    void leaveOutTensorsWithoutGradients() {
        training.presence().begin();
        for (int k = 0; k < tensors.size() && !store.allHaveGradients(); k++) {
            if (!tensors.get(k).hasGradient()) {
                training.presence().leaveOut(k);
            }
        }
    }

    void add(Group group, long steps) {
        List<Tensor> own = Group.distribute(List.of(group, Group.of(Group.REST, _ -> true)), tensors, true).getFirst();
        own.forEach(tensor -> {
            int other = training.groupOf(tensor.index());
            if (other >= 0) {
                throw new IllegalArgumentException("'" + tensor.name() + "' must be frozen to be added, but is in group '"
                        + training.groups().get(other).name() + "'");
            }
        });
        if (byName.containsKey(group.name())) {
            throw new IllegalArgumentException("a group is already named '" + group.name() + "'");
        }
        Claims claims = claims(stepped(group, own, steps, training.groups().size()));
        store.extend(claims.all(), states -> training.add(claims, states, store.placedTensors()));
        rebinds = store.rebinds();
        // The average of what was frozen is the parameter itself.
        options.average().ifPresent(_ -> own.forEach(tensor -> copy(tensor.parameter(), tensor.state("average"))));
    }

    private static void copy(Slice from, Slice to) {
        for (long i = 0; i < from.size(); i++) {
            to.set(i, from.get(i));
        }
    }

    /** One for each factor of its learning rate, that begins after a step of this number; {@code first} is the number of the first. */
    private List<SteppedGroup> stepped(Group group, List<Tensor> own, long before, int first) {
        if (own.isEmpty()) {
            return List.of();
        }
        if (group.isFrozen()) {
            byName.put(group.name(), group);
            return List.of();
        }
        Map<Double, List<Tensor>> byFactor = new LinkedHashMap<>();
        own.forEach(tensor -> byFactor.computeIfAbsent(Check.notNegative("learningRateFactor of '" + tensor.name() + "'",
                group.learningRateFactor().applyAsDouble(tensor)), _ -> new ArrayList<>()).add(tensor));
        Group whole = group.resolved(options.rule(), options.schedules(), options.maximize());
        Rule rule = whole.rule().orElseThrow();
        double learningRate = rule.learningRate();
        rule.requireLearningRate(learningRate);
        List<Rule.State> states = Check.returned(rule, "states()", rule.states());
        List<States.Kind> kinds = new ArrayList<>();
        states.forEach(state -> kinds.add(store.kind(state, PlacedTensor.FIRST_STATE + kinds.size())));
        List<SteppedGroup> all = new ArrayList<>();
        byFactor.forEach((factor, tensors) -> {
            StepNumbers numbers = new StepNumbers(whole.maximize().orElseThrow());
            GroupSteps steps = new GroupSteps(numbers, learningRate, factor, whole.learningRateSchedule(), rule::requireLearningRate,
                    before, before == 0 ? options.steps() : before, options.previousLearningRate());
            int number = first + all.size();
            schedule(whole, states, steps, number);
            all.add(new SteppedGroup(whole.name(), kinds, tensors.stream().map(Tensor::index).toList(), steps,
                    whole.loops(rule, states, numbers, options, tensors)));
        });
        byName.put(group.name(), whole);
        return all;
    }

    /** Has hyperparameters follow schedules. */
    private void schedule(Group group, List<Rule.State> states, GroupSteps steps, int number) {
        Rule rule = group.rule().orElseThrow();
        List<Components> components = new ArrayList<>();
        group.otherSchedules().keySet().forEach(name -> components.add(Group.component(rule, name)));
        if (components.isEmpty()) {
            return;
        }
        double[] own = components.stream().mapToDouble(component -> component.get(rule)).toArray();
        steps.schedule(List.copyOf(group.otherSchedules().values()), own, values -> {
            Rule changed = rule;
            for (int k = 0; k < values.length; k++) {
                changed = components.get(k).with(changed, values[k]);
            }
            Group.requireSameStates(states, changed);
            Pipeline.Group loops = group.loops(changed, states, steps.numbers(), options, List.of());
            return () -> training.pipeline().replace(number, loops);
        });
    }

    private Claims claims(List<SteppedGroup> all) {
        return Claims.of(all, options.average().map(_ -> whole("average")),
                options.accumulates() ? Optional.of(whole("accumulated")) : Optional.empty());
    }

    /** A plane of floats that all tensors have. */
    private States.Kind whole(String name) {
        return store.kind(new Rule.State(name, 0, true), PlacedTensor.GRADIENT);
    }

    /** {@return the names of groups that have tensors, in the order in which they were given, {@value Group#REST} last} */
    public List<String> names() {
        return List.copyOf(byName.keySet());
    }

    /**
     * A group as it is stepped: with the rule and the schedules that it has from the optimizer.
     *
     * @param name its name
     * @return its description
     * @throws IllegalArgumentException if there is none of that name
     */
    public Group group(String name) {
        Group group = byName.get(Check.notNull("name", name));
        if (group == null) {
            throw new IllegalArgumentException("no group '" + name + "' in an optimizer of " + byName.keySet());
        }
        return group;
    }

    /**
     * {@return the tensors of a group, in their order}
     *
     * @param name its name
     * @throws IllegalArgumentException if there is no such group, or it is frozen
     */
    public List<Tensor> tensors(String name) {
        return parts(name).stream().flatMap(part -> part.tensors().stream()).sorted().map(tensors::get).toList();
    }

    /**
     * Learning rate of a group's next step; where its tensors have factors of their own, that of the first of them.
     *
     * @param name its name
     * @return at least 0
     * @throws IllegalArgumentException if there is no such group, it is frozen, or its schedule gives what its rule refuses
     */
    public double learningRate(String name) {
        return parts(name).getFirst().steps().learningRate();
    }

    /**
     * Learning rate of a group's last step.
     *
     * @param name its name
     * @return that of the next step if there was none
     * @throws IllegalArgumentException if there is no such group, it is frozen, or its schedule gives what its rule refuses
     */
    public double previousLearningRate(String name) {
        return parts(name).getFirst().steps().previousLearningRate();
    }

    /**
     * Changes a group's learning rate from the next step on. Its factor, and its schedule if it has one, are applied to it.
     *
     * @param name its name
     * @param learningRate as in {@link Optimizer#setLearningRate}
     * @throws IllegalArgumentException if there is no such group, it is frozen, or its rule refuses the rate; nothing has changed then
     */
    public void setLearningRate(String name, double learningRate) {
        List<SteppedGroup> parts = parts(name);
        parts.forEach(part -> part.steps().requireLearningRate(learningRate));
        parts.forEach(part -> part.steps().setLearningRate(learningRate));
    }

    /**
     * Number of steps that a tensor took part in: bias corrections go by it.
     *
     * @param tensor one of the store's
     * @return {@link Optimizer#steps()} unless it had no gradient in some, was added later or is frozen
     * @throws IllegalArgumentException if it is of another store
     */
    public long steps(Tensor tensor) {
        int group = groupOf(tensor);
        return group < 0 ? 0 : most(group) - training.presence().missed(tensor.index());
    }

    /** Steps that a tensor of a group took part in at most. */
    private long most(int group) {
        return training.groups().get(group).steps().steps();
    }

    private int groupOf(Tensor tensor) {
        int index = Check.notNull("tensor", tensor).index();
        if (index >= tensors.size() || tensors.get(index) != tensor) {
            throw new IllegalArgumentException("'" + tensor.name() + "' is a tensor of another store");
        }
        return training.groupOf(index);
    }

    /**
     * Says how many steps a tensor took part in, in a training that is continued.
     *
     * @param tensor one of the store's, in a group
     * @param steps at least 0, and at most those of its group
     * @throws IllegalArgumentException if the tensor is of another store or frozen, or the number is out of range
     */
    public void resume(Tensor tensor, long steps) {
        int group = groupOf(tensor);
        if (group < 0) {
            throw new IllegalArgumentException("'" + tensor.name() + "' must be in a group to go on, but is frozen");
        }
        if (steps < 0 || steps > most(group)) {
            throw new IllegalArgumentException("steps of '" + tensor.name() + "' must be in [0, " + most(group) + "], got " + steps);
        }
        training.presence().missed(tensor.index(), most(group) - steps);
    }

    private List<SteppedGroup> parts(String name) {
        group(name);
        List<SteppedGroup> parts = training.groups().stream().filter(part -> part.name().equals(name)).toList();
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("group '" + name + "' is frozen");
        }
        return parts;
    }

    /**
     * A table of a line for each group: tensors, parameters, learning rate of the next step, and how it is stepped.
     *
     * @return for instance {@code rest       2 tensors      8320 parameters  lr 0.003  AdamW[...]}, and a line for each further group
     */
    @Override
    public String toString() {
        int width = byName.keySet().stream().mapToInt(String::length).max().orElse(0);
        List<String> lines = new ArrayList<>();
        byName.forEach((name, group) -> {
            if (group.isFrozen()) {
                lines.add(String.format(Locale.ROOT, "%-" + width + "s  frozen", name));
            } else {
                List<Tensor> own = tensors(name);
                lines.add(String.format(Locale.ROOT, "%-" + width + "s  %6d %s  %11d parameters  lr %-10.4g %s", name, own.size(),
                        own.size() == 1 ? "tensor " : "tensors", own.stream().mapToLong(Tensor::size).sum(), learningRate(name),
                        group.rule().orElseThrow()));
            }
        });
        return String.join("\n", lines);
    }
}
