package org.lanewise.torch;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.torchfile.Pickled;

/** Options of a group as PyTorch's constructors have them, in their order. */
final class OptionList {
    private final Map<Pickled.Key, Pickled> entries = new LinkedHashMap<>();
    private final boolean maximize;

    OptionList(double learningRate, boolean maximize) {
        this.maximize = maximize;
        number("lr", learningRate);
    }

    Map<Pickled.Key, Pickled> entries() {
        return entries;
    }

    OptionList number(String name, double value) {
        return put(name, new Pickled.Real(value));
    }

    OptionList pair(String name, double first, double second) {
        return put(name, new Pickled.Tuple(List.of(new Pickled.Real(first), new Pickled.Real(second))));
    }

    /** A pair of None and a number. */
    OptionList pairOfNoneAnd(String name, double second) {
        return put(name, new Pickled.Tuple(List.of(new Pickled.None(), new Pickled.Real(second))));
    }

    OptionList flag(String name, boolean value) {
        return put(name, new Pickled.Flag(value));
    }

    OptionList maximize() {
        return flag("maximize", maximize);
    }

    /** Options that say how PyTorch computes, and that are off. */
    OptionList off(String... names) {
        for (String name : names) {
            flag(name, false);
        }
        return this;
    }

    /** Options that PyTorch chooses itself. */
    OptionList open(String... names) {
        for (String name : names) {
            put(name, new Pickled.None());
        }
        return this;
    }

    private OptionList put(String name, Pickled value) {
        entries.put(new Pickled.Text(name), value);
        return this;
    }

    /** Refuses a rule with an option that PyTorch lacks. */
    static void requireOff(boolean on, String option, Object rule) {
        if (on) {
            throw new IllegalArgumentException("PyTorch has no counterpart of " + option + " in " + rule);
        }
    }
}
