package org.lanewise.demo;

import java.util.List;
import org.lanewise.Rule;
import org.lanewise.rule.Adam;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Lamb;
import org.lanewise.rule.Lion;
import org.lanewise.rule.Momentum;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.RmsProp;
import org.lanewise.rule.Rprop;
import org.lanewise.rule.ScheduleFreeAdamW;
import org.lanewise.rule.Sgd;

/**
 * A rule that takes part in a comparison.
 *
 * @param name what the reader calls it
 * @param fullBatch whether each step needs the gradient over all images
 */
record Contender(String name, Rule rule, boolean fullBatch) {
    Contender(String name, Rule rule) {
        this(name, rule, false);
    }

    /**
     * All rules that train the network. Each learning rate is the one of 1, 2 and 5 times the powers of ten that got the lowest
     * training loss on the built-in digits after 30 epochs in the worst of eight seeds.
     */
    static List<Contender> forDigits() {
        return List.of(
                new Contender("Gradient descent", new GradientDescent(1)),
                new Contender("Momentum", new Momentum(0.2)),
                new Contender("Nesterov", new Nesterov(0.2)),
                new Contender("SGD, nesterov", new Sgd(0.2).withMomentum(0.9).withNesterov(true)),
                new Contender("Rprop", new Rprop(0.01), true),
                new Contender("RMSprop", new RmsProp(0.005)),
                new Contender("Adam", new Adam(0.01)),
                new Contender("AdamW", new AdamW(0.02)),
                new Contender("Lion", new Lion(5e-4)),
                new Contender("Lamb", new Lamb(0.002)),
                new Contender("ScheduleFree", new ScheduleFreeAdamW(0.1)));
    }
}
