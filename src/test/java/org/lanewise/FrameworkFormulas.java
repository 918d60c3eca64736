package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.LinkedHashMap;
import java.util.Map;

/** Steps of other frameworks in double precision, written from their formulas, by rows of src/docs/compatibility.md. */
final class FrameworkFormulas {
    private static final int STEPS = 20;
    private static final int PARAMETERS = 10;

    /**
     * Each step rounds a parameter below 2 by at most 2^-24, 1.2e-6 together; twice as much again is left for what is rounded before it is
     * added. A wrong formula is off by 1e-5 and more.
     */
    private static final double TOLERANCE = 3.6e-6;

    /** What the gradients of the steps are multiples of: an outlier among those of either sign, so that maxima and momenta differ. */
    private static final double[] PATTERN = {0.3, -3, 0.2, 0.5, -0.1};

    private FrameworkFormulas() {}

    /** One step of one parameter. */
    @FunctionalInterface
    interface Formula {
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

    static Map<String, Formula> byName() {
        Map<String, Formula> all = new LinkedHashMap<>();
        all.put("Keras 3: SGD(0.01, momentum=0.9)", (s, g, lr, _) -> {
            s[1] = 0.9 * s[1] - lr * g;
            s[0] += s[1];
        });
        all.put("Keras 3: SGD(0.01, momentum=0.9, nesterov=True)", (s, g, lr, _) -> {
            s[1] = 0.9 * s[1] - lr * g;
            s[0] += 0.9 * s[1] - lr * g;
        });
        all.put("Keras 3: RMSprop(momentum=0.9)", (s, g, lr, _) -> rmsProp(s, g, lr, 0.9, 1e-7));
        all.put("TensorFlow Java: RMSProp(graph, 0.01f, 0.9f, 0.9f, 1e-10f, false)", (s, g, lr, t) -> {
            s[1] = t == 1 ? 1 : s[1];
            rmsProp(s, g, lr, 0.9, 1e-10);
        });
        all.put("TensorFlow Java: Adam(graph, 0.001f)", FrameworkFormulas::adamWithEpsilonHat);
        all.put("ND4J: Adam(1e-3)", FrameworkFormulas::adamWithEpsilonHat);
        all.put("optax: adam(1e-3, eps_root=1e-12)", (s, g, lr, t) -> {
            moments(s, g);
            s[0] -= lr * (s[1] / (1 - Math.pow(0.9, t))) / (Math.sqrt(s[2] / (1 - Math.pow(0.999, t)) + 1e-12) + 1e-8);
        });
        all.put("optax: amsgrad(1e-3)", (s, g, lr, t) -> {
            moments(s, g);
            s[3] = Math.max(s[3], s[2] / (1 - Math.pow(0.999, t)));
            s[0] -= lr * (s[1] / (1 - Math.pow(0.9, t))) / (Math.sqrt(s[3]) + 1e-8);
        });
        all.put("optax: adamw(1e-3)", (s, g, lr, t) -> {
            moments(s, g);
            double direction = s[1] / (1 - Math.pow(0.9, t)) / (Math.sqrt(s[2] / (1 - Math.pow(0.999, t))) + 1e-8);
            s[0] -= lr * (direction + 1e-4 * s[0]);
        });
        all.put("optax: adagrad(0.01)", (s, g, lr, t) -> {
            s[1] = (t == 1 ? 0.1 : s[1]) + g * g;
            s[0] -= lr * g / Math.sqrt(s[1] + 1e-7);
        });
        all.put("optax: rmsprop(1e-3)", (s, g, lr, _) -> rmsProp(s, g, lr, 0, 1e-8));
        return all;
    }

    private static void rmsProp(double[] s, double g, double lr, double momentum, double epsilon) {
        s[1] = 0.9 * s[1] + 0.1 * g * g;
        s[2] = momentum * s[2] + lr * g / Math.sqrt(s[1] + epsilon);
        s[0] -= s[2];
    }

    private static void adamWithEpsilonHat(double[] s, double g, double lr, int t) {
        moments(s, g);
        double step = lr * Math.sqrt(1 - Math.pow(0.999, t)) / (1 - Math.pow(0.9, t));
        s[0] -= step * s[1] / (Math.sqrt(s[2]) + 1e-8);
    }

    private static void moments(double[] s, double g) {
        s[1] = 0.9 * s[1] + 0.1 * g;
        s[2] = 0.999 * s[2] + 0.001 * g * g;
    }

    /** Gradients about 1 to about 2e-7, so that some are near every epsilon; halfway through a learning rate of 20 times as much. */
    static void check(Formula formula, Rule rule) {
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
                formula.step(expected[i], g[i], learningRate, t);
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
