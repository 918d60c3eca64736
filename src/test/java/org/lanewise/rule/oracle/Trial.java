package org.lanewise.rule.oracle;

import java.util.SplittableRandom;

/** Random steps of the library, each compared with an oracle that starts it from the same floats. */
final class Trial {
    /** Some vectors of every width and a tail. */
    private static final int SIZE = 75;

    private Trial() {}

    /** A few steps, each from states of its own. */
    static void fromAnyStates(RuleCase rule, Comparison comparison, SplittableRandom random) {
        Run run = new Run(rule.rule(), SIZE).skipTo(random.nextLong(2, 9));
        for (int i = 0; i < 3; i++) {
            float[][] before = Planes.random(rule.rule(), random, SIZE);
            run.set(before);
            step(run, before, comparison, random);
        }
    }

    /** Many steps from the rule's first states, with gradients that are about as large as the parameters. */
    static void fromTheStart(RuleCase rule, Comparison comparison, SplittableRandom random, int steps) {
        int exponent = random.nextInt(-10, 10);
        Run run = new Run(rule.rule(), Planes.numbers(random, exponent, SIZE));
        for (int i = 0; i < steps; i++) {
            float[][] before = run.planes();
            before[1] = Planes.numbers(random, exponent, SIZE);
            step(run, before, comparison, random);
        }
    }

    private static void step(Run run, float[][] before, Comparison comparison, SplittableRandom random) {
        if (random.nextInt(4) == 0) {
            run.optimizer().setLearningRate(random.nextDouble());
        }
        run.step(before[1]);
        comparison.check(before, run.planes(), run.optimizer().steps(), run.optimizer().learningRate());
    }
}
