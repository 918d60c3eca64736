package org.lanewise.rule;

import static java.lang.Float.NaN;
import static java.lang.Float.POSITIVE_INFINITY;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.rule.Hostile.BY_SIGN;
import static org.lanewise.rule.Hostile.Left.FINITE;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Range.FRACTION;
import static org.lanewise.rule.Range.FROM_0;
import static org.lanewise.rule.Rounding.decayed;
import static org.lanewise.rule.Rounding.mean;
import static org.lanewise.rule.Rounding.signOfMean;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.Rule;

/** Lion against Chen et al., with the decay factored out of the learning rate's bracket. */
class LionTest extends RuleContract<Lion> {
    @Override
    List<Lion> cases() {
        Lion plain = new Lion(0.01);
        return List.of(plain, plain.withBetas(0.5, 0.8), plain.withBetas(0, 0), plain.withWeightDecay(0.3),
                plain.withBetas(0.95, 0.98).withWeightDecay(0.1), new Lion(0).withWeightDecay(1));
    }

    @Override
    void describe(Facts<Lion> facts) {
        facts.state(Held.likeGradient("m"));
        facts.defaults("the authors' code", new Lion(0.5, 0.9, 0.99, 0));
        facts.range(FROM_0, "learningRate", "weightDecay");
        facts.range(FRACTION, "beta1", "beta2");
        facts.hostile(new Lion(RATE), BY_SIGN, FINITE, FINITE);
        // The learning rate falls to 0, since steps do not get shorter with the gradient.
        facts.convergesFalling(new Lion(0.003), 2700, 2700, 4700);
        facts.normalizing(_ -> true);
        facts.published("Keras 3: Lion()", Published.keras("""
                0.999
                0.998
                0.997
                0.996
                0.995"""));
        facts.published("burn: Lion, 0.1, decay 0.1", LionTest::checkBurn);
    }

    /** Chen et al., algorithm 2, with the decay factored out of the learning rate's bracket. */
    @Override
    ElementOracle oracle(Lion rule) {
        return (x, _, learningRate) -> {
            double w = x[0], g = x[1], m = x[2];
            double c = rule.beta1() * m + (1 - rule.beta1()) * g;
            double step = sign(c) + (rule.weightDecay() == 0 ? 0 : rule.weightDecay() * w);
            return new double[] {w - learningRate * step, g, rule.beta2() * m + (1 - rule.beta2()) * g};
        };
    }

    /** The sign, 0 for {@code NaN}. */
    static double sign(double x) {
        return Double.isNaN(x) ? 0 : Math.signum(x);
    }

    /** {@code m}: a {@link Rounding#mean}; so is the direction. {@code w}: {@link Rounding#decayed} and {@link Rounding#signOfMean}. */
    @Override
    ElementBound bound(Lion rule) {
        return (x, y, _, learningRate) -> {
            double w = x[0], g = x[1], m = x[2];
            double c = rule.beta1() * m + (1 - rule.beta1()) * g;
            double wError = decayed(rule.weightDecay(), w, learningRate)
                    + signOfMean(rule.beta1(), m, g, c, y[0], learningRate);
            return new double[] {wError, 0, mean(rule.beta2(), m, g, 0, y[2])};
        };
    }

    /** Three parameters, two steps; the third has no gradient in the first. */
    private static void checkBurn(Rule rule) {
        float[][] gradients = {{0.5f, -0.25f, 0}, {-0.1f, 0.5f, -2}};
        double[][] expected = {{0.89, -1.88, 2.97}, {0.9811, -1.9612, 3.0403}};
        Published.steps(rule, new float[] {1, -2, 3}, 2, (step, _) -> gradients[step - 1],
                (step, w) -> Published.assertNear(expected[step - 1], w, 1e-6, rule + " after step " + step));
    }

