package org.lanewise.rule;

import static java.lang.Float.NaN;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Range.FRACTION;
import static org.lanewise.rule.Range.FROM_0;
import static org.lanewise.rule.Rounding.correction;
import static org.lanewise.rule.Rounding.mean;
import static org.lanewise.rule.Rounding.normalized;
import static org.lanewise.rule.Rounding.rounded;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Yogi against Zaheer et al. and optax. */
class YogiTest extends RuleContract<Yogi> {
    @Override
    List<Yogi> cases() {
        Yogi plain = new Yogi(0.002);
        return List.of(plain, plain.withBetas(0.5, 0.9), plain.withEpsilon(0), plain.withInitialAccumulator(0),
                plain.withEpsilon(0).withInitialAccumulator(0), plain.withBetas(0, 0).withInitialAccumulator(1),
                plain.withBiasCorrection(false).withEpsilon(0.01));
    }

    @Override
    void describe(Facts<Yogi> facts) {
        facts.state(Held.likeGradient("m"));
        facts.state(Held.squareOfGradient("v", Yogi::initialAccumulator));
        facts.defaults("optax", new Yogi(0.5, 0.9, 0.999, 1e-3, 1e-6, true));
        facts.range(FROM_0, "learningRate", "epsilon", "initialAccumulator");
        facts.range(FRACTION, "beta1", "beta2");
        // v stays what it starts with.
        facts.hostile(new Yogi(RATE), 1 / (Math.sqrt(1e-6 / 1e-3) + 1e-3) + 1 / (Math.sqrt(1e-6 / 1.999e-3) + 1e-3), NAN, NAN);
        // The learning rate falls to 0.
        facts.convergesFalling(new Yogi(0.1), 240, 240, 4500);
        facts.normalizing(rule -> rule.epsilon() == 0 && rule.initialAccumulator() == 0);
    }

    /** Zaheer et al., algorithm 2, with Adam's bias corrections. */
    @Override
    ElementOracle oracle(Yogi rule) {
        return (x, step, learningRate) -> {
            double w = x[0], g = x[1];
            double m = rule.beta1() * x[2] + (1 - rule.beta1()) * g;
            double v = x[3] - (1 - rule.beta2()) * Math.signum(x[3] - g * g) * g * g;
            double mHat = rule.biasCorrection() ? m / (1 - Math.pow(rule.beta1(), step)) : m;
            double vHat = rule.biasCorrection() ? v / (1 - Math.pow(rule.beta2(), step)) : v;
            return new double[] {w - learningRate * mHat / (Math.sqrt(vHat) + rule.epsilon()), g, m, v};
        };
    }

    /**
     * {@code m}: {@link Rounding#mean}. {@code v}: 2 of what is added (square and factor), 1 of its own, and twice what is added where
     * {@code v} and the square are within the square's rounding, so that the sign may be another. {@code w} as of {@link
     * AdaBeliefTest#bound}.
     */
    @Override
    ElementBound bound(Yogi rule) {
        return (x, y, step, learningRate) -> {
            double g = x[1], part = (1 - rule.beta2()) * g * g;
            double mError = mean(rule.beta1(), x[2], g, 0, y[2]);
            double vError = (1 - rule.beta2()) * rounded(g * g) + rounded(part) + rounded(y[3])
                    + (Math.abs(x[3] - g * g) <= rounded(g * g) ? 2 * part : 0);
            boolean corrected = rule.biasCorrection();
            double c1 = corrected ? correction(rule.beta1(), step) : 1, c2 = corrected ? correction(rule.beta2(), step) : 1;
            double scale = learningRate / c1, a = scale * y[2];
            double quotient = normalized(a, scale * mError + 2 * rounded(a), y[3], vError, c2, rule.epsilon());
            return new double[] {quotient + rounded(y[0]), 0, mError, vError};
        };
    }

    @Test
    void detectsYogiThatMovesItsSquareAsAdamDoes() {
        Yogi rule = new Yogi(0.002);
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = oracle(rule).step(x, step, learningRate);
            y[3] = 0.999 * x[3] + 0.001 * x[1] * x[1];
            return y;
        });
    }

    @Test
    void hostileGradientsLeaveWhatIsLeftOfAdamsKind() {
        AdamsKind.assertRestsAndCoastsOn(new Yogi(0.5));
        AdamsKind.assertHardlyMovesBelowEpsilon(new Yogi(0.5));
        AdamsKind.assertIsNaNFromNaNOn(new Yogi(0.5));
        AdamsKind.assertIsNaNFromInfinityOn(new Yogi(0.5));
        AdamsKind.assertStopsWhereASquareOverflows(new Yogi(0.5));
        AdamsKind.assertIsNaNFromZeroOn(new Yogi(0.5).withEpsilon(0).withInitialAccumulator(0));
        assertParameters(new Yogi(0.5), of(1e25f, 1e25f), 1, NaN);
    }
}
