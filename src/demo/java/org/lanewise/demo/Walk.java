package org.lanewise.demo;

import java.util.List;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Width;
import org.lanewise.rule.Adam;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Lamb;
import org.lanewise.rule.Lion;
import org.lanewise.rule.Momentum;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.RmsProp;
import org.lanewise.rule.Rprop;
import org.lanewise.rule.ScheduleFreeAdamW;

/**
 * The path of a rule over a surface: one point for the start and one after each step.
 *
 * @param name what the reader calls the rule
 * @param rule with all its hyperparameters
 * @param value of the surface at each point
 */
record Walk(String name, String rule, float[] x, float[] y, double[] value) {
    /** All walks over a surface that show something of their own; the learning rates are chosen to show it. */
    static List<Walk> over(Surface surface) {
        return switch (surface) {
            case VALLEY -> walks(surface, 80, List.of(
                    new Contender("Gradient descent", new GradientDescent(0.09)),
                    new Contender("Momentum", new Momentum(0.02)),
                    new Contender("Nesterov", new Nesterov(0.02)),
                    new Contender("Rprop", new Rprop(0.1)),
                    new Contender("RMSprop", new RmsProp(0.2).withAlpha(0.9)),
                    new Contender("Adam", new Adam(0.5)),
                    new Contender("Lamb", new Lamb(0.1)),
                    new Contender("ScheduleFree", new ScheduleFreeAdamW(1))));
            case ROSENBROCK -> walks(surface, 300, List.of(
                    new Contender("Gradient descent", new GradientDescent(0.0015)),
                    new Contender("Momentum", new Momentum(0.001)),
                    new Contender("Nesterov", new Nesterov(0.001)),
                    new Contender("Rprop", new Rprop(0.2)),
                    new Contender("RMSprop", new RmsProp(0.02).withAlpha(0.9)),
                    new Contender("Adam", new Adam(0.3)),
                    new Contender("Lion", new Lion(0.03)),
                    new Contender("Lamb", new Lamb(0.1)),
                    new Contender("ScheduleFree", new ScheduleFreeAdamW(0.5))));
        };
    }

    private static List<Walk> walks(Surface surface, int steps, List<Contender> contenders) {
        return contenders.stream().map(contender -> walk(surface, steps, contender)).toList();
    }

    private static Walk walk(Surface surface, int steps, Contender contender) {
        float[] point = surface.start();
        float[] gradient = new float[point.length];
        var optimizer = Optimizer.of(contender.rule(), ParameterStore.wrap(point, gradient), Width.preferred());
        var walk = new Walk(
                contender.name(), contender.rule().toString(), new float[steps + 1], new float[steps + 1], new double[steps + 1]);
        walk.record(0, point, surface);
        for (int i = 1; i <= steps; i++) {
            optimizer.step(() -> surface.gradient(point, gradient));
            walk.record(i, point, surface);
        }
        return walk;
    }

    private void record(int i, float[] point, Surface surface) {
        x[i] = point[0];
        y[i] = point[1];
        value[i] = surface.value(point[0], point[1]);
    }
}
