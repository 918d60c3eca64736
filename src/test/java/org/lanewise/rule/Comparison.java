package org.lanewise.rule;

import java.util.Arrays;
import java.util.List;
import org.lanewise.Rule;

/** Steps of the library, or of what is to be found wanting, compared with a case's oracle, each from the same floats. */
final class Comparison<R extends Rule> {
    /** What makes a step of all tensors. */
    @FunctionalInterface
    interface Stepper {
        /** {@return planes of all tensors after the step, of which the one before had the previous learning rate} */
        List<float[][]> step(List<float[][]> before, long step, double learningRate, double previousLearningRate);
    }

    private final RuleCase<R> rule;

    /** Numbers compared so far that had a bound, and that had none. */
    private long bounded;
    private long unbounded;

    Comparison(RuleCase<R> rule) {
        this.rule = rule;
    }

    /** {@return the library, given all planes anew at each step} */
    static Stepper library(Rule rule, List<long[]> shapes) {
        return new Stepper() {
            private Run run = new Run(rule, shapes);

            @Override
            public List<float[][]> step(List<float[][]> before, long step, double learningRate, double previousLearningRate) {
                run.optimizer().setLearningRate(learningRate);
                if (run.optimizer().steps() != step - 1 || run.optimizer().previousLearningRate() != previousLearningRate) {
                    run = new Run(rule, shapes, step - 1, previousLearningRate);
                    run.optimizer().setLearningRate(learningRate);
                }
                return run.set(before).stepAll(before.stream().map(planes -> planes[1]).toList()).planes();
            }
        };
    }

    /** {@return what an oracle says, rounded to float} */
    static Stepper rounded(Oracle oracle, List<long[]> shapes) {
        return (before, step, learningRate, previousLearningRate) -> {
            float[][][] after = new float[before.size()][][];
            Arrays.setAll(after, k ->
                    Doubles.rounded(oracle.step(shapes.get(k), Doubles.of(before.get(k)), step, learningRate, previousLearningRate)));
            return Arrays.asList(after);
        };
    }

    /** Compares one step. */
    void step(Situation situation, Stepper stepper) {
        double own = rule.rule().learningRate();
        step(situation.shapes(), situation.planes(rule), situation.step(), situation.learningRate().orElse(own), own, stepper);
    }

    /** Compares each step from the first. */
    void steps(Gradients gradients, Stepper stepper) {
        List<long[]> shapes = gradients.shapes();
        List<float[][]> now = shapes.stream().map(shape -> Planes.first(rule, shape)).toList();
        for (int k = 0; k < shapes.size(); k++) {
            now.get(k)[0] = gradients.start().get(k);
        }
        double previous = gradients.learningRates().getFirst().orElse(rule.rule().learningRate());
        for (int step = 1; step <= gradients.steps(); step++) {
            List<float[]> g = gradients.at(step);
            for (int k = 0; k < shapes.size(); k++) {
                now.get(k)[1] = g.get(k);
            }
            double learningRate = gradients.learningRates().get(step - 1).orElse(rule.rule().learningRate());
            now = step(shapes, now, step, learningRate, previous, stepper);
            previous = learningRate;
        }
    }

    private List<float[][]> step(List<long[]> shapes, List<float[][]> before, long step, double learningRate, double previousLearningRate,
            Stepper stepper) {
        List<float[][]> after = stepper.step(before, step, learningRate, previousLearningRate);
        for (int k = 0; k < shapes.size(); k++) {
            check(shapes.get(k), before.get(k), after.get(k), step, learningRate, previousLearningRate);
        }
        return after;
    }

    /**
     * Compares every number of a tensor.
     *
     * @param before planes before the step, gradients included
     * @param after planes after it
     * @throws AssertionError if one is further from the oracle than its bound
     */
    void check(long[] shape, float[][] before, float[][] after, long step, double learningRate, double previousLearningRate) {
        double[][] x = Doubles.of(before);
        double[][] expected = rule.oracle().step(shape, x, step, learningRate, previousLearningRate);
        double[][] bounds = rule.bound().errors(shape, x, expected, step, learningRate, previousLearningRate);
        for (int k = 0; k < x.length; k++) {
            for (int i = 0; i < x[k].length; i++) {
                if (!isWithin(after[k][i], expected[k][i], bounds[k][i])) {
                    throw new AssertionError(rule + " step " + step + " with learning rate " + learningRate + ", element " + i + " of "
                            + Arrays.toString(shape) + ", plane " + k + ": from " + x[k][i] + " to " + after[k][i] + ", expected "
                            + expected[k][i] + " within " + bounds[k][i]);
                }
            }
        }
    }

    private boolean isWithin(double actual, double expected, double bound) {
        if (!(bound < Double.POSITIVE_INFINITY)) {
            unbounded++;
            return true;
        }
        bounded++;
        if (!Double.isFinite(expected)) {
            return Double.compare(actual, expected) == 0;
        }
        return Math.abs(actual - expected) <= Rounding.SLACK * bound;
    }

    /** {@return the part of all numbers that had a bound} */
    double coverage() {
        return (double) bounded / (bounded + unbounded);
    }
}
