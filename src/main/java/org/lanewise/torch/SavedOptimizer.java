package org.lanewise.torch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lanewise.Rule;
import org.lanewise.torchfile.Limits;
import org.lanewise.torchfile.Pickled;

/**
 * What {@code optimizer.state_dict()} of PyTorch says.
 *
 * @param groups groups of parameters, which PyTorch numbers from 0 on over all of them
 */
record SavedOptimizer(List<Group> groups) {
    private static final String STATE = "state", GROUPS = "param_groups", PARAMETERS = "params", NAMES = "param_names", RATE = "lr",
            INITIAL_RATE = "initial_lr";
    /** What doubles count to. */
    private static final double MOST_STEPS = 0x1p53;

    /**
     * A group.
     *
     * @param follower the optimizer
     * @param rule its rule, with the learning rate of the next step
     * @param initial the same with the learning rate that a schedule began with; that rule itself if there was no schedule
     * @param maximize whether it maximizes
     * @param names of its parameters, if PyTorch was told them
     * @param parameters what is kept of each
     */
    record Group(Follower<?> follower, Rule rule, Rule initial, boolean maximize, Optional<List<String>> names,
            List<Parameter> parameters) {}

    /**
     * What is kept of a parameter.
     *
     * @param tensors states by PyTorch's names
     * @param scalars numbers by PyTorch's names
     */
    record Parameter(Map<String, Pickled.Tensor> tensors, Map<String, Double> scalars) {
        /** Number of steps in which it had a gradient; with SGD, which does not count them, 1 if there is a momentum. */
        long steps() {
            return scalars.containsKey(Follower.STEP) ? scalars.get(Follower.STEP).longValue() : tensors.isEmpty() ? 0 : 1;
        }
    }

    /** Whether a value is the state of an optimizer. */
    static boolean is(Pickled value) {
        return value instanceof Pickled.Dict dict && dict.find(STATE).isPresent() && dict.find(GROUPS).isPresent();
    }

    /**
     * Reads it.
     *
     * @param optimizer PyTorch's name of its class, which the file does not say
     * @throws IOException if there is something that has no counterpart, by name
     */
    static SavedOptimizer of(Pickled value, Optional<String> optimizer) throws IOException {
        Pickled.Dict saved = dict("optimizer", value);
        Pickled.Dict states = dict(STATE, saved.find(STATE).orElseThrow());
        if (!(saved.find(GROUPS).orElseThrow() instanceof Pickled.Items all) || all.items().isEmpty()) {
            throw new IOException(GROUPS + " must be a list of at least one group");
        }
        Set<Pickled.Key> taken = new HashSet<>();
        List<Group> groups = new ArrayList<>();
        for (Pickled each : all.items()) {
            try {
                groups.add(group(dict("a group", each), states, optimizer, taken));
            } catch (IOException e) {
                throw new IOException(GROUPS + "[" + groups.size() + "]: " + e.getMessage(), e);
            }
        }
        for (Pickled.Key key : states.entries().keySet()) {
            if (!taken.contains(key)) {
                throw new IOException("state of parameter " + key + " belongs to no group");
            }
        }
        return new SavedOptimizer(List.copyOf(groups));
    }

    /** Number of parameters. */
    int size() {
        return groups.stream().mapToInt(group -> group.parameters().size()).sum();
    }

    private static Group group(Pickled.Dict group, Pickled.Dict states, Optional<String> optimizer, Set<Pickled.Key> taken)
            throws IOException {
        List<Pickled.Dict> own = new ArrayList<>();
        for (Pickled each : items(group, PARAMETERS)) {
            if (!(each instanceof Pickled.Whole number) || !taken.add(number)) {
                throw new IOException(PARAMETERS + " must be numbers that no other parameter has, got " + each);
            }
            own.add(dict("state of parameter " + number, states.entries().getOrDefault(number, new Pickled.Dict(Map.of()))));
        }
        Options options = new Options(group);
        Follower<?> follower = optimizer.isPresent() ? Followers.named(optimizer.get())
                : Followers.find(options, Followers.stateNames(own));
        Rule rule = follower.rule(options);
        Rule initial = group.find(INITIAL_RATE).isEmpty() ? rule : follower.rule(new Options(withInitialRate(group)));
        List<Parameter> parameters = new ArrayList<>();
        for (Pickled.Dict each : own) {
            parameters.add(parameter(follower, rule, each));
        }
        return new Group(follower, rule, initial, options.flag("maximize"), names(group, parameters.size()), List.copyOf(parameters));
    }

