package org.lanewise.torch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.lanewise.torchfile.Limits;
import org.lanewise.torchfile.Pickled;

/**
 * What a file of PyTorch has of a training: {@code model.state_dict()}, {@code optimizer.state_dict()}, or a dict of both by any names.
 *
 * @param model tensors by name; empty if the file has no model
 * @param optimizer the optimizer; empty if the file has none
 * @param parameters names of the optimizer's parameters, as PyTorch numbers them, or else of the model's tensors of floats; empty if
 *        the file has neither
 */
public record SavedTraining(Map<String, Pickled.Tensor> model, Optional<SavedOptimizer> optimizer, List<String> parameters) {
    /** Ends of the names of batch norms' tensors that are no parameters. */
    private static final List<String> BUFFERS = List.of("running_mean", "running_var");

    /**
     * What a file does not say.
     *
     * @param optimizer name of the optimizer's class in {@code torch.optim}; empty to go by its options
     * @param parameters names of its parameters in its order; empty to go by the file
     * @param rename makes a tensor's name of the one that the file has
     */
    public record Settings(Optional<String> optimizer, Optional<List<String>> parameters, UnaryOperator<String> rename) {
        /** Goes by the file. */
        public static final Settings NONE = new Settings(Optional.empty(), Optional.empty(), UnaryOperator.identity());
    }

    /**
     * Reads what a file holds.
     *
     * @param root its value
     * @param settings what it does not say
     * @return what was found
     * @throws IOException if it holds anything else, or what has no counterpart
     */
    public static SavedTraining of(Pickled root, Settings settings) throws IOException {
        Optional<Pickled> saved = part(root, "optimizers", SavedOptimizer::is);
        Optional<SavedOptimizer> optimizer = saved.isEmpty() ? Optional.empty()
                : Optional.of(SavedOptimizer.of(saved.get(), settings.optimizer()));
        Map<String, Pickled.Tensor> model = new LinkedHashMap<>();
        Optional<Pickled> tensors = part(root, "models", SavedTraining::isModel);
        if (tensors.isPresent() && tensors.get() instanceof Pickled.Dict dict) {
            for (Map.Entry<Pickled.Key, Pickled> each : dict.entries().entrySet()) {
                String name = settings.rename().apply(((Pickled.Text) each.getKey()).value());
                if (model.put(name, (Pickled.Tensor) each.getValue()) != null) {
                    throw new IOException("two tensors are named '" + Limits.shortened(name) + "'");
                }
            }
        }
        if (model.isEmpty() && optimizer.isEmpty()) {
            throw new IOException("must hold tensors by name, the state of an optimizer, or a dict of both, got " + root);
        }
        return new SavedTraining(model, optimizer, parameters(model, optimizer, settings));
    }

    /**
     * All tensors by the names that they have in safetensors: the parameter {@code weight}, its state {@code state.weight.exp_avg}.
     *
     * @return in the file's order
     */
    public Map<String, Pickled.Tensor> tensors() {
        Map<String, Pickled.Tensor> all = new LinkedHashMap<>(model);
        int[] next = {0};
        optimizer.ifPresent(each -> each.groups().forEach(group -> group.parameters().forEach(parameter -> {
            String name = parameters.isEmpty() ? String.valueOf(next[0]) : parameters.get(next[0]);
            next[0]++;
            parameter.tensors().forEach((state, tensor) -> all.put("state." + name + "." + state, tensor));
            if (group.follower().countsSteps()) {
                all.put("state." + name + "." + Follower.STEP, Numbers.tensor(parameter.steps()));
            }
        })));
        return all;
    }