    /** {@code keras/src/optimizers/lion_test.py}: one step with weights 1 to 4, and 5 with a first gradient of 0.01. */
    @Test
    void givesTheNumbersOfKeras() {
        assertArrayEquals(new float[] {0.5f, 1.5f, 2.5f, 3.5f}, new Run(new Lion(0.5), 1, 2, 3, 4).step(1, 6, 7, 2).parameters());
        float[] seen = parameters(new Lion(1e-3), 1, 0.01f, 0.1f, 0.1f, 0.1f, 0.1f);
        for (int i = 0; i < 5; i++) {
            assertEquals(1 - (i + 1) * 1e-3, seen[i], 3e-7);
        }
    }

    @Test
    void detectsLionThatStepsByTheNewMomentum() {
        Lion rule = new Lion(0.01);
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = oracle(rule).step(x, step, learningRate);
            y[0] = x[0] - learningRate * Math.signum(y[2]);
            return y;
        });
    }

    /** As {@code copysign} does, in DeepSpeed. */
    @Test
    void detectsLionThatMovesWithoutGradientAndMomentum() {
        Lion rule = new Lion(0.01);
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = oracle(rule).step(x, step, learningRate);
            y[0] -= x[1] == 0 && x[2] == 0 ? learningRate : 0;
            return y;
        });
    }

    @Test
    void detectsLionWithDecayInTheGradient() {
        Lion rule = new Lion(0.01).withBetas(0.95, 0.98).withWeightDecay(0.1);
        ElementOracle undecayed = oracle(new Lion(0.01).withBetas(0.95, 0.98));
        assertDetects(rule, (x, step, learningRate) ->
                undecayed.step(new double[] {x[0], x[1] + 0.1 * x[0], x[2]}, step, learningRate));
    }

    @Test
    void movesByTheLearningRateWhateverTheGradientsSize() {
        assertMovesByTheLearningRate(new Lion(0.25));
    }

    static void assertMovesByTheLearningRate(Rule rule) {
        assertParameters(rule, of(1e-30f, 1e-30f), 0.75f, 0.5f);
        assertParameters(rule, of(-1e30f, -1e-3f), 1.25f, 1.5f);
        assertParameters(rule, of(POSITIVE_INFINITY, POSITIVE_INFINITY), 0.75f, 0.5f);
    }

    @Test
    void restsWithoutGradientAndMomentumAndMovesOnWithoutGradient() {
        assertParameters(new Lion(0.25), of(0, -0f, 1, 0, 0), 1, 1, 0.75f, 0.5f, 0.25f);
    }

    @Test
    void keepsTheDirectionOfAnInfiniteGradientAndRestsAfterOneOfTheOtherSign() {
        assertParameters(new Lion(0.25), of(POSITIVE_INFINITY, -1, 0, Float.NEGATIVE_INFINITY, 1), 0.75f, 0.5f, 0.25f, 0.25f, 0.25f);
    }

    @Test
    void restsFromNaNOnExceptForDecay() {
        assertParameters(new Lion(0.25), of(1, NaN, 1), 0.75f, 0.75f, 0.75f);
        assertParameters(new Lion(0.25).withWeightDecay(2), of(NaN, 1), 0.5f, 0.25f);
    }

    /** {@code m} stays at a few of the smallest floats, which times 0.99 round to themselves. */
    @Test
    void movesOnForGoodWithoutGradientUnlessBetaIsAtMostAHalf() {
        assertMovesOn(new Lion(0x1p-10), true);
        assertMovesOn(new Lion(0x1p-10).withBetas(0.9, 0.501), true);
        assertMovesOn(new Lion(0x1p-10).withBetas(0.9, 0.5), false);
    }

    /** Steps by a power of two from 0 round nothing. */
    static void assertMovesOn(Rule rule, boolean forGood) {
        Run run = new Run(rule, 0).step(1);
        for (int step = 2; step <= 20_000; step++) {
            run.step(0);
        }
        float before = run.parameters()[0];
        assertEquals(forGood ? before - (float) rule.learningRate() : before, run.step(0).parameters()[0], rule::toString);
        assertEquals(forGood, before == -20_000 * (float) rule.learningRate(), rule::toString);
    }
}