    private static Pickled.Dict withInitialRate(Pickled.Dict group) {
        Map<Pickled.Key, Pickled> options = new LinkedHashMap<>(group.entries());
        options.put(new Pickled.Text(RATE), group.find(INITIAL_RATE).orElseThrow());
        return new Pickled.Dict(options);
    }

    private static Optional<List<String>> names(Pickled.Dict group, int count) throws IOException {
        if (group.find(NAMES).isEmpty()) {
            return Optional.empty();
        }
        List<String> names = new ArrayList<>();
        for (Pickled each : items(group, NAMES)) {
            if (!(each instanceof Pickled.Text name)) {
                throw new IOException(NAMES + " must be texts, got " + each);
            }
            names.add(name.value());
        }
        if (names.size() != count) {
            throw new IOException(NAMES + " must be " + count + " as its parameters, got " + names.size());
        }
        return Optional.of(List.copyOf(names));
    }

    private static Parameter parameter(Follower<?> follower, Rule rule, Pickled.Dict state) throws IOException {
        Set<String> known = follower.torchNames(rule);
        Map<String, Pickled.Tensor> tensors = new LinkedHashMap<>();
        Map<String, Double> scalars = new LinkedHashMap<>();
        for (Map.Entry<Pickled.Key, Pickled> each : state.entries().entrySet()) {
            if (!(each.getKey() instanceof Pickled.Text key)) {
                throw new IOException("name of a state must be a text, got " + each.getKey());
            }
            String name = key.value();
            if (follower.scalars().contains(name)) {
                scalars.put(name, number(name, each.getValue()));
            } else if (each.getValue() instanceof Pickled.None) {
                continue;
            } else if (!known.contains(name)) {
                throw new IOException("no counterpart of state '" + Limits.shortened(name) + "' of " + follower.optimizer() + " in "
                        + rule);
            } else if (each.getValue() instanceof Pickled.Tensor tensor && tensor.dtype().isFloating()) {
                tensors.put(name, tensor);
            } else {
                throw new IOException("state '" + name + "' must be a tensor of floats, got " + each.getValue());
            }
        }
        if (!tensors.isEmpty() && !scalars.keySet().containsAll(follower.scalars())) {
            throw new IOException("state of a parameter must have " + follower.scalars() + ", got " + state.entries().keySet());
        }
        double steps = scalars.getOrDefault(Follower.STEP, 0.0);
        if (!(steps >= 0 && steps <= MOST_STEPS && steps == Math.rint(steps))) {
            throw new IOException("step must be a whole number from 0 on, got " + steps);
        }
        return new Parameter(tensors, scalars);
    }

    private static double number(String name, Pickled value) throws IOException {
        return switch (value) {
            case Pickled.Whole whole -> whole.value();
            case Pickled.Real real -> real.value();
            case Pickled.Tensor tensor when tensor.size() == 1 -> tensor.number();
            default -> throw new IOException(name + " must be a number, got " + value);
        };
    }

    private static List<Pickled> items(Pickled.Dict dict, String name) throws IOException {
        return switch (dict.find(name).orElse(new Pickled.None())) {
            case Pickled.Items list -> list.items();
            case Pickled.Tuple tuple -> tuple.items();
            default -> throw new IOException(name + " must be a list");
        };
    }

    private static Pickled.Dict dict(String what, Pickled value) throws IOException {
        if (value instanceof Pickled.Dict dict) {
            return dict;
        }
        throw new IOException(what + " must be a dict, got " + value);
    }
}
