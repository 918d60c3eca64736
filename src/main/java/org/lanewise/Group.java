package org.lanewise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.lanewise.access.Components;
import org.lanewise.access.KernelAccess;
import org.lanewise.check.Check;
import org.lanewise.check.NamePatterns;
import org.lanewise.kernel.Kernel;
import org.lanewise.schedule.Schedule;

/**
 * Some tensors of a store that an optimizer steps otherwise than the rest: an immutable description.
 *
 * <pre>{@code
 * Optimizer.builder(store).rule(new AdamW(3e-3))
 *         .group(Group.matching("head.*").withLearningRateFactor(10))
 *         .group(Group.noDecay())
 *         .group(Group.matching("embedding.*").frozen())
 *         .build();
 * }</pre>
 *
 * <p>A group without a rule of its own has the optimizer's, with its own hyperparameters in it. Tensors that no group takes are the group
 * {@value #REST}.
 *
 * @param name its name, different from those of the optimizer's other groups
 * @param members which tensors it takes
 * @param rule its rule; empty for that of the optimizer
 * @param isFrozen whether its tensors are not stepped at all: they have no states, and no part in norms and averages
 * @param learningRateFactor what each tensor's learning rate is multiplied by: finite, at least 0
 * @param hyperparameters values of the rule's components of these names
 * @param schedules what each component of these names is in each step
 * @param maximize whether to maximize; empty for what the optimizer does
 */
