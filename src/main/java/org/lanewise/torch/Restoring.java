package org.lanewise.torch;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.lanewise.Group;
import org.lanewise.Groups;
import org.lanewise.Optimizer;
import org.lanewise.OptimizerBuilder;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.Slice;
import org.lanewise.Storage;
import org.lanewise.Tensor;
import org.lanewise.execution.GroupSteps;
import org.lanewise.execution.OptimizerAccess;
import org.lanewise.execution.Presence;
import org.lanewise.execution.SteppedGroup;
import org.lanewise.execution.Training;
import org.lanewise.rule.Asgd;
import org.lanewise.torchfile.Pickled;

/** A training of PyTorch that goes on with the tensors of a store. */
public final class Restoring {
    private static final String FROZEN = "frozen", AVERAGE = "average";

    private final SavedTraining saved;
    private final ParameterStore store;
    private final Map<String, Tensor> byName = new HashMap<>();
    private final Map<Tensor, Integer> indices = new HashMap<>();
    private final List<Part> parts = new ArrayList<>();

    /** A group, and the tensors that its parameters are. */
    private record Part(SavedOptimizer.Group group, List<Tensor> tensors) {}

    /**
     * Finds the tensors; nothing has changed after that.
     *
     * @param saved what the file has
     * @param store the store
     * @throws IllegalArgumentException if a parameter is not in the store, or has another shape there
     */
    public Restoring(SavedTraining saved, ParameterStore store) {
        this.saved = saved;
        this.store = store;
        for (Tensor tensor : store.tensors()) {
            byName.put(tensor.name(), tensor);
            indices.put(tensor, indices.size());
        }
        saved.model().forEach((name, tensor) -> {
            if (byName.containsKey(name)) {
                requireShape(name, tensor.shape(), byName.get(name));
            }
        });
        saved.optimizer().ifPresent(this::match);
    }

