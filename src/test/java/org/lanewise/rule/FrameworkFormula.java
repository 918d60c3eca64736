package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Set;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;

/**
 * Steps of another framework in double precision, written from its formula.
 *
 * @param step the formula
 * @param cannotTell options that weigh less in this row than is rounded
 */
record FrameworkFormula(Step step, Set<String> cannotTell) {
    private static final int STEPS = 20;
    private static final int PARAMETERS = 10;

    /**
     * Each step rounds a parameter below 2 by at most 2^-24, 1.2e-6 together; twice as much again is left for what is rounded before it is
     * added. A wrong formula is off by 1e-5 and more.
     */
    private static final double TOLERANCE = 3.6e-6;

    /** What the gradients of the steps are multiples of: an outlier among those of either sign, so that maxima and momenta differ. */
    private static final double[] PATTERN = {0.3, -3, 0.2, 0.5, -0.1};

    /** One step of one parameter. */
    @FunctionalInterface
    interface Step {
        /**
         * Changes parameter and states, which start at 0.
         *
         * @param s parameter and up to three states
         * @param g gradient
         * @param lr learning rate
         * @param t number of the step, from 1
         */
        void step(double[] s, double g, double lr, int t);
    }

    FrameworkFormula(Step step) {
        this(step, Set.of());
    }

    /** Adam's means, with its default betas. */
    static void moments(double[] s, double g) {
        s[1] = 0.9 * s[1] + 0.1 * g;
        s[2] = 0.999 * s[2] + 0.001 * g * g;
    }

    /** Gradients about 1 to about 2e-7, so that some are near every epsilon; halfway through a learning rate of 20 times as much. */
    void check(Rule rule) {
        float[] w = new float[PARAMETERS], g = new float[PARAMETERS];
        double[][] expected = new double[PARAMETERS][4];
        for (int i = 0; i < PARAMETERS; i++) {
            w[i] = 0.5f;
            expected[i][0] = 0.5;
        }
        Optimizer optimizer = Optimizer.of(rule, ParameterStore.wrap(w, g));
        for (int t = 1; t <= STEPS; t++) {
            double learningRate = t <= STEPS / 2 ? rule.learningRate() : 20 * rule.learningRate();
            for (int i = 0; i < PARAMETERS; i++) {
                g[i] = (float) (PATTERN[t % PATTERN.length] * Math.pow(10, -0.75 * i));
                step.step(expected[i], g[i], learningRate, t);
            }
            optimizer.setLearningRate(learningRate);
            optimizer.step();
            for (int i = 0; i < PARAMETERS; i++) {
                double tolerance = TOLERANCE * Math.max(1, Math.abs(expected[i][0]));
                assertEquals(expected[i][0], w[i], tolerance, rule + " after step " + t + ", parameter " + i);
            }
        }
    }
}
