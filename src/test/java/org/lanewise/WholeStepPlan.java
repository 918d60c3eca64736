package org.lanewise;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.lanewise.generators.LearningRates;
import org.lanewise.generators.StorePlan;
import org.lanewise.generators.TensorPlan;
import org.lanewise.schedule.Schedule;

/** An optimizer with whatever can be chosen, and some steps of it. */
record WholeStepPlan(StorePlan store, List<Integer> assigned, List<GroupPlan> own, Options options, List<Step> steps, Rule rule) {
    /** Of all tensors that no other takes. */
    private static final GroupPlan REST =
            new GroupPlan(Optional.empty(), false, List.of(1.0), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** How a number of a rule, chosen by a number, is changed. */
    record Change(int number, double factor) {
        Rule in(Rule rule) {
            return Hyperparameter.of(rule, number).flatMap(each -> each.with(rule, each.of(rule) * factor)).orElse(rule);
        }
    }

    /** What a number of a rule, chosen by a number, follows. */
    record Scheduled(int number, Schedule schedule) {}

    /** A group; factors of learning rates are those of its tensors in turn. */
    record GroupPlan(Optional<Rule> rule, boolean frozen, List<Double> factors, Optional<Change> change, Optional<Schedule> learningRate,
            Optional<Scheduled> other, Optional<Boolean> maximize) {
        GroupPlan with(Optional<Rule> another, Optional<Boolean> maximizes) {
            return new GroupPlan(another, frozen, factors, change, learningRate, other, maximizes);
        }
    }

    /** What becomes of gradients that were used. */
    enum Used { STAY, ARE_CLEARED, ARE_WRITTEN_BACK }

    /** What holds for all groups. */
    record Options(Clipping clipping, boolean ownNorm, NonFinite nonFinite, Optional<LossScaler> lossScaler, Optional<AveragePlan> average,
            Gradients gradients, Optional<Schedule> learningRate, Training training) {}

    record Gradients(Used used, boolean accumulates, boolean maximize, boolean flushSubnormals) {}

    /** Where a training begins, and what else follows a schedule. */
    record Training(Optional<Scheduled> other, long steps, int missed) {}

    /** One step, and what is done before and after it. */
    record Step(int absent, int gradients, List<Double> weights, Optional<Double> learningRate, boolean looksAheadBefore, boolean evaluates,
            boolean adds) {
        boolean hasGradient(int tensor) {
            return (absent >> tensor & 1) == 0;
        }
    }

    /** Options that go together. */
    WholeStepPlan {
        NonFinite nonFinite = options.lossScaler.isPresent() ? NonFinite.SKIP : options.nonFinite;
        Gradients gradients = options.gradients.accumulates && options.gradients.used == Used.ARE_WRITTEN_BACK
                ? new Gradients(Used.ARE_CLEARED, true, options.gradients.maximize, options.gradients.flushSubnormals) : options.gradients;
        options = new Options(options.clipping, options.ownNorm && options.clipping.isGlobal(), nonFinite, options.lossScaler,
                options.average, gradients, options.learningRate, options.training);
    }

    /** The same for kernels of another plan: its rules, memory, storages, kind of average and what loops make of gradients. */
    WholeStepPlan withKernelsOf(WholeStepPlan other) {
        List<GroupPlan> groups = new ArrayList<>();
        for (int k = 0; k < own.size(); k++) {
            boolean has = k < other.own.size();
            groups.add(own.get(k).with(has ? other.own.get(k).rule : Optional.empty(), has ? other.own.get(k).maximize : Optional.empty()));
        }
        List<TensorPlan> tensors = new ArrayList<>();
        for (int k = 0; k < store.tensors().size(); k++) {
            TensorPlan tensor = store.tensors().get(k), like = other.store.tensors().get(k % other.store.tensors().size());
            tensors.add(new TensorPlan(like.memory(), tensor.matrices(), tensor.rows(), tensor.columns(), like.parameterOffset(),
                    like.gradientOffset(), tensor.elements()));
        }
        Optional<AveragePlan> average = options.average.flatMap(each -> other.options.average.map(like -> each.ofKind(like.kind())));
        StorePlan stored = new StorePlan(tensors, other.store.nativeMemory(), other.store.parameters(), other.store.gradients(),
                other.store.states());
        Options same = new Options(new Clipping(other.options.clipping.form(), options.clipping.limit()), options.ownNorm,
                other.options.nonFinite, options.lossScaler.filter(_ -> other.options.lossScaler.isPresent()), average,
                other.options.gradients, options.learningRate, options.training);
        return new WholeStepPlan(stored, assigned, groups, same, steps, other.rule);
    }

    /** The group of a tensor; the rest comes last. */
    GroupPlan group(int number) {
        return number < own.size() ? own.get(number) : REST;
    }

    /** Number of a tensor's group. */
    int groupOf(int tensor) {
        return Math.min(assigned.get(tensor), own.size());
    }

    /** Groups that are frozen are so unless nothing would be left. */
    boolean isFrozen(int tensor) {
        boolean allFrozen = true;
        for (int each = 0; each < store.tensors().size(); each++) {
            allFrozen &= group(groupOf(each)).frozen;
        }
        return !allFrozen && group(groupOf(tensor)).frozen;
    }

    /** What a tensor's learning rate is multiplied by, if its rule takes it. */
    double factor(int tensor) {
        List<Double> factors = group(groupOf(tensor)).factors;
        double factor = factors.get(tensorsOf(groupOf(tensor)).indexOf(tensor) % factors.size());
        Rule begun = ruleOf(groupOf(tensor));
        return LearningRates.refusal(begun, begun.learningRate() * factor).isPresent() ? 1 : factor;
    }

    List<Integer> tensorsOf(int group) {
        List<Integer> tensors = new ArrayList<>();
        for (int tensor = 0; tensor < store.tensors().size(); tensor++) {
            if (groupOf(tensor) == group) {
                tensors.add(tensor);
            }
        }
        return tensors;
    }

    static String name(int group) {
        return "g" + group;
    }

    /** The rule that a group begins with. */
    Rule ruleOf(int group) {
        Rule begun = group(group).rule.orElse(rule);
        return group(group).change.map(each -> each.in(begun)).orElse(begun);
    }

    /** What follows a schedule in a group, by the name of the number; what its rule would refuse in a step does not. */
    Map<String, Schedule> schedulesOf(int group) {
        Rule begun = ruleOf(group);
        Map<String, Schedule> all = new TreeMap<>(schedules());
        all.keySet().removeIf(name -> !name.equals("learningRate") && !new Hyperparameter(name).isOf(begun));
        all.putAll(ownSchedulesOf(group));
        return all;
    }

    private Map<String, Schedule> ownSchedulesOf(int group) {
        Map<String, Schedule> all = new TreeMap<>();
        group(group).learningRate.ifPresent(each -> all.put("learningRate", each));
        group(group).other.ifPresent(each -> addTo(all, each, ruleOf(group)));
        return all;
    }

    private Map<String, Schedule> schedules() {
        Map<String, Schedule> all = new TreeMap<>();
        options.learningRate.ifPresent(each -> all.put("learningRate", each));
        options.training.other.ifPresent(each -> addTo(all, each, rule));
        all.keySet().removeIf(name -> !name.equals("learningRate") && !isFollowed(new Hyperparameter(name)));
        return all;
    }

    /** Whether a group that is stepped has it. */
    private boolean isFollowed(Hyperparameter number) {
        boolean has = false;
        for (int tensor = 0; tensor < store.tensors().size(); tensor++) {
            has |= !isFrozen(tensor) && number.isOf(ruleOf(groupOf(tensor)));
        }
        return has;
    }

    private void addTo(Map<String, Schedule> all, Scheduled scheduled, Rule begun) {
        Hyperparameter.of(begun, scheduled.number).ifPresent(each -> all.put(each.name(), scheduled.schedule));
    }

    /** The optimizer as it is described here. */
    Optimizer build(ParameterStore planned, Width width, int parallelism) {
        OptimizerBuilder builder = Optimizer.builder(planned).rule(rule).width(width).evenUnsupportedWidth()
                .parallelism(parallelism, 0).clip(options.clipping).nonFinite(options.nonFinite)
                .maximize(options.gradients.maximize).flushSubnormals(options.gradients.flushSubnormals)
                .accumulate(options.gradients.accumulates)
                .clearGradients(options.gradients.used == Used.ARE_CLEARED)
                .writeGradientsBack(options.gradients.used == Used.ARE_WRITTEN_BACK)
                .resume(options.training.steps, WholeStepOracle.PREVIOUS_LEARNING_RATE);
        if (options.ownNorm) {
            builder.globalNorm(norm -> 2 * norm);
        }
        options.lossScaler.ifPresent(builder::lossScaler);
        options.average.ifPresent(each -> builder.average(each.make()));
        schedules().forEach(builder::schedule);
        for (int group = 0; group < own.size(); group++) {
            if (!tensorsOf(group).isEmpty()) {
                builder.group(build(group, planned));
            }
        }
        return builder.build();
    }

    private Group build(int number, ParameterStore planned) {
        List<Tensor> tensors = tensorsOf(number).stream().map(tensor -> planned.tensor(StorePlan.name(tensor))).toList();
        GroupPlan plan = group(number);
        Group group = Group.of(name(number), tensors::contains)
                .withLearningRateFactors(tensor -> factor(tensor.index()));
        if (isFrozen(tensorsOf(number).getFirst())) {
            return group.frozen();
        }
        Rule before = plan.rule.orElse(rule), begun = ruleOf(number);
        group = plan.rule.isPresent() ? group.withRule(before) : group;
        Optional<Hyperparameter> changed = plan.change.flatMap(each -> Hyperparameter.of(before, each.number));
        group = changed.isPresent() ? group.with(changed.get().name(), changed.get().of(begun)) : group;
        for (Map.Entry<String, Schedule> each : ownSchedulesOf(number).entrySet()) {
            group = group.withSchedule(each.getKey(), each.getValue());
        }
        return plan.maximize.isPresent() ? group.withMaximize(plan.maximize.get()) : group;
    }
}
