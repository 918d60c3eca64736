package org.lanewise;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lanewise.check.Check;
import org.lanewise.check.VectorModule;
import org.lanewise.execution.Crew;
import org.lanewise.execution.Followers;
import org.lanewise.execution.Loop;
import org.lanewise.execution.OptimizerAccess;
import org.lanewise.execution.Pipeline;
import org.lanewise.execution.PlacedTensor;
import org.lanewise.execution.Presence;
import org.lanewise.execution.Splicing;
import org.lanewise.execution.StepNumbers;
import org.lanewise.execution.StepRecording;
import org.lanewise.execution.Training;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Shape;
import org.lanewise.schedule.Schedule;
import org.lanewise.splicer.GradientForm;
import org.lanewise.staging.StagedKernels;

/**
 * Gives checkpoints, and what steps parts of a store, access to what an optimizer does not show; and makes optimizers of their options.
 */
final class Insides extends OptimizerAccess {
    private static final boolean[] REHEARSED = new boolean[2];
    private static final int REHEARSED_ELEMENTS = 64;
    private static final String LIBRARY_RULES = "org.lanewise.rule";

    /** What a builder was told. */
    record Options(ParameterStore store, Width width, Optional<Rule> rule, List<Group> groups, Map<String, Schedule> schedules,
            Clipping clipping, NonFinite nonFinite, Optional<LossScaler> lossScaler, Optional<Average> average,
            Optional<DoubleUnaryOperator> globalNorm, boolean clearsGradients, boolean writesGradientsBack, boolean accumulates,
            int parallelism, long leastShared, boolean maximize, boolean flushSubnormals, long steps, double previousLearningRate) {
        /** Elements of the longest arrays that all JVMs can make. */
        private static final int MOST_ROWS = Integer.MAX_VALUE - 8;

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
            Followers.Settings followers = new Followers.Settings(average.isPresent() ? average.get().forms() : Set.of(),
                    average.isPresent() && average.get().takesPartAlways(), clearsGradients && !accumulates,
                    writesGradientsBack ? Optional.of(gradientForm(false)) : Optional.empty());
            return new Pipeline.Settings(presence, followers, accumulates, clearsGradients, gradientForm(false), crew, leastShared,
                    width.vectorBits(), width.bits() / Float.SIZE);
        }

        Optional<LossScaler.LossScale> lossScale() {
            return lossScaler.isPresent() ? Optional.of(new LossScaler.LossScale(lossScaler.get())) : Optional.empty();
        }

        /** What gradients of each tensor are multiplied by, where its own norm limits them. */
        Optional<Training.Factor> factorOfTensor() {
            return clipping.form() == Clipping.Form.TENSOR_NORM ? Optional.of(clipping::factor) : Optional.empty();
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

        /** What is done to tensors of a group by a rule, its own or one with another hyperparameter, that keeps these states. */
        Pipeline.Group loops(Group group, Rule rule, List<Rule.State> states, StepNumbers numbers, List<Tensor> tensors) {
            Set<String> names = new HashSet<>();
            for (Rule.State state : states) {
                if (!names.add(state.name())) {
                    throw new IllegalArgumentException(rule + " has two states named '" + state.name() + "'");
                }
            }
            List<Rule.Measure> measures = Check.returned(rule, "measures()", rule.measures());
            Optional<Kernel> lookAhead = Check.returned(rule, "lookAhead()", rule.lookAhead());
            Set<Extent> extents = extents(states, measures);
            boolean wholeTensors = !measures.isEmpty() || !extents.isEmpty();
            if (lookAhead.isPresent() && wholeTensors) {
                throw new IllegalArgumentException(rule + " must not both look ahead and depend on whole tensors");
            }
            for (Extent extent : extents) {
                for (Tensor tensor : tensors) {
                    requireCountable(rule, tensor, extent);
                }
            }
            List<Loop> loops = new ArrayList<>();
            for (Rule.Measure measure : measures) {
                List<Extent> sums = new ArrayList<>();
                for (Rule.Sum sum : measure.sums()) {
                    sums.add(sum.extent());
                }
                loops.add(new Loop(measure.kernel(), List.copyOf(sums)));
            }
            loops.add(new Loop(Check.returned(rule, "kernel()", rule.kernel()), List.of()));
            Set<Integer> flushed = flushSubnormals ? flushed(states) : Set.of();
            return new Pipeline.Group(numbers, new Splicing(rule, width.vectorBits(), width.bits() / Float.SIZE,
                    gradientForm(group.maximize().orElseThrow()), flushed), loops, lookAhead, wholeTensors);
        }

        /** What states and sums are of but for parameters. */
        private static Set<Extent> extents(List<Rule.State> states, List<Rule.Measure> measures) {
            Set<Extent> extents = EnumSet.noneOf(Extent.class);
            for (Rule.State state : states) {
                extents.add(state.extent());
            }
            for (Rule.Measure measure : measures) {
                for (Rule.Sum sum : measure.sums()) {
                    extents.add(sum.extent());
                }
            }
            extents.remove(Extent.PARAMETER);
            return extents;
        }

        /** Indices of the states without subnormal numbers: those that hold parameters are treated as the parameters are. */
        private static Set<Integer> flushed(List<Rule.State> states) {
            Set<Integer> flushed = new HashSet<>();
            for (int k = 0; k < states.size(); k++) {
                if (!states.get(k).exact() || states.get(k).extent() != Extent.PARAMETER) {
                    flushed.add(k);
                }
            }
            return flushed;
        }

        private static void requireCountable(Rule rule, Tensor tensor, Extent extent) {
            long count = extent == Extent.TENSOR ? 1 : Shape.of(tensor.shape()).count(extent);
            if (count > MOST_ROWS) {
                String counted = switch (extent) {
                    case ROW -> "rows";
                    case COLUMN -> "columns";
                    default -> "matrices";
                };
                throw new IllegalArgumentException(
                        counted + " of '" + tensor.name() + "' must be at most " + MOST_ROWS + " for " + rule + ", got " + count);
            }
        }
    }

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
        Options options = of(optimizer).options;
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
    private static Options options(OptimizerBuilder builder) {
        VectorModule.require();
        Options options = builder.options(builder.width.orElseGet(Width::preferred));
        options.width().requireSupported();
        options.requireThatTheyGoTogether();
        return options;
    }

