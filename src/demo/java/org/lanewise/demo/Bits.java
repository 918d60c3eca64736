package org.lanewise.demo;

import org.lanewise.Optimizer;
import org.lanewise.Rule;
import org.lanewise.Slice;
import org.lanewise.Tensor;

/** Compares what two optimizers made of the same model, bit by bit. */
final class Bits {
    private Bits() {}

    /** Whether all parameters and all states have the same bits. */
    static boolean equal(Optimizer a, Optimizer b) {
        for (Tensor tensor : a.store().tensors()) {
            Tensor other = b.store().tensor(tensor.name());
            if (!equal(tensor.parameter(), other.parameter())) {
                return false;
            }
            for (Rule.State state : a.rule().states()) {
                if (!equal(tensor.state(state.name()), other.state(state.name()))) {
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