public record Group(String name, Predicate<Tensor> members, Optional<Rule> rule, boolean isFrozen,
        ToDoubleFunction<Tensor> learningRateFactor, Map<String, Double> hyperparameters, Map<String, Schedule> schedules,
        Optional<Boolean> maximize) {
    /** Name of the group of all tensors that no other takes. */
    public static final String REST = "rest";

    /** Takes all tensors that no other group does. */
    static final Predicate<Tensor> ALL = _ -> true;

    private static final ToDoubleFunction<Tensor> NO_FACTOR = _ -> 1;
    private static final String LEARNING_RATE = "learningRate";
    private static final String WEIGHT_DECAY = "weightDecay";

    /**
     * Copies the maps.
     *
     * @throws NullPointerException if an argument is null
     */
    public Group {
        Check.notNull("name", name);
        Check.notNull("members", members);
        Check.notNull("rule", rule);
        Check.notNull("learningRateFactor", learningRateFactor);
        hyperparameters = Check.notNull("hyperparameters", hyperparameters);
        schedules = Check.notNull("schedules", schedules);
        Check.notNull("maximize", maximize);
    }

    /**
     * All tensors that a condition holds for.
     *
     * @param name name of the group
     * @param members which tensors it takes
     * @return a group that differs in nothing from the rest yet
     * @throws NullPointerException if an argument is null
     */
    public static Group of(String name, Predicate<Tensor> members) {
        return new Group(name, members, Optional.empty(), false, NO_FACTOR, Map.of(), Map.of(), Optional.empty());
    }

    /** All tensors that no other group takes, stepped by the rule of the optimizer. */
    static Group rest(Rule rule) {
        return new Group(REST, ALL, Optional.of(rule), false, NO_FACTOR, Map.of(), Map.of(), Optional.empty());
    }

    /**
     * All tensors whose names match one of some patterns, in which {@code *} stands for any characters, also none, and {@code ?} for one.
     * The patterns, separated by commas, are the group's name.
     *
     * @param patterns names or patterns; at least one, each of which must match a tensor when the optimizer is made
     * @return a group that differs in nothing from the rest yet
     * @throws IllegalArgumentException if there is no pattern
     * @throws NullPointerException if one is null
     */
    public static Group matching(String... patterns) {
        List<String> all = Check.notNull("patterns", Arrays.asList(Check.notNull("patterns", patterns)));
        if (all.isEmpty()) {
            throw new IllegalArgumentException("patterns of a group must be at least one, got none");
        }
        return of(String.join(", ", all), new Named(new NamePatterns(all)));
    }

    /**
     * Some tensors. Their names, separated by commas, are the group's name.
     *
     * @param tensors the tensors; at least one
     * @return a group that differs in nothing from the rest yet
     * @throws IllegalArgumentException if there is no tensor
     * @throws NullPointerException if one is null
     */
    public static Group of(Tensor... tensors) {
        List<Tensor> all = List.copyOf(Check.notNull("tensors", Arrays.asList(Check.notNull("tensors", tensors))));
        if (all.isEmpty()) {
            throw new IllegalArgumentException("tensors of a group must be at least one, got none");
        }
        Set<Tensor> members = Set.copyOf(all);
        return of(all.stream().map(Tensor::name).collect(Collectors.joining(", ")), members::contains);
    }

    /**
     * Tensors that are commonly not decayed: those of fewer than two dimensions, such as biases and the gains of norms, and those whose
     * name ends with {@code bias}. This is timm's choice. It decays gains of norms that have two dimensions, and not embeddings of width
     * 1.
     *
     * @return a group named {@code no decay} whose weight decay is 0
     */
    public static Group noDecay() {
        return of("no decay", tensor -> tensor.rank() < 2 || tensor.name().endsWith("bias")).withWeightDecay(0);
    }

    private record Named(NamePatterns patterns) implements Predicate<Tensor> {
        @Override
        public boolean test(Tensor tensor) {
            return patterns.test(tensor.name());
        }
    }

    /**
     * {@return this group with another name}
     * @param name its name
     */
    public Group withName(String name) {
        return new Group(name, members, rule, isFrozen, learningRateFactor, hyperparameters, schedules, maximize);
    }

    /**
     * {@return this group with a rule of its own}
     * @param rule its rule
     */
    public Group withRule(Rule rule) {
        return new Group(name, members, Optional.of(Check.notNull("rule", rule)), isFrozen, learningRateFactor, hyperparameters, schedules,
                maximize);
    }

    /**
     * {@return this group, not stepped at all}
     */
    public Group frozen() {
        return new Group(name, members, rule, true, learningRateFactor, hyperparameters, schedules, maximize);
    }

    /**
     * {@return this group with its learning rates multiplied by a number}
     * @param factor finite, at least 0
     * @throws IllegalArgumentException if it is out of range
     */
    public Group withLearningRateFactor(double factor) {
        Check.notNegative("learningRateFactor", factor);
        return withLearningRateFactors(_ -> factor);
    }

    /**
     * {@return this group with a factor for each tensor, as layer-wise decay of learning rates has}
     * @param factor gives a finite number of at least 0 for each tensor, asked once when the optimizer is made
     */
    public Group withLearningRateFactors(ToDoubleFunction<Tensor> factor) {
        return new Group(name, members, rule, isFrozen, factor, hyperparameters, schedules, maximize);
    }

    /**
     * {@return this group with another weight decay}
     * @param weightDecay what the rule's component {@code weightDecay} is to be
     */
    public Group withWeightDecay(double weightDecay) {
        return with(WEIGHT_DECAY, weightDecay);
    }

    /**
     * {@return this group with another value of a hyperparameter}
     * @param hyperparameter name of a component of type double of its rule, a record
     * @param value its value, in the range that the rule says
     */
    public Group with(String hyperparameter, double value) {
        Map<String, Double> all = new HashMap<>(hyperparameters);
        all.put(Check.notNull("hyperparameter", hyperparameter), value);
        return new Group(name, members, rule, isFrozen, learningRateFactor, all, schedules, maximize);
    }

    /**
     * {@return this group with a schedule for its learning rate}
     * @param schedule gives the learning rate of each step
     */
    public Group withSchedule(Schedule schedule) {
        return withSchedule(LEARNING_RATE, schedule);
    }

    /**
     * {@return this group with a schedule for a hyperparameter} Other hyperparameters than the learning rate are constants of kernels: each
     * change makes a rule and kernels, some hundred bytes of garbage.
     * @param hyperparameter {@code learningRate}, or the name of a component of type double of its rule, a record
     * @param schedule gives the value of each step
     */
    public Group withSchedule(String hyperparameter, Schedule schedule) {
        Map<String, Schedule> all = new HashMap<>(schedules);
        all.put(Check.notNull("hyperparameter", hyperparameter), Check.notNull("schedule", schedule));
        return new Group(name, members, rule, isFrozen, learningRateFactor, hyperparameters, all, maximize);
    }

    /**
     * {@return this group, maximizing or minimizing whatever the others do}
     * @param maximize whether to maximize
     */
    public Group withMaximize(boolean maximize) {
        return new Group(name, members, rule, isFrozen, learningRateFactor, hyperparameters, schedules, Optional.of(maximize));
    }

    /** With what it leaves to the optimizer filled in, and its hyperparameters in its rule. */
    Group resolved(Optional<Rule> ofOptimizer, Map<String, Schedule> schedulesOfOptimizer, boolean maximizeOfOptimizer) {
        if (isFrozen) {
            return this;
        }
        if (rule.isEmpty() && ofOptimizer.isEmpty()) {
            throw new IllegalArgumentException("group '" + name + "' has no rule, and the optimizer has none for it");
        }
        Rule own = rule.isPresent() ? rule.get() : ofOptimizer.get();
        if (!hyperparameters.isEmpty()) {
            for (Map.Entry<String, Double> each : new TreeMap<>(hyperparameters).entrySet()) {
                own = component(own, each.getKey()).with(own, each.getValue());
            }
        }
        Map<String, Schedule> all = new TreeMap<>();
        for (Map.Entry<String, Schedule> each : schedulesOfOptimizer.entrySet()) {
            if (rule.isEmpty() || each.getKey().equals(LEARNING_RATE) || Components.has(own.getClass(), each.getKey())) {
                all.put(each.getKey(), each.getValue());
            }
        }
        if (!schedules.isEmpty()) {
            all.putAll(schedules);
        }
        return new Group(name, members, Optional.of(own), false, learningRateFactor, Map.of(), all,
                Optional.of(maximize.orElse(maximizeOfOptimizer)));
    }

    /** Where a rule that is a record has one of its numbers. */
    static Components component(Rule rule, String name) {
        Kernel kernel = Check.returned(rule, "kernel()", rule.kernel());
        return new Components(rule.getClass(), KernelAccess.get().lookup(kernel), name);
    }

    Optional<Schedule> learningRateSchedule() {
        return Optional.ofNullable(schedules.get(LEARNING_RATE));
    }

    /** Schedules of other numbers than the learning rate. */
    Map<String, Schedule> otherSchedules() {
        if (schedules.isEmpty()) {
            return Map.of();
        }
        Map<String, Schedule> others = new TreeMap<>(schedules);
        others.remove(LEARNING_RATE);
        return others;
    }

    /**
     * Distributes tensors.
     *
     * @param groups groups of different names, of which the last takes the rest if {@code hasRest}
     * @return for each group its tensors, in their order
     * @throws IllegalArgumentException if a tensor is in two groups or in none, or a group or one of its patterns takes no tensor
     */
    static List<List<Tensor>> distribute(List<Group> groups, List<Tensor> tensors, boolean hasRest) {
        Map<Tensor, Group> taken = new HashMap<>();
        List<List<Tensor>> all = new ArrayList<>();
        for (Group group : hasRest ? groups.subList(0, groups.size() - 1) : groups) {
            if (group.members instanceof Named named) {
                named.patterns().requireMatches(tensors.stream().map(Tensor::name).toList());
            }
            List<Tensor> members = new ArrayList<>();
            for (Tensor tensor : tensors) {
                if (group.members.test(tensor)) {
                    members.add(tensor);
                }
            }
            if (members.isEmpty()) {
                throw new IllegalArgumentException("group '" + group.name + "' takes none of "
                        + tensors.stream().map(Tensor::name).toList());
            }
            for (Tensor tensor : members) {
                Group other = taken.put(tensor, group);
                if (other != null) {
                    throw new IllegalArgumentException("'" + tensor.name() + "' is in two groups: '" + other.name + "' and '" + group.name
                            + "'");
                }
            }
            all.add(members);
        }
        List<Tensor> rest = new ArrayList<>();
        for (Tensor tensor : tensors) {
            if (!taken.containsKey(tensor)) {
                rest.add(tensor);
            }
        }
        if (hasRest) {
            all.add(rest);
        } else if (!rest.isEmpty()) {
            throw new IllegalArgumentException("'" + rest.getFirst().name() + "' is in no group; give the optimizer a rule for the rest");
        }
        return all;
    }

    /** Refuses schedules of numbers that no group's rule has. */
    static void requireFollowed(Map<String, Schedule> schedules, Collection<Group> groups) {
        for (String name : schedules.keySet()) {
            if (groups.stream().noneMatch(group -> group.schedules.containsKey(name))) {
                throw new IllegalArgumentException("a number that follows a schedule must be of a group's rule, got '" + name + "' for "
                        + groups.stream().flatMap(group -> group.rule.stream()).distinct().toList());
            }
        }
    }

    static void requireSameStates(List<Rule.State> states, Rule changed) {
        List<String> kept = states.stream().map(Rule.State::name).toList();
        List<String> now = Check.returned(changed, "states()", changed.states()).stream().map(Rule.State::name).toList();
        if (!now.equals(kept)) {
            throw new IllegalArgumentException("states of " + changed + " must be " + kept + " as in the first step, got " + now);
        }
    }

    /**
     * Name, and what differs from a group that has nothing of its own.
     *
     * @return for instance {@code head.*: learningRateFactor per tensor, weightDecay 0.0}
     */
    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        rule.ifPresent(each -> parts.add(each.toString()));
        new TreeMap<>(hyperparameters).forEach((key, value) -> parts.add(key + " " + value));
        new TreeMap<>(schedules).forEach((key, schedule) -> parts.add(key + " by " + schedule));
        maximize.filter(each -> each).ifPresent(_ -> parts.add("maximizes"));
        return name + (isFrozen ? ": frozen" : parts.isEmpty() ? "" : ": " + String.join(", ", parts));
    }
}
