package org.lanewise.torch;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
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
import org.lanewise.rule.Asgd;
import org.lanewise.torchfile.Pickled;

/** A training of PyTorch that goes on with the tensors of a store. */
public final class Restoring {
    private static final String FROZEN = "frozen";

    private final SavedTraining saved;
    private final ParameterStore store;
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
        saved.model().forEach((name, tensor) -> find(name).ifPresent(own -> requireShape(name, tensor.shape(), own)));
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
            parts.add(new Part(group, List.copyOf(tensors)));
        }
    }

    private Optional<Tensor> find(String name) {
        return store.tensors().stream().filter(tensor -> tensor.name().equals(name)).findFirst();
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
        double previous = previousLearningRate();
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
        builder.resume(steps(), previous);
    }

    /** Steps of the tensor that has most. */
    private long steps() {
        return parts.stream().flatMap(part -> part.group().parameters().stream()).mapToLong(SavedOptimizer.Parameter::steps).max()
                .orElse(0);
    }

    /** Learning rate of the last step, which matters to ASGD alone. */
    private double previousLearningRate() throws IOException {
        Set<Double> all = new HashSet<>();
        for (Part part : parts) {
            for (SavedOptimizer.Parameter parameter : part.group().parameters()) {
                if (part.group().rule() instanceof Asgd asgd && parameter.scalars().containsKey(Follower.ETA)) {
                    all.add(Numbers.previousLearningRate(asgd, parameter.steps(), parameter.scalars().get(Follower.ETA).floatValue(),
                            asgd.learningRate()));
                }
            }
        }
        if (all.size() > 1) {
            throw new IOException("learning rate of the last step must be the same for all parameters of ASGD, got " + all);
        }
        return all.isEmpty() ? parts.getFirst().group().rule().learningRate() : all.iterator().next();
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
     * Copies parameters, if the file has them, states and numbers of steps.
     *
     * @param optimizer of the store, with the rules of the file and at least its steps
     * @throws IOException if the file is damaged, or keeps numbers that do not follow from steps and options; nothing has changed then
     * @throws IllegalArgumentException if rules are others than in the file; nothing has changed then
     * @throws IllegalStateException if the optimizer did fewer steps; nothing has changed then
     */
    public void load(Optimizer optimizer) throws IOException {
        if (saved.optimizer().isEmpty()) {
            throw new IOException("has no state of an optimizer");
        }
        Map<Slice, Pickled.Tensor> copies = new LinkedHashMap<>();
        for (Part part : parts) {
            for (int k = 0; k < part.tensors().size(); k++) {
                check(optimizer, part.group(), part.tensors().get(k), part.group().parameters().get(k), copies);
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
        for (Part part : parts) {
            for (int k = 0; k < part.tensors().size(); k++) {
                optimizer.groups().resume(part.tensors().get(k), steps(optimizer, part.group(), part.group().parameters().get(k)));
            }
        }
    }

    /** Own steps of a parameter. SGD does not count them: with a momentum there is one, and that there was one is all that matters. */
    private static long steps(Optimizer optimizer, SavedOptimizer.Group group, SavedOptimizer.Parameter parameter) {
        boolean stepped = group.follower().countsSteps() || parameter.tensors().isEmpty() && !group.rule().states().isEmpty();
        return stepped ? parameter.steps() : optimizer.steps();
    }

    private static void check(Optimizer optimizer, SavedOptimizer.Group group, Tensor tensor, SavedOptimizer.Parameter parameter,
            Map<Slice, Pickled.Tensor> copies) throws IOException {
        Groups groups = optimizer.groups();
        String name = groups.names().stream().filter(each -> !groups.group(each).isFrozen() && groups.tensors(each).contains(tensor))
                .findFirst().orElseThrow(() -> new IllegalArgumentException("'" + tensor.name() + "' must be in a group, but is frozen"));
        Group own = groups.group(name);
        Rule rule = own.rule().orElseThrow();
        boolean maximizes = own.maximize().orElse(false);
        if (rule.getClass() != group.rule().getClass() || !group.follower().options(rule, 0, maximizes)
                .equals(group.follower().options(group.rule(), 0, group.maximize()))) {
            throw new IllegalArgumentException("'" + tensor.name() + "' must be stepped by " + group.rule()
                    + (group.maximize() ? ", maximizing" : "") + " as in the file, got " + rule + (maximizes ? ", maximizing" : ""));
        }
        long steps = steps(optimizer, group, parameter);
        if (optimizer.steps() < steps) {
            throw new IllegalStateException("steps of the optimizer must be at least " + steps + ", those of '" + tensor.name()
                    + "', got " + optimizer.steps());
        }
        for (Map.Entry<String, Double> each : parameter.scalars().entrySet()) {
            double expected = Numbers.of(each.getKey(), rule, steps, groups.previousLearningRate(name));
            if (!parameter.tensors().isEmpty() && each.getValue() != expected) {
                throw new IOException(each.getKey() + " of '" + tensor.name() + "' must be " + expected + " after step " + steps + " of "
                        + rule + ", got " + each.getValue());
            }
        }
        states(group, tensor, parameter, rule, copies);
    }

    private static void states(SavedOptimizer.Group group, Tensor tensor, SavedOptimizer.Parameter parameter, Rule rule,
            Map<Slice, Pickled.Tensor> copies) throws IOException {
        Map<String, Pickled.Tensor> left = new LinkedHashMap<>(parameter.tensors());
        for (Rule.State state : rule.states()) {
            Optional<String> torchName = group.follower().torchName(state.name(), tensor.rank());
            if (!parameter.tensors().isEmpty() && torchName.isPresent()) {
                copies.put(tensor.state(state.name()), Optional.ofNullable(left.remove(torchName.get()))
                        .orElseThrow(() -> new IOException("state " + torchName.get() + " of '" + tensor.name() + "' is missing")));
            }
        }
        if (!left.isEmpty()) {
            throw new IOException("state " + left.keySet().iterator().next() + " of '" + tensor.name() + "' has no counterpart in " + rule);
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
