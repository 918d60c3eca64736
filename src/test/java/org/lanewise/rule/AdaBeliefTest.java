package org.lanewise.rule;

import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Rounding.correction;
import static org.lanewise.rule.Rounding.decayed;
import static org.lanewise.rule.Rounding.mean;
import static org.lanewise.rule.Rounding.meanOfSquares;
import static org.lanewise.rule.Rounding.normalized;
import static org.lanewise.rule.Rounding.rounded;

import java.util.List;
import org.junit.jupiter.api.Test;

/** AdaBelief against Zhuang et al. and their code. */
class AdaBeliefTest extends RuleContract<AdaBelief> {
    @Override
    List<AdaBelief> cases() {
        AdaBelief plain = new AdaBelief(0.002);
        return List.of(plain, plain.withBetas(0.5, 0.9), plain.withEpsilon(0.01), plain.withEpsilon(0), plain.withWeightDecay(0.3),
                plain.withBetas(0.2, 0).withEpsilon(1e-8).withWeightDecay(0.1));
    }

    @Override
    void describe(Facts<AdaBelief> facts) {
        facts.state(Held.likeGradient("m"));
        facts.state(Held.squareOfGradient("s"));
        facts.defaults("the authors' code", new AdaBelief(0.5, 0.9, 0.999, 1e-16, 0));
        facts.rangesOfAdamsKind();
        // Epsilon is added to s, and so is divided by 1 - beta2.
        facts.hostile(new AdaBelief(RATE), 2 / Math.sqrt(1e-16 / 1e-3), NAN, NAN);
        // The learning rate falls to 0.
        facts.convergesFalling(new AdaBelief(0.05), 260, 260, 4500);
        facts.normalizing(rule -> rule.epsilon() == 0);
    }

    /** Zhuang et al., algorithm 2. */
    @Override
    ElementOracle oracle(AdaBelief rule) {
        return (x, step, learningRate) -> {
            double w = x[0], g = x[1];
            double m = rule.beta1() * x[2] + (1 - rule.beta1()) * g;
            double s = rule.beta2() * x[3] + (1 - rule.beta2()) * (g - m) * (g - m) + rule.epsilon();
            double mHat = m / (1 - Math.pow(rule.beta1(), step));
            double sHat = s / (1 - Math.pow(rule.beta2(), step));
            double decay = rule.weightDecay() == 0 ? 0 : learningRate * rule.weightDecay() * w;
            return new double[] {w - decay - learningRate * mHat / (Math.sqrt(sHat) + rule.epsilon()), g, m, s};
        };
    }

    /**
     * {@code m}: {@link Rounding#mean}; {@code g - m}: that and 1. {@code s}: {@link Rounding#meanOfSquares} of it, 1 of epsilon, 1 of the
     * sum. Numerator: that of {@code m}, 2 of its own. {@code w} as of {@link AdEMAMixTest#bound}.
     */
    @Override
    ElementBound bound(AdaBelief rule) {
        return (x, y, step, learningRate) -> {
            double g = x[1], surprise = g - y[2];
            double mError = mean(rule.beta1(), x[2], g, 0, y[2]);
            double sError = meanOfSquares(rule.beta2(), x[3], surprise, mError + rounded(surprise), y[3] - rule.epsilon())
                    + rounded(rule.epsilon()) + rounded(y[3]);
            double scale = learningRate / correction(rule.beta1(), step), a = scale * y[2];
            double quotient = normalized(a, scale * mError + 2 * rounded(a), y[3], sError, correction(rule.beta2(), step), rule.epsilon());
            return new double[] {decayed(rule.weightDecay(), x[0], learningRate) + quotient + rounded(y[0]), 0, mError, sError};
        };
    }

    @Test
    void detectsAdaBeliefWithSurpriseAtTheOldMean() {
        AdaBelief rule = new AdaBelief(0.002);
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = oracle(rule).step(x, step, learningRate);
            y[3] = 0.999 * x[3] + 0.001 * (x[1] - x[2]) * (x[1] - x[2]) + 1e-16;
            return y;
        });
    }

    @Test
    void detectsAdaBeliefThatDoesNotKeepEpsilon() {
        AdaBelief rule = new AdaBelief(0.002).withEpsilon(0.01);
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = oracle(rule).step(x, step, learningRate);
            y[3] -= 0.01;
            return y;
        });
    }

    @Test
    void hostileGradientsLeaveWhatIsLeftOfAdamsKind() {
        AdamsKind.assertRestsAndCoastsOn(new AdaBelief(0.5));
        AdamsKind.assertHardlyMovesBelowEpsilon(new AdaBelief(0.5));
        AdamsKind.assertIsNaNFromNaNOn(new AdaBelief(0.5));
        AdamsKind.assertIsNaNFromInfinityOn(new AdaBelief(0.5));
        AdamsKind.assertStopsWhereASquareOverflows(new AdaBelief(0.5));
        AdamsKind.assertIsNaNFromZeroOn(new AdaBelief(0.5).withEpsilon(0));
    }
}
