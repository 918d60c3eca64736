package org.lanewise.torch;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.lanewise.torchfile.Pickled;

/** The options of a group in {@code param_groups}. What is asked for is ticked off, so that none is passed over. */
final class Options {
    /** They say how PyTorch computes, or are left by its schedulers; none says what a step does. */
    private static final Set<String> WITHOUT_EFFECT = Set.of("foreach", "fused", "capturable", "differentiable", "params", "param_names",
            "initial_lr", "max_lr", "min_lr", "base_momentum", "max_momentum", "swa_lr", "name");

    private final Map<Pickled.Key, Pickled> values;
    private final Set<String> asked = new LinkedHashSet<>(WITHOUT_EFFECT);

    Options(Pickled.Dict group) {
        this.values = group.entries();
    }

    Set<String> names() {
        Set<String> names = new TreeSet<>();
        values.keySet().forEach(key -> names.add(key instanceof Pickled.Text text ? text.value() : key.toString()));
        return names;
    }

    boolean has(String name) {
        return values.containsKey(new Pickled.Text(name));
    }

    /** A number; it must be there. */
    double number(String name) throws IOException {
        return number(name, value(name));
    }

    /** A number of a pair. */
    double number(String name, int index) throws IOException {
        return number(name, pair(name).get(index));
    }

    /** A number of a pair, or another one where it is None. */
    double number(String name, int index, double ifNone) throws IOException {
        return pair(name).get(index) instanceof Pickled.None ? ifNone : number(name, index);
    }

    /** Whether an option is on; one that an older version did not have is off. */
    boolean flag(String name) throws IOException {
        if (!has(name)) {
            return false;
        }
        if (value(name) instanceof Pickled.Flag flag) {
            return flag.value();
        }
        throw refused(name, "True or False");
    }

    /** Refuses options that nobody has asked for. */
    void requireNoOther() throws IOException {
        Set<String> others = names();
        others.removeAll(asked);
        if (!others.isEmpty()) {
            throw new IOException("no counterpart of option '" + others.iterator().next() + "'");
        }
    }

    private List<Pickled> pair(String name) throws IOException {
        List<Pickled> items = value(name) instanceof Pickled.Tuple tuple ? tuple.items()
                : value(name) instanceof Pickled.Items list ? list.items() : List.of();
        if (items.size() != 2) {
            throw refused(name, "a pair");
        }
        return items;
    }

    private double number(String name, Pickled value) throws IOException {
        double number = switch (value) {
            case Pickled.Real real -> real.value();
            case Pickled.Whole whole -> whole.value();
            case Pickled.Tensor tensor when tensor.size() == 1 -> tensor.number();
            default -> throw refused(name, "a number");
        };
        if (!Double.isFinite(number)) {
            throw refused(name, "finite");
        }
        return number;
    }

    private Pickled value(String name) throws IOException {
        asked.add(name);
        Pickled value = values.get(new Pickled.Text(name));
        if (value == null) {
            throw new IOException("option '" + name + "' is missing, got " + names());
        }
        return value;
    }

    private IOException refused(String name, String expected) {
        return new IOException("option '" + name + "' must be " + expected + ", got " + values.get(new Pickled.Text(name)));
    }
}
