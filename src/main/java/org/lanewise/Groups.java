package org.lanewise;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lanewise.access.Components;
import org.lanewise.check.Check;
import org.lanewise.execution.Claims;
import org.lanewise.execution.GroupSteps;
import org.lanewise.execution.Pipeline;
import org.lanewise.execution.PlacedTensor;
import org.lanewise.execution.States;
import org.lanewise.execution.StepNumbers;
import org.lanewise.execution.SteppedGroup;
import org.lanewise.execution.Training;

/**
 * The groups that an optimizer steps, by name: their tensors, rules and learning rates. A name that is null is refused with a
 * {@link NullPointerException}. Not thread-safe.
 */
public final class Groups {
    private final Insides.Options options;
    private final ParameterStore store;
    private final List<Tensor> tensors;
    private final Training training;
    private final Map<String, Group> byName = new LinkedHashMap<>();
    private long rebinds;

    Groups(Insides.Options options, Training training) {
        this.options = options;
        this.store = options.store();
        this.tensors = store.tensors();
        this.training = training;
        List<Group> all = new ArrayList<>(options.groups());
        if (options.rule().isPresent()) {
            all.add(Group.rest(options.rule().get()));
        }
        List<List<Tensor>> members = Group.distribute(all, tensors, options.rule().isPresent());
        Optional<Rule> named = options.rule().isPresent() ? options.rule() : all.getFirst().rule();
        store.bind(named.isPresent() ? named.get() : "frozen tensors");
        try {
            make(all, members);
        } catch (Throwable e) {
            store.unbind();
            throw e;
        }
    }

    private void make(List<Group> all, List<List<Tensor>> members) {
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
        if (!options.schedules().isEmpty()) {
            Group.requireFollowed(options.schedules(), byName.values());
        }
        extend(first);
    }

    /** Has groups stepped too, over new planes of state. */
    private void extend(List<SteppedGroup> more) {
        Claims claims = claims(more);
        List<States> allocated = store.allocate(claims.all());
        try {
            training.add(claims, allocated, store.placedTensors());
            store.keep(claims.all(), allocated);
        } catch (Throwable e) {
            ParameterStore.free(allocated);
            throw e;
        }
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
        List<Tensor> own = Group.distribute(List.of(group, Group.of(Group.REST, Group.ALL)), tensors, true).getFirst();
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
        extend(stepped(group, own, steps, training.groups().size()));
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
        Map<Double, List<Tensor>> byFactor = byFactor(group, own);
        Group whole = group.resolved(options.rule(), options.schedules(), options.maximize());
        Rule rule = whole.rule().orElseThrow();
        double learningRate = rule.learningRate();
        rule.requireLearningRate(learningRate);
        List<Rule.State> states = Check.returned(rule, "states()", rule.states());
        List<States.Kind> kinds = new ArrayList<>();
        for (Rule.State state : states) {
            kinds.add(store.kind(state, PlacedTensor.FIRST_STATE + kinds.size()));
        }
        List<SteppedGroup> all = new ArrayList<>();
        for (Map.Entry<Double, List<Tensor>> each : byFactor.entrySet()) {
            StepNumbers numbers = new StepNumbers(whole.maximize().orElseThrow());
            GroupSteps steps = new GroupSteps(numbers, learningRate, each.getKey(), whole.learningRateSchedule(),
                    rule::requireLearningRate, before, before == 0 ? options.steps() : before, options.previousLearningRate());
            schedule(whole, states, steps, first + all.size());
            List<Integer> indices = new ArrayList<>();
            for (Tensor tensor : each.getValue()) {
                indices.add(tensor.index());
            }
            all.add(new SteppedGroup(whole.name(), kinds, List.copyOf(indices), steps,
                    options.loops(whole, rule, states, numbers, each.getValue())));
        }
        byName.put(group.name(), whole);
        return all;
    }

    /** Tensors by the factor of their learning rate. */
    private static Map<Double, List<Tensor>> byFactor(Group group, List<Tensor> tensors) {
        Map<Double, List<Tensor>> byFactor = new LinkedHashMap<>();
        for (Tensor tensor : tensors) {
            double factor = group.learningRateFactor().applyAsDouble(tensor);
            if (factor != 1) {
                Check.notNegative("learningRateFactor of '" + tensor.name() + "'", factor);
            }
            byFactor.putIfAbsent(factor, new ArrayList<>());
            byFactor.get(factor).add(tensor);
        }
        return byFactor;
    }

    /** Has hyperparameters follow schedules. */
    private void schedule(Group group, List<Rule.State> states, GroupSteps steps, int number) {
        if (group.otherSchedules().isEmpty()) {
            return;
        }
        Rule rule = group.rule().orElseThrow();
        List<Components> components = new ArrayList<>();
        for (String name : group.otherSchedules().keySet()) {
            components.add(Group.component(rule, name));
        }
        double[] own = components.stream().mapToDouble(component -> component.get(rule)).toArray();
        steps.schedule(List.copyOf(group.otherSchedules().values()), own, values -> {
            Rule changed = rule;
            for (int k = 0; k < values.length; k++) {
                changed = components.get(k).with(changed, values[k]);
            }
            Group.requireSameStates(states, changed);
            Pipeline.Group loops = options.loops(group, changed, states, steps.numbers(), List.of());
            return () -> training.pipeline().replace(number, loops);
        });
    }

    private Claims claims(List<SteppedGroup> all) {
        return Claims.of(all, options.average().isPresent() ? Optional.of(whole("average")) : Optional.empty(),
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