    /**
     * Groups with their rules and steps.
     *
     * @return a line for each
     */
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        optimizer.ifPresent(each -> each.groups().forEach(group -> {
            LongSummaryStatistics steps = group.parameters().stream().mapToLong(SavedOptimizer.Parameter::steps).summaryStatistics();
            lines.add("group " + lines.size() + " of " + group.follower().optimizer() + ": " + group.rule()
                    + (group.maximize() ? ", maximizing" : "") + ", " + group.parameters().size()
                    + (group.parameters().size() == 1 ? " tensor" : " tensors") + ", steps: "
                    + (group.follower().countsSteps() ? steps.getMin() == steps.getMax() ? String.valueOf(steps.getMax())
                            : steps.getMin() + " to " + steps.getMax() : "not counted"));
        }));
        return lines;
    }

    /** The file's value itself or one of those in it. */
    private static Optional<Pickled> part(Pickled root, String what, Predicate<Pickled> is) throws IOException {
        if (is.test(root)) {
            return Optional.of(root);
        }
        Map<Pickled.Key, Pickled> found = new LinkedHashMap<>();
        if (root instanceof Pickled.Dict dict) {
            dict.entries().entrySet().stream().filter(each -> is.test(each.getValue()))
                    .forEach(each -> found.put(each.getKey(), each.getValue()));
        }
        if (found.size() > 1) {
            throw new IOException(what + " in a file must be at most one, got " + found.keySet());
        }
        return found.values().stream().findFirst();
    }

    private static boolean isModel(Pickled value) {
        return value instanceof Pickled.Dict dict && !dict.entries().isEmpty() && dict.entries().entrySet().stream()
                .allMatch(each -> each.getKey() instanceof Pickled.Text && each.getValue() instanceof Pickled.Tensor);
    }

    private static List<String> parameters(Map<String, Pickled.Tensor> model, Optional<SavedOptimizer> optimizer, Settings settings)
            throws IOException {
        List<String> all = new ArrayList<>();
        model.forEach((name, tensor) -> {
            if (tensor.dtype().isFloating()) {
                all.add(name);
            }
        });
        if (optimizer.isEmpty()) {
            return settings.parameters().orElse(all);
        }
        List<String> names = settings.parameters().or(() -> names(optimizer.get(), settings.rename())).orElse(List.of());
        if (names.isEmpty() && !all.isEmpty()) {
            names = inOrder(all, model, optimizer.get());
        }
        Set<String> different = new LinkedHashSet<>(names);
        if (different.size() < names.size() || !names.isEmpty() && names.size() != optimizer.get().size()) {
            throw new IOException("names of the optimizer's parameters must be " + optimizer.get().size() + " different ones, got "
                    + Limits.shortened(names.toString()));
        }
        return List.copyOf(names);
    }

    private static Optional<List<String>> names(SavedOptimizer optimizer, UnaryOperator<String> rename) {
        if (optimizer.groups().stream().anyMatch(group -> group.names().isEmpty())) {
            return Optional.empty();
        }
        return Optional.of(optimizer.groups().stream().flatMap(group -> group.names().orElseThrow().stream()).map(rename).toList());
    }

    /** One group has the model's parameters in their order. Several do not; then shapes must tell. */
    private static List<String> inOrder(List<String> all, Map<String, Pickled.Tensor> model, SavedOptimizer optimizer) throws IOException {
        List<String> names = all;
        if (names.size() != optimizer.size()) {
            names = all.stream().filter(name -> BUFFERS.stream().noneMatch(name::endsWith)).toList();
        }
        if (names.size() != optimizer.size()) {
            throw new IOException("the optimizer has " + optimizer.size() + " parameters without names, the model " + names.size()
                    + " tensors: give the names in the optimizer's order");
        }
        if (optimizer.groups().size() == 1) {
            return names;
        }
        List<String> found = new ArrayList<>();
        for (SavedOptimizer.Group group : optimizer.groups()) {
            for (SavedOptimizer.Parameter parameter : group.parameters()) {
                List<String> fitting = names.stream()
                        .filter(name -> StateShapes.firstOther(parameter.tensors(), model.get(name).shape()).isEmpty()).toList();
                if (fitting.size() != 1) {
                    throw new IOException("the optimizer has several groups without names, and parameter " + found.size()
                            + " may be any of " + Limits.shortened(fitting.toString()) + ": give the names in the optimizer's order");
                }
                found.add(fitting.getFirst());
            }
        }
        return found;
    }
}
