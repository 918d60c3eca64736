package org.lanewise.demo;

import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.Width;

/** An optimizer and the order of calls that makes one step of its rule. */
final class Stepper {
    private final Optimizer optimizer;
    private final boolean looksAhead;

    Stepper(Rule rule, ParameterStore store, Width width) {
        this.optimizer = Optimizer.of(rule, store, width);
        this.looksAhead = rule.lookAhead().isPresent();
    }

    /** Steps once; {@code gradient} computes the gradients at the parameters it finds, which may be those looked ahead to. */
    void step(Runnable gradient) {
        if (looksAhead) {
            optimizer.lookAhead();
        }
        gradient.run();
        optimizer.step();
    }

    Optimizer optimizer() {
        return optimizer;
    }
}