    private void match(SavedOptimizer optimizer) {
        List<String> names = saved.parameters();
        if (names.isEmpty()) {
            names = store.tensors().stream().map(Tensor::name).toList();
        }
        if (names.size() != optimizer.size()) {
            throw new IllegalArgumentException("parameters of the optimizer in the file must be the " + names.size()
                    + " tensors of the store, got " + optimizer.size());
        }
        int next = 0;
        for (SavedOptimizer.Group group : optimizer.groups()) {
            List<Tensor> tensors = new ArrayList<>();
            for (SavedOptimizer.Parameter parameter : group.parameters()) {
                Tensor tensor = store.tensor(names.get(next++));
                StateShapes.firstOther(parameter.tensors(), shape(tensor)).ifPresent(state -> {
                    throw new IllegalArgumentException("state " + state + " of '" + tensor.name() + "' must have shape "
                            + StateShapes.of(state, shape(tensor)) + ", got " + parameter.tensors().get(state).shape());
                });
                tensors.add(tensor);
            }
            if (!tensors.isEmpty()) {
                parts.add(new Part(group, List.copyOf(tensors)));
            }
        }
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("optimizer in the file must have a parameter, got none");
        }
    }

    private static List<Long> shape(Tensor tensor) {
        return LongStream.of(tensor.shape()).boxed().toList();
    }

    private static void requireShape(String name, List<Long> inFile, Tensor own) {
        if (!inFile.equals(shape(own))) {
            throw new IllegalArgumentException("'" + name + "' has shape " + inFile + " in the file, expected " + shape(own));
        }
    }

    /**
     * Says the rules and groups of the file and how many steps were done.
     *
     * @param builder gets them
     * @param scheduled whether learning rates are those that a schedule began with, not those of the next step
     * @throws IOException if the file has no optimizer, or what cannot be gone on from
     */
    public void describe(OptimizerBuilder builder, boolean scheduled) throws IOException {
        if (saved.optimizer().isEmpty()) {
            throw new IOException("has no state of an optimizer");
        }
        Set<Tensor> left = new HashSet<>(store.tensors());
        parts.forEach(part -> part.tensors().forEach(left::remove));
        if (!left.isEmpty()) {
            builder.group(Group.of(FROZEN, left::contains).frozen());
        }
        for (int k = 0; k < parts.size(); k++) {
            SavedOptimizer.Group group = parts.get(k).group();
            Rule rule = scheduled ? group.initial() : group.rule();
            if (parts.size() == 1) {
                builder.rule(rule).maximize(group.maximize());
            } else {
                Set<Tensor> members = Set.copyOf(parts.get(k).tensors());
                builder.group(Group.of("group " + k, members::contains).withRule(rule).withMaximize(group.maximize()));
            }
        }
        builder.resume(steps(), parts.getFirst().group().rule().learningRate());
    }

    /** Steps of the tensor that has most. */
    private long steps() {
        return parts.stream().flatMap(part -> part.group().parameters().stream()).mapToLong(SavedOptimizer.Parameter::steps).max()
                .orElse(0);
    }

    /**
     * Copies the parameters of the model.
     *
     * @throws IOException if the file has no model, lacks a tensor of the store, or is damaged; nothing has changed then
     */
    public void loadParameters() throws IOException {
        for (Tensor tensor : store.tensors()) {
            requireReadable(Optional.ofNullable(saved.model().get(tensor.name()))
                    .orElseThrow(() -> new IOException("has no tensor '" + tensor.name() + "'")));
        }
        for (Tensor tensor : store.tensors()) {
            copy(saved.model().get(tensor.name()), tensor.parameter());
        }
    }

    private static void requireReadable(Pickled.Tensor tensor) throws IOException {
        if (!tensor.dtype().isFloating()) {
            throw new IOException("parameters must be floats, got " + tensor);
        }
        tensor.elements().read(0, MemorySegment.ofArray(new byte[0]));
    }

    /**
     * Copies parameters, if the file has them, states and numbers of steps. Averages begin with the parameters.
     *
     * @param optimizer of the store, with the rules of the file
     * @throws IOException if the file is damaged, or keeps numbers that do not follow from steps and options; nothing has changed then
     * @throws IllegalArgumentException if rules are others than in the file; nothing has changed then
     * @throws IllegalStateException if the optimizer is not between two steps; nothing has changed then
     */
    public void load(Optimizer optimizer) throws IOException {
        OptimizerAccess access = OptimizerAccess.get();
        access.requireBetweenSteps(optimizer, "loading");
        if (saved.optimizer().isEmpty()) {
            throw new IOException("has no state of an optimizer");
        }
        Map<Slice, Pickled.Tensor> copies = new LinkedHashMap<>();
        Map<Integer, Own> own = new LinkedHashMap<>();
        for (Part part : parts) {
            for (int k = 0; k < part.tensors().size(); k++) {
                Tensor tensor = part.tensors().get(k);
                SavedOptimizer.Parameter parameter = part.group().parameters().get(k);
                states(part.group(), tensor, parameter, rule(optimizer, part.group(), tensor), copies);
                own.put(indices.get(tensor), own(part.group(), tensor, parameter));
            }
        }
        for (SteppedGroup group : access.training(optimizer).groups()) {
            for (int index : group.tensors()) {
                if (!own.containsKey(index)) {
                    throw new IllegalArgumentException("'" + store.tensors().get(index).name()
                            + "' is no parameter of the optimizer in the file, so it must be frozen");
                }
            }
        }
        for (Pickled.Tensor tensor : copies.values()) {
            requireReadable(tensor);
        }
        if (!saved.model().isEmpty()) {
            loadParameters();
        }
        for (Map.Entry<Slice, Pickled.Tensor> each : copies.entrySet()) {
            copy(each.getValue(), each.getKey());
        }
        if (access.options(optimizer).containsKey(AVERAGE)) {
            parts.forEach(part -> part.tensors().forEach(tensor -> copy(tensor.parameter(), tensor.state(AVERAGE))));
        }
        resume(optimizer, access, own);
    }

    /**
     * Where a tensor stands.
     *
     * @param counts whether the file says how many steps it did
     * @param previousLearningRate learning rate of the last of them if the rule is ASGD, which goes by it; else 0
     */
    private record Own(boolean counts, long steps, double previousLearningRate) {}

    /** SGD does not count steps: with a momentum there was one, and that there was one is all that matters. */
    private static Own own(SavedOptimizer.Group group, Tensor tensor, SavedOptimizer.Parameter parameter) throws IOException {
        boolean counts = group.follower().countsSteps() || parameter.tensors().isEmpty() && !group.rule().states().isEmpty();
        double rate = 0;
        for (Map.Entry<String, Double> each : parameter.scalars().entrySet()) {
            if (group.rule() instanceof Asgd asgd && each.getKey().equals(Follower.ETA)) {
                rate = Numbers.previousLearningRate(asgd, parameter.steps(), each.getValue().floatValue(),
                        asgd.learningRate());
            } else {
                double expected = Numbers.of(each.getKey(), group.rule(), parameter.steps(), rate);
                if (each.getValue() != expected) {
                    throw new IOException(each.getKey() + " of '" + tensor.name() + "' must be " + expected + " after step "
                            + parameter.steps() + " of " + group.rule() + ", got " + each.getValue());
                }
            }
        }
        return new Own(counts, parameter.steps(), rate);
    }

    private static void resume(Optimizer optimizer, OptimizerAccess access, Map<Integer, Own> all) {
        Training training = access.training(optimizer);
        long most = all.values().stream().mapToLong(Own::steps).max().orElse(0);
        // Tensors of a group with learning rates of their own have missed a step each.
        boolean apart = training.groups().stream()
                .anyMatch(group -> group.tensors().stream().map(index -> all.get(index).previousLearningRate()).distinct().count() > 1);
        long done = Math.max(optimizer.steps(), most + (apart ? 1 : 0));
        for (SteppedGroup group : training.groups()) {
            double previous = all.get(group.tensors().getFirst()).previousLearningRate();
            group.steps().resume(new GroupSteps.Position(group.steps().position().learningRate(), previous, 0, done));
            for (int index : group.tensors()) {
                Own own = all.get(index);
                training.presence().resume(index, new Presence.Position(own.counts() ? done - own.steps() : 0,
                        own.previousLearningRate() != previous, own.previousLearningRate()));
            }
        }
        access.resume(optimizer, done, 0);
    }

    /** The rule that steps a tensor, which must be the file's but for its learning rate. */
    private static Rule rule(Optimizer optimizer, SavedOptimizer.Group group, Tensor tensor) {
        Groups groups = optimizer.groups();
        String name = groups.names().stream().filter(each -> !groups.group(each).isFrozen() && groups.tensors(each).contains(tensor))
                .findFirst().orElseThrow(() -> new IllegalArgumentException("'" + tensor.name() + "' must be in a group, but is frozen"));
        Rule rule = groups.group(name).rule().orElseThrow();
        boolean maximizes = groups.group(name).maximize().orElse(false);
        if (rule.getClass() != group.rule().getClass() || !group.follower().options(rule, 0, maximizes)
                .equals(group.follower().options(group.rule(), 0, group.maximize()))) {
            throw new IllegalArgumentException("'" + tensor.name() + "' must be stepped by " + group.rule()
                    + (group.maximize() ? ", maximizing" : "") + " as in the file, got " + rule + (maximizes ? ", maximizing" : ""));
        }
        return rule;
    }

    private static void states(SavedOptimizer.Group group, Tensor tensor, SavedOptimizer.Parameter parameter, Rule rule,
            Map<Slice, Pickled.Tensor> copies) throws IOException {
        for (Rule.State state : rule.states()) {
            Optional<String> torchName = group.follower().torchName(state.name(), tensor.rank());
            if (!parameter.tensors().isEmpty() && torchName.isPresent()) {
                copies.put(tensor.state(state.name()), Optional.ofNullable(parameter.tensors().get(torchName.get()))
                        .orElseThrow(() -> new IOException("state " + torchName.get() + " of '" + tensor.name() + "' is missing")));
            }
        }
    }

    private static void copy(Slice from, Slice to) {
        for (long i = 0; i < from.size(); i++) {
            to.set(i, from.get(i));
        }
    }

    private static void copy(Pickled.Tensor tensor, Slice slice) throws IOException {
        if (slice.storage() == Storage.F32) {
            MemorySegment target = slice.segment();
            tensor.floats((from, values, count) -> MemorySegment.copy(values, 0, target, ValueLayout.JAVA_FLOAT_UNALIGNED,
                    from * Float.BYTES, count));
        } else {
            tensor.floats((from, values, count) -> {
                for (int i = 0; i < count; i++) {
                    slice.set(from + i, values[i]);
                }
            });
        }
    }
}
