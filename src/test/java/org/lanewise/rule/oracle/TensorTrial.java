package org.lanewise.rule.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.lanewise.Rule;

/**
 * Random steps of a store of several tensors, each tensor compared with its oracle. Every tensor has magnitudes of its own, so that a
 * number taken over the store, or over another tensor, is another number.
 */
final class TensorTrial {
    /** One element, vector, row, column, rows longer and shorter than any vector, more than two dimensions. */
    static final List<long[]> SHAPES = List.of(new long[] {3, 5}, new long[] {64}, new long[] {1}, new long[] {7, 1}, new long[] {1, 9},
            new long[] {2, 3, 4}, new long[] {40, 33});

    /** Longer than a block of 16,384, as one vector and as rows. */
    static final List<long[]> LONG_SHAPES = List.of(new long[] {16_384 + 37}, new long[] {5}, new long[] {131, 127});

    private final TensorCase rule;
    private final List<long[]> shapes;
    private final TensorComparison comparison;
    private final SplittableRandom random;

    /** Binary exponents of parameters and gradients, by tensor. */
    private final int[] ofParameters;
    private final int[] ofGradients;

    TensorTrial(TensorCase rule, List<long[]> shapes, TensorComparison comparison, SplittableRandom random) {
        this.rule = rule;
        this.shapes = shapes;
        this.comparison = comparison;
        this.random = random;
        ofParameters = shapes.stream().mapToInt(_ -> random.nextInt(-20, 15)).toArray();
        ofGradients = IntStream.of(ofParameters)
                .map(w -> random.nextInt(4) == 0 ? random.nextInt(-50, 30) : w + random.nextInt(-4, 9)).toArray();
    }

    /** What makes a step of all tensors: the library, or what is to be found wanting. */
    interface Stepper {
        /** {@return planes of all tensors after the step} */
        List<float[][]> step(List<float[][]> before, long step, double learningRate);
    }

    /** {@return the library, given all planes anew at each step} */
    static Stepper library(Rule rule, List<long[]> shapes) {
        TensorRun run = new TensorRun(rule, shapes);
        return (before, step, learningRate) -> {
            run.skipTo(step);
            for (int k = 0; k < before.size(); k++) {
                run.set(k, before.get(k));
            }
            run.optimizer().setLearningRate(learningRate);
            run.optimizer().step();
            return IntStream.range(0, before.size()).mapToObj(run::planes).toList();
        };
    }

    /** A few steps, each from states of its own, none of them the first. */
    void fromAnyStates(Stepper stepper) {
        long step = 1;
        for (int i = 0; i < 3; i++) {
            step += random.nextInt(1, 5);
            step(stepper, IntStream.range(0, shapes.size()).mapToObj(this::anyPlanes).toList(), step);
        }
    }

    /** Steps from the rule's first states. */
    void fromTheStart(Stepper stepper, int steps) {
        List<float[][]> now = IntStream.range(0, shapes.size()).mapToObj(this::firstPlanes).toList();
        for (long step = 1; step <= steps; step++) {
            List<float[][]> before = new ArrayList<>();
            for (int k = 0; k < shapes.size(); k++) {
                float[][] planes = now.get(k).clone();
                planes[1] = Planes.numbers(random, ofGradients[k], planes[1].length);
                before.add(planes);
            }
            now = step(stepper, before, step);
        }
    }

    private List<float[][]> step(Stepper stepper, List<float[][]> before, long step) {
        double learningRate = random.nextInt(4) == 0 ? random.nextDouble() : rule.rule().learningRate();
        List<float[][]> after = stepper.step(before, step, learningRate);
        for (int k = 0; k < shapes.size(); k++) {
            comparison.check(shapes.get(k), before.get(k), after.get(k), step, learningRate);
        }
        return after;
    }

    /** {@return random parameters and gradients, and states of zeros} */
    private float[][] firstPlanes(int k) {
        float[][] planes = rule.zeros(shapes.get(k));
        planes[0] = Planes.numbers(random, ofParameters[k], planes[0].length);
        planes[1] = Planes.numbers(random, ofGradients[k], planes[1].length);
        return planes;
    }

    private float[][] anyPlanes(int k) {
        float[][] planes = firstPlanes(k);
        for (int plane = 2; plane < planes.length; plane++) {
            String state = rule.state(plane);
            for (int i = 0; i < planes[plane].length; i++) {
                planes[plane][i] = switch (state) {
                    case "v of Lars" -> Planes.number(random, ofParameters[k] - 5);
                    case "m of NovoGrad" -> Planes.number(random, random.nextInt(-9, 1));
                    case "m of Lamb", "m of AdamW" -> Planes.number(random, ofGradients[k]);
                    case "v of NovoGrad" -> planes[0].length * Math.abs(Planes.number(random, 2 * ofGradients[k]));
                    case "v of Lamb", "v of AdamW", "vMax of AdamW", "rowVariance of Adafactor", "columnVariance of Adafactor" ->
                        Math.abs(Planes.number(random, 2 * ofGradients[k]));
                    case "rowFactor of Adafactor" -> random.nextFloat();
                    default -> throw new AssertionError("say here what may be in " + state);
                };
            }
        }
        return planes;
    }
}
