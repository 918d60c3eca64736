package org.lanewise;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.lanewise.check.VectorModule;
import org.lanewise.execution.OptimizerAccess;
import org.lanewise.execution.PlacedTensor;
import org.lanewise.execution.Training;
import org.lanewise.kernel.Extent;

/** Gives checkpoints, and what steps parts of a store, access to what an optimizer does not show. */
final class Insides extends OptimizerAccess {
    private static Optimizer of(Object optimizer) {
        return (Optimizer) optimizer;
    }

    @Override
    public void requireBetweenSteps(Object optimizer, String what) {
        of(optimizer).requireReady();
        if (of(optimizer).lookedAhead) {
            throw new IllegalStateException(what + " must come after the step that was looked ahead for");
        }
    }

    @Override
    public Training training(Object optimizer) {
        return of(optimizer).training;
    }

    @Override
    public Map<String, Object> options(Object optimizer) {
        Groups.Options options = of(optimizer).options;
        Map<String, Object> all = new TreeMap<>();
        put(all, "clip", options.clipping(), options.clipping().form() != Clipping.Form.NONE);
        put(all, "nonFinite", options.nonFinite(), options.nonFinite() != NonFinite.PROPAGATE);
        put(all, "lossScaler", options.lossScaler());
        put(all, "average", options.average().map(Average::toString));
        put(all, "globalNorm", "of the user's own", options.globalNorm().isPresent());
        put(all, "clearGradients", true, options.clearsGradients());
        put(all, "writeGradientsBack", true, options.writesGradientsBack());
        put(all, "accumulate", true, options.accumulates());
        put(all, "flushSubnormals", true, options.flushSubnormals());
        return all;
    }

    private static void put(Map<String, Object> all, String name, Object value, boolean isOn) {
        put(all, name, Optional.of(value).filter(_ -> isOn));
    }

    private static void put(Map<String, Object> all, String name, Optional<?> value) {
        value.ifPresent(each -> all.put(name, each));
    }

    @Override
    public double accumulatedWeight(Object optimizer) {
        return of(optimizer).weight;
    }

    @Override
    public void resume(Object optimizer, long steps, double accumulatedWeight) {
        of(optimizer).steps = steps;
        of(optimizer).weight = accumulatedWeight;
    }

    /** What a builder was told, if it can be done. */
    private static Groups.Options options(OptimizerBuilder builder) {
        VectorModule.require();
        Groups.Options options = builder.options(builder.width.orElseGet(Width::preferred));
        options.width().requireSupported();
        options.requireThatTheyGoTogether();
        return options;
    }

    @Override
    public List<Division> divisions(Object builder) {
        Groups.Options options = options((OptimizerBuilder) builder);
        if (options.writesGradientsBack()) {
            throw new IllegalArgumentException("gradients cannot be written back where each process has its own");
        }
        List<Tensor> tensors = options.store().tensors();
        List<Group> groups = new ArrayList<>(options.groups());
        options.rule().ifPresent(rule -> groups.add(Group.of(Group.REST, _ -> true).withRule(rule)));
        List<List<Tensor>> members = Group.distribute(groups, tensors, options.rule().isPresent());
        return IntStream.range(0, groups.size()).mapToObj(k -> {
            Group group = groups.get(k).resolved(options.rule(), options.schedules(), options.maximize());
            return new Division(members.get(k).stream().map(Tensor::index).toList(), group.isFrozen(),
                    !group.isFrozen() && needsWholeTensors(group.rule().orElseThrow()));
        }).toList();
    }

    private static boolean needsWholeTensors(Rule rule) {
        return !rule.measures().isEmpty() || rule.states().stream().anyMatch(state -> state.extent() != Extent.PARAMETER);
    }

    @Override
    public Object store(Object builder) {
        return ((OptimizerBuilder) builder).store;
    }

    @Override
    public List<PlacedTensor> placed(Object builder) {
        ParameterStore store = ((OptimizerBuilder) builder).store;
        store.requireUsable();
        return store.placedTensors();
    }

    @Override
    public void findGradients(Object store, boolean further) {
        ((ParameterStore) store).findGradients(further);
    }

    @Override
    public Object shard(Object builder) {
        return ParameterStore.builder().nativeMemory().states(((OptimizerBuilder) builder).store.stateStorage());
    }

    @Override
    public Object build(Object builder, Object shard, Consumer<Object> check) {
        OptimizerBuilder told = (OptimizerBuilder) builder;
        ParameterStore store = (ParameterStore) shard;
        Groups.Options all = options(told);
        Map<Tensor, Tensor> wholes = new IdentityHashMap<>();
        store.tensors().forEach(part -> wholes.put(part, told.store.tensors().get(part.index())));
        List<Group> groups = all.groups().stream().map(group -> new Group(group.name(), part -> group.members().test(wholes.get(part)),
                group.rule(), group.isFrozen(), part -> group.learningRateFactor().applyAsDouble(wholes.get(part)),
                group.hyperparameters(), group.schedules(), group.maximize())).toList();
        Groups.Options options = new Groups.Options(store, all.width(), all.rule(), groups, all.schedules(), all.clipping(),
                all.nonFinite(), all.lossScaler(), all.average(), all.globalNorm(), all.clearsGradients(), all.writesGradientsBack(),
                all.accumulates(), all.parallelism(), all.leastShared(), all.maximize(), all.flushSubnormals(), all.steps(),
                all.previousLearningRate());
        return told.store.bind(() -> "processes that share it", () -> {
            Optimizer optimizer = new Optimizer(options);
            try {
                check.accept(optimizer);
            } catch (Throwable e) {
                optimizer.close();
                throw e;
            }
            options.width().warnIfSlow();
            told.warmUp.ifPresent(optimizer::warmUp);
            return optimizer;
        });
    }
}
