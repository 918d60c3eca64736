package org.lanewise.rule;

import static java.lang.Float.NaN;
import static java.lang.Float.POSITIVE_INFINITY;
import static org.lanewise.rule.Hostile.BY_SIGN;
import static org.lanewise.rule.Hostile.Left.FINITE;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Range.FRACTION;
import static org.lanewise.rule.Range.FROM_0;
import static org.lanewise.rule.Rounding.decayed;
import static org.lanewise.rule.Rounding.mean;
import static org.lanewise.rule.Rounding.rounded;
import static org.lanewise.rule.Rounding.signOfMean;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Signum and signSGD against Bernstein et al. */
class SignumTest extends RuleContract<Signum> {
    @Override
    List<Signum> cases() {
        Signum plain = new Signum(0.01);
        return List.of(plain, plain.withBeta(0.5), plain.withBeta(0), plain.withWeightDecay(0.3),
                plain.withBeta(0).withWeightDecay(0.1), new Signum(0).withWeightDecay(1));
    }

    @Override
    void describe(Facts<Signum> facts) {
        facts.state(Held.likeGradient("m"));
        facts.defaults("the paper's code", new Signum(0.5, 0.9, 0));
        facts.range(FROM_0, "learningRate", "weightDecay");
        facts.range(FRACTION, "beta");
        facts.hostile(new Signum(RATE), BY_SIGN, FINITE, FINITE);
        // The learning rate falls to 0, since steps do not get shorter with the gradient.
        facts.convergesFalling(new Signum(0.003), 2500, 2500, 3700);
        facts.normalizing(_ -> true);
    }

    /** Bernstein et al., algorithm 2 on one machine, algorithm 1 without momentum; decay as in {@link LionTest#oracle}. */
    @Override
    ElementOracle oracle(Signum rule) {
        return (x, _, learningRate) -> {
            double[] y = x.clone();
            double w = x[0], direction = x[1];
            if (rule.beta() != 0) {
                direction = y[2] = rule.beta() * x[2] + (1 - rule.beta()) * direction;
            }
            double step = LionTest.sign(direction) + (rule.weightDecay() == 0 ? 0 : rule.weightDecay() * w);
            y[0] = w - learningRate * step;
            return y;
        };
    }

    /** As of {@link LionTest#bound}, with the new {@code m} as direction; without momentum the gradient, which has no error. */
    @Override
    ElementBound bound(Signum rule) {
        return (x, y, _, learningRate) -> {
            double wError = decayed(rule.weightDecay(), x[0], learningRate);
            if (rule.beta() == 0) {
                return new double[] {wError + rounded(learningRate) + rounded(y[0]), 0};
            }
            wError += signOfMean(rule.beta(), x[2], x[1], y[2], y[0], learningRate);
            return new double[] {wError, 0, mean(rule.beta(), x[2], x[1], 0, y[2])};
        };
    }

    @Test
    void detectsSignumThatStepsByTheGradient() {
        Signum rule = new Signum(0.01);
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = oracle(rule).step(x, step, learningRate);
            y[0] = x[0] - learningRate * Math.signum(x[1]);
            return y;
        });
    }

    @Test
    void movesByTheLearningRateWhateverTheGradientsSize() {
        LionTest.assertMovesByTheLearningRate(new Signum(0.25));
        LionTest.assertMovesByTheLearningRate(new Signum(0.25).withBeta(0));
    }

    @Test
    void restsWithoutGradientAndMomentumAndMovesOnWithoutGradient() {
        assertParameters(new Signum(0.25), of(0, -0f, 1, 0, 0), 1, 1, 0.75f, 0.5f, 0.25f);
        assertParameters(new Signum(0.25).withBeta(0), of(0, -0f, 1, 0, 0), 1, 1, 0.75f, 0.75f, 0.75f);
    }

    @Test
    void keepsTheDirectionOfAnInfiniteGradientAndRestsAfterOneOfTheOtherSign() {
        assertParameters(new Signum(0.25), of(POSITIVE_INFINITY, -1, 0, Float.NEGATIVE_INFINITY, 1), 0.75f, 0.5f, 0.25f, 0.25f, 0.25f);
        assertParameters(new Signum(0.25).withBeta(0), of(POSITIVE_INFINITY, -1, Float.NEGATIVE_INFINITY), 0.75f, 1, 1.25f);
    }

    @Test
    void restsFromNaNOnExceptForDecay() {
        assertParameters(new Signum(0.25), of(1, NaN, 1), 0.75f, 0.75f, 0.75f);
        assertParameters(new Signum(0.25).withWeightDecay(2), of(NaN, 1), 0.5f, 0.25f);
        assertParameters(new Signum(0.25).withBeta(0), of(1, NaN, 1), 0.75f, 0.75f, 0.5f);
    }

    @Test
    void movesOnForGoodWithoutGradientUnlessBetaIsAtMostAHalf() {
        LionTest.assertMovesOn(new Signum(0x1p-10), true);
        LionTest.assertMovesOn(new Signum(0x1p-10).withBeta(0.501), true);
        LionTest.assertMovesOn(new Signum(0x1p-10).withBeta(0.5), false);
    }
}