    @Override
    public List<Division> divisions(Object builder) {
        Options options = options((OptimizerBuilder) builder);
        if (options.writesGradientsBack()) {
            throw new IllegalArgumentException("gradients cannot be written back where each process has its own");
        }
        List<Tensor> tensors = options.store().tensors();
        List<Group> groups = new ArrayList<>(options.groups());
        options.rule().ifPresent(rule -> groups.add(Group.rest(rule)));
        List<List<Tensor>> members = Group.distribute(groups, tensors, options.rule().isPresent());
        return IntStream.range(0, groups.size()).mapToObj(k -> {
            Group group = groups.get(k).resolved(options.rule(), options.schedules(), options.maximize());
            return new Division(members.get(k).stream().map(Tensor::index).toList(), group.isFrozen(),
                    !group.isFrozen() && needsWholeTensors(group.rule().orElseThrow()));
        }).toList();
    }

    static Optimizer make(Options options) {
        if (options.rule().isPresent() && !options.store().tensors().isEmpty() && StagedKernels.isUsual() && !StepRecording.isUsed()) {
            rehearse(options.rule().get(), options);
        }
        return new Optimizer(options);
    }

    /**
     * Has the JVM load and link what a step runs, by one step of a tensor of its own, once for the heap and once for native memory: else
     * the first step of a small tensor takes five times as long as a plain loop. Only rules of the library are asked to step more.
     */
    private static void rehearse(Rule rule, Options options) {
        boolean isNative = options.store().tensors().getFirst().parameter().isNative();
        int kind = isNative ? 1 : 0;
        if (!REHEARSED[kind] && rule.getClass().getPackageName().equals(LIBRARY_RULES) && !needsWholeTensors(rule)) {
            REHEARSED[kind] = true;
            StagedKernels.rehearse();
            ParameterStoreBuilder builder = ParameterStore.builder().tensor("rehearsal", REHEARSED_ELEMENTS);
            try (ParameterStore store = (isNative ? builder.nativeMemory() : builder).build()) {
                Optimizer.builder(store).rule(rule).width(options.width()).evenUnsupportedWidth().build().step(() -> {});
            }
        }
    }

    private static boolean needsWholeTensors(Rule rule) {
        boolean needs = !rule.measures().isEmpty();
        for (Rule.State state : rule.states()) {
            needs |= state.extent() != Extent.PARAMETER;
        }
        return needs;
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
        Options all = options(told);
        Map<Tensor, Tensor> wholes = new IdentityHashMap<>();
        store.tensors().forEach(part -> wholes.put(part, told.store.tensors().get(part.index())));
        List<Group> groups = all.groups().stream().map(group -> new Group(group.name(), part -> group.members().test(wholes.get(part)),
                group.rule(), group.isFrozen(), part -> group.learningRateFactor().applyAsDouble(wholes.get(part)),
                group.hyperparameters(), group.schedules(), group.maximize())).toList();
        Options options = new Options(store, all.width(), all.rule(), groups, all.schedules(), all.clipping(),
                all.nonFinite(), all.lossScaler(), all.average(), all.globalNorm(), all.clearsGradients(), all.writesGradientsBack(),
                all.accumulates(), all.parallelism(), all.leastShared(), all.maximize(), all.flushSubnormals(), all.steps(),
                all.previousLearningRate());
        told.store.bind("processes that share it");
        try {
            Optimizer optimizer = checked(options, check);
            options.width().warnIfSlow();
            told.warmUp.ifPresent(optimizer::warmUp);
            return optimizer;
        } catch (Throwable e) {
            told.store.unbind();
            throw e;
        }
    }

    private static Optimizer checked(Options options, Consumer<Object> check) {
        Optimizer optimizer = new Optimizer(options);
        try {
            check.accept(optimizer);
            return optimizer;
        } catch (Throwable e) {
            optimizer.close();
            throw e;
        }
    }
}
