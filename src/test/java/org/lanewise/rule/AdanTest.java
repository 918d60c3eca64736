package org.lanewise.rule;

import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Range.FRACTION;
import static org.lanewise.rule.Rounding.correction;
import static org.lanewise.rule.Rounding.decayed;
import static org.lanewise.rule.Rounding.mean;
import static org.lanewise.rule.Rounding.meanOfSquares;
import static org.lanewise.rule.Rounding.normalized;
import static org.lanewise.rule.Rounding.rounded;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Adan against Xie et al. and their code. */
class AdanTest extends RuleContract<Adan> {
    @Override
    List<Adan> cases() {
        Adan plain = new Adan(0.002);
        return List.of(plain, plain.withBetas(0.5, 0.9, 0.8), plain.withEpsilon(0.01), plain.withEpsilon(0), plain.withWeightDecay(0.3),
                plain.withProximal(false), plain.withProximal(false).withWeightDecay(0.3),
                plain.withBetas(0, 0, 0).withEpsilon(0).withWeightDecay(0.1));
    }

    @Override
    void describe(Facts<Adan> facts) {
        facts.state(Held.likeGradient("m"));
        facts.state(Held.likeGradient("v"));
        facts.state(Held.squareOfGradient("n"));
        facts.state(Held.likeGradient("gPrev"));
        facts.defaults("the authors' code, betas as what is kept", new Adan(0.5, 0.98, 0.92, 0.99, 1e-8, 0, true));
        facts.rangesOfAdamsKind();
        facts.range(FRACTION, "beta3");
        facts.idle(rule -> rule.weightDecay() == 0 ? Set.of("proximal") : Set.of());
        facts.hostile(new Adan(RATE), 2 / 1e-8, NAN, NAN);
        // The learning rate falls to 0.
        facts.convergesFalling(new Adan(0.05), 900, 900, 1500);
        facts.normalizing(rule -> rule.epsilon() == 0);
        facts.published("burn: Adan, 0.01, decay 0.02", Published.burn(-0.340346, 0.064429, -0.038910, -0.317863, 0.310263, -0.035778,
                -0.410338));
    }

    /** Xie et al., algorithm 1, with betas as what is kept, the authors' bias corrections, and no change in the first step. */
    @Override
    ElementOracle oracle(Adan rule) {
        return (x, step, learningRate) -> {
            double w = x[0], g = x[1], d = step == 1 ? 0 : g - x[5];
            double ahead = g + rule.beta2() * d;
            double m = rule.beta1() * x[2] + (1 - rule.beta1()) * g;
            double v = rule.beta2() * x[3] + (1 - rule.beta2()) * d;
            double n = rule.beta3() * x[4] + (1 - rule.beta3()) * ahead * ahead;
            double mHat = m / (1 - Math.pow(rule.beta1(), step));
            double vHat = v / (1 - Math.pow(rule.beta2(), step));
            double nHat = n / (1 - Math.pow(rule.beta3(), step));
            double move = learningRate / (Math.sqrt(nHat) + rule.epsilon()) * (mHat + rule.beta2() * vHat);
            double decay = learningRate * rule.weightDecay();
            w = decay == 0 ? w - move : rule.proximal() ? (w - move) / (1 + decay) : w - decay * w - move;
            return new double[] {w, g, m, v, n, g};
        };
    }

    /**
     * The change: 1; ahead: that times {@code beta2}, 1 of {@code beta2} times the change, 1 of the sum. States and numerator as of {@link
     * AdEMAMixTest#bound}. {@code w}: {@link Rounding#decayed} before the step, or the error of the step times the factor and 2 of the
     * result after it.
     */
    @Override
    ElementBound bound(Adan rule) {
        return (x, y, step, learningRate) -> {
            double g = x[1], d = step == 1 ? 0 : g - x[5], dError = step == 1 ? 0 : rounded(d);
            double ahead = g + rule.beta2() * d;
            double aheadError = rule.beta2() * dError + rounded(rule.beta2() * d) + rounded(ahead);
            double mError = mean(rule.beta1(), x[2], g, 0, y[2]);
            double vError = mean(rule.beta2(), x[3], d, dError, y[3]);
            double nError = meanOfSquares(rule.beta3(), x[4], ahead, aheadError, y[4]);
            double scale = learningRate / correction(rule.beta1(), step);
            double scaleOfChange = learningRate * rule.beta2() / correction(rule.beta2(), step);
            double a = scale * y[2] + scaleOfChange * y[3];
            double aError = scale * mError + scaleOfChange * vError + 2 * rounded(scale * y[2]) + rounded(scaleOfChange * y[3])
                    + rounded(a);
            double quotient = normalized(a, aError, y[4], nError, correction(rule.beta3(), step), rule.epsilon());
            double decay = learningRate * rule.weightDecay();
            double wError = decay == 0 ? quotient + rounded(y[0])
                    : rule.proximal() ? (quotient + rounded(y[0] * (1 + decay))) / (1 + decay) + 2 * rounded(y[0])
                    : decayed(rule.weightDecay(), x[0], learningRate) + quotient + rounded(y[0]);
            return new double[] {wError, 0, mError, vError, nError, 0};
        };
    }

    @Test
    void detectsAdanThatTakesItsFirstGradientForAChange() {
        Adan rule = new Adan(0.002);
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = oracle(rule).step(x, step, learningRate);
            y[3] += step == 1 ? 0.08 * x[1] : 0;
            return y;
        });
    }

    @Test
    void detectsAdanWithTheOtherDecay() {
        Adan rule = new Adan(0.002).withWeightDecay(0.3);
        assertDetects(rule, oracle(new Adan(0.002).withWeightDecay(0.3).withProximal(false)));
    }

    @Test
    void hostileGradientsLeaveWhatIsLeftOfAdamsKind() {
        AdamsKind.assertRestsAndCoastsOn(new Adan(0.5));
        AdamsKind.assertHardlyMovesBelowEpsilon(new Adan(0.5));
        AdamsKind.assertIsNaNFromNaNOn(new Adan(0.5));
        AdamsKind.assertIsNaNFromInfinityOn(new Adan(0.5));
        AdamsKind.assertStopsWhereASquareOverflows(new Adan(0.5));
        AdamsKind.assertIsNaNFromZeroOn(new Adan(0.5).withEpsilon(0));
    }

    /** With betas of 0.5 and gradients of 1, 1: no change in the first step, none in the second. */
    @Test
    void takesNoChangeFromItsFirstGradient() {
        Adan rule = new Adan(0.25).withBetas(0.5, 0.5, 0.5).withEpsilon(0);
        assertParameters(rule, of(1, 1), 0.75f, 0.5f);
    }

    @Test
    void aChangeBeyondTheFloatsMakesNaN() {
        assertParameters(new Adan(0.25), of(3e38f, 1, 1), 1, 1, 1);
        assertParameters(new Adan(0.25), of(3e38f, -3e38f, 1), 1, Float.NaN, Float.NaN);
    }
}
