package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.Refusals.assertRefused;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Range.FRACTION;
import static org.lanewise.rule.Range.FROM_0;
import static org.lanewise.rule.Rounding.correction;
import static org.lanewise.rule.Rounding.decayed;
import static org.lanewise.rule.Rounding.mean;
import static org.lanewise.rule.Rounding.meanOfSquares;
import static org.lanewise.rule.Rounding.normalized;
import static org.lanewise.rule.Rounding.rounded;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** AdEMAMix against Pagliardini et al. */
class AdEMAMixTest extends RuleContract<AdEMAMix> {
    @Override
    List<AdEMAMix> cases() {
        AdEMAMix plain = new AdEMAMix(0.002);
        return List.of(plain, plain.withBetas(0.5, 0.9, 0.99).withAlpha(8), plain.withEpsilon(0.01).withAlpha(0), plain.withEpsilon(0),
                plain.withWeightDecay(0.3), plain.withWarmup(20), plain.withBetas(0, 0, 0.9).withWarmup(5),
                plain.withBetas(0.6, 0.7, 0).withWarmup(9).withEpsilon(0).withWeightDecay(0.1));
    }

    @Override
    void describe(Facts<AdEMAMix> facts) {
        facts.state(Held.likeGradient("m1"));
        facts.state(Held.likeGradient("m2"));
        facts.state(Held.squareOfGradient("nu"));
        facts.defaults("the paper", new AdEMAMix(0.5, 0.9, 0.999, 0.9999, 5, 0, 1e-8, 0));
        facts.rangesOfAdamsKind();
        facts.range(FRACTION, "beta3");
        facts.range(FROM_0, "alpha");
        facts.hostile(new AdEMAMix(RATE), 2 / 1e-8, NAN, NAN);
        // The learning rate falls to 0.
        facts.convergesFalling(new AdEMAMix(0.05).withBetas(0.9, 0.999, 0.99).withAlpha(1), 550, 550, 2700);
        facts.normalizing(rule -> rule.epsilon() == 0);
    }

    /** Pagliardini et al., algorithm 1; {@code beta3} grows so that its half-life does linearly. */
    @Override
    ElementOracle oracle(AdEMAMix rule) {
        return (x, step, learningRate) -> {
            double w = x[0], g = x[1], beta3 = beta3(rule, step);
            double m1 = rule.beta1() * x[2] + (1 - rule.beta1()) * g;
            double m2 = beta3 * x[3] + (1 - beta3) * g;
            double nu = rule.beta2() * x[4] + (1 - rule.beta2()) * g * g;
            double m1Hat = m1 / (1 - Math.pow(rule.beta1(), step));
            double nuHat = nu / (1 - Math.pow(rule.beta2(), step));
            double quotient = (m1Hat + alpha(rule, step) * m2) / (Math.sqrt(nuHat) + rule.epsilon());
            double decay = rule.weightDecay() == 0 ? 0 : rule.weightDecay() * w;
            return new double[] {w - learningRate * (quotient + decay), g, m1, m2, nu};
        };
    }

    static double alpha(AdEMAMix rule, long step) {
        return rule.alpha() * Math.min(1, rule.warmup() == 0 ? 1 : (double) step / rule.warmup());
    }

    /** By half-lives in steps, of 0 for a beta of 0. */
    static double beta3(AdEMAMix rule, long step) {
        if (step >= rule.warmup()) {
            return rule.beta3();
        }
        double first = Math.log(0.5) / Math.log(rule.beta1());
        double last = Math.log(0.5) / Math.log(rule.beta3());
        return Math.pow(0.5, 1 / (first + (last - first) * step / rule.warmup()));
    }

    /**
     * States: {@link Rounding#mean} and {@link Rounding#meanOfSquares}. Numerator: those of the means times their factors, 2 of the fast
     * one's product (factor and product), 1 of the slow one's (factor), 1 of the sum. {@code w}: {@link Rounding#decayed}, {@link
     * Rounding#normalized} and 1.
     */
    @Override
    ElementBound bound(AdEMAMix rule) {
        return (x, y, step, learningRate) -> {
            double g = x[1];
            double fastError = mean(rule.beta1(), x[2], g, 0, y[2]);
            double slowError = mean(beta3(rule, step), x[3], g, 0, y[3]);
            double squareError = meanOfSquares(rule.beta2(), x[4], g, 0, y[4]);
            double fast = learningRate / correction(rule.beta1(), step), slow = learningRate * alpha(rule, step);
            double a = fast * y[2] + slow * y[3];
            double aError = fast * fastError + slow * slowError + 2 * rounded(fast * y[2]) + rounded(slow * y[3]) + rounded(a);
            double quotient = normalized(a, aError, y[4], squareError, correction(rule.beta2(), step), rule.epsilon());
            double wError = decayed(rule.weightDecay(), x[0], learningRate) + quotient + rounded(y[0]);
            return new double[] {wError, 0, fastError, slowError, squareError};
        };
    }

    @Test
    void detectsAdEMAMixThatCorrectsItsSlowMean() {
        AdEMAMix rule = new AdEMAMix(0.002);
        assertDetects(rule, (x, step, learningRate) -> {
            double alpha = 5 / (1 - Math.pow(0.9999, step));
            return oracle(new AdEMAMix(0.002).withAlpha(alpha)).step(x, step, learningRate);
        });
    }

    @Test
    void detectsAdEMAMixWhoseBetaGrowsLinearly() {
        AdEMAMix rule = new AdEMAMix(0.002).withWarmup(20);
        assertDetects(rule, (x, step, learningRate) -> {
            double part = Math.min(1, step / 20.0), beta3 = 0.9 + part * (0.9999 - 0.9);
            return oracle(new AdEMAMix(0.002).withBetas(0.9, 0.999, beta3).withAlpha(5 * part)).step(x, step, learningRate);
        });
    }

    @Test
    void hostileGradientsLeaveWhatIsLeftOfAdamsKind() {
        AdamsKind.assertRestsAndCoastsOn(new AdEMAMix(0.5));
        AdamsKind.assertHardlyMovesBelowEpsilon(new AdEMAMix(0.5));
        AdamsKind.assertIsNaNFromNaNOn(new AdEMAMix(0.5));
        AdamsKind.assertIsNaNFromInfinityOn(new AdEMAMix(0.5));
        AdamsKind.assertStopsWhereASquareOverflows(new AdEMAMix(0.5));
        AdamsKind.assertIsNaNFromZeroOn(new AdEMAMix(0.5).withEpsilon(0));
    }

    @Test
    void refusesAWarmupBelowZero() {
        assertRefused(IllegalArgumentException.class, "warmup must be at least 0, got -1", () -> new AdEMAMix(1).withWarmup(-1));
        assertEquals(Long.MAX_VALUE, new AdEMAMix(1).withWarmup(Long.MAX_VALUE).warmup());
    }

    /** {@code nu} fades before {@code m2}. */
    @Test
    void stepsGrowWhileGradientsStayZero() {
        Run run = new Run(new AdEMAMix(1e-3), 1).step(1);
        float[] moved = new float[4];
        for (int k = 0; k < moved.length; k++) {
            run.skipTo(500 + 5_000 * k);
            float before = run.parameters()[0];
            moved[k] = before - run.step(0).parameters()[0];
        }
        for (int k = 1; k < moved.length; k++) {
            assertTrue(moved[k] > 2 * moved[k - 1], Arrays.toString(moved));
        }
    }
}
