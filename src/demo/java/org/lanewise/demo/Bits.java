package org.lanewise.demo;

import java.util.List;
import org.lanewise.Optimizer;
import org.lanewise.Rule;
import org.lanewise.Slice;
import org.lanewise.Tensor;

/** Compares what two optimizers made of the same model, bit by bit. */
final class Bits {
    private Bits() {}

    /** Whether all parameters and all states of the rule have the same bits. */
    static boolean equal(Optimizer a, Optimizer b) {
        return equal(a, b, a.rule().states().stream().map(Rule.State::name).toList());
    }

    /** Whether all parameters and some states have the same bits. */
    static boolean equal(Optimizer a, Optimizer b, List<String> states) {
        for (Tensor tensor : a.store().tensors()) {
            Tensor other = b.store().tensor(tensor.name());
            if (!equal(tensor.parameter(), other.parameter())) {
                return false;
            }
            for (String state : states) {
                if (!equal(tensor.state(state), other.state(state))) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean equal(Slice a, Slice b) {
        for (long i = 0; i < a.size(); i++) {
            if (Float.floatToIntBits(a.get(i)) != Float.floatToIntBits(b.get(i))) {
                return false;
            }
        }
        return true;
    }
}
