package org.lanewise.rule;

import static java.lang.Float.NaN;
import static java.lang.Float.POSITIVE_INFINITY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.rule.Hostile.Left.FINITE;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Rounding.decayed;
import static org.lanewise.rule.Rounding.mean;
import static org.lanewise.rule.Rounding.meanOfSquares;
import static org.lanewise.rule.Rounding.quotient;
import static org.lanewise.rule.Rounding.rounded;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** ADOPT against Taniguchi et al. */
class AdoptTest extends RuleContract<Adopt> {
    @Override
    List<Adopt> cases() {
        Adopt plain = new Adopt(0.002);
        return List.of(plain, plain.withBetas(0.5, 0.9), plain.withEpsilon(0.01), plain.withEpsilon(0), plain.withWeightDecay(0.3),
                plain.withWeightDecay(0.3).withDecoupledWeightDecay(true), plain.withClip(false),
                plain.withClip(false).withEpsilon(0).withWeightDecay(0.1).withDecoupledWeightDecay(true),
                plain.withBetas(0, 0).withWeightDecay(0.1));
    }

    @Override
    void describe(Facts<Adopt> facts) {
        facts.state(Held.likeGradient("m"));
        facts.state(Held.squareOfGradient("v"));
        facts.defaults("the authors' code", new Adopt(0.5, 0.9, 0.9999, 1e-6, 0, false, true));
        facts.rangesOfAdamsKind();
        facts.idle(rule -> rule.weightDecay() == 0 ? Set.of("decoupledWeightDecay") : Set.of());
        facts.hostile(new Adopt(RATE), 0.1 / 1e-6, FINITE, NAN);
        // The learning rate falls to 0.
        facts.convergesFalling(new Adopt(0.1).withBetas(0.9, 0.99), 340, 340, 1900);
        facts.normalizing(rule -> rule.epsilon() == 0 && (rule.weightDecay() == 0 || rule.decoupledWeightDecay()));
    }

    /** Taniguchi et al., algorithm 2, the first step being that of index 0; without clip algorithm 1. */
    @Override
    ElementOracle oracle(Adopt rule) {
        return (x, step, learningRate) -> {
            double w = x[0], m = x[2], v = x[3];
            double g = ElementOracle.descent(x[1], rule.decoupledWeightDecay() ? 0 : rule.weightDecay(), w);
            if (step == 1) {
                return new double[] {w, x[1], m, g * g};
            }
            double u = g / Math.max(Math.sqrt(v), rule.epsilon());
            double c = Math.pow(step - 1, 0.25);
            m = rule.beta1() * m + (1 - rule.beta1()) * (rule.clip() ? Math.max(-c, Math.min(c, u)) : u);
            double kept = rule.decoupledWeightDecay() ? 1 - learningRate * rule.weightDecay() : 1;
            return new double[] {kept * w - learningRate * m, x[1], m, rule.beta2() * v + (1 - rule.beta2()) * g * g};
        };
    }

    /**
     * {@code g}: {@link Rounding#descent}. Divisor: 1, of the root or of epsilon, both of which are at most it; {@code u}: the
     * {@link Rounding#quotient}, or 1 of {@code c} if that is more. {@code w}: {@link Rounding#decayed}, {@code learningRate} times that of
     * {@code m}, 1 of {@code learningRate m}, 1 of its own. First step: that of {@code g^2}, and 1.
     */
    @Override
    ElementBound bound(Adopt rule) {
        return (x, y, step, learningRate) -> {
            double decay = rule.decoupledWeightDecay() ? 0 : rule.weightDecay();
            double g = ElementOracle.descent(x[1], decay, x[0]);
            double gError = Rounding.descent(decay, x[0], g);
            if (step == 1) {
                return new double[] {0, 0, 0, (2 * Math.abs(g) + gError) * gError + rounded(y[3])};
            }
            double divisor = Math.max(Math.sqrt(x[3]), rule.epsilon());
            double c = Math.pow(step - 1, 0.25), u = g / divisor;
            double uError = quotient(g, gError, divisor, rounded(divisor));
            if (rule.clip()) {
                uError = Math.max(uError, rounded(c));
                u = Math.max(-c, Math.min(c, u));
            }
            double mError = mean(rule.beta1(), x[2], u, uError, y[2]);
            double wError = (rule.decoupledWeightDecay() ? decayed(rule.weightDecay(), x[0], learningRate) : 0) + learningRate * mError
                    + rounded(learningRate * y[2]) + rounded(y[0]);
            return new double[] {wError, 0, mError, meanOfSquares(rule.beta2(), x[3], g, gError, y[3])};
        };
    }

    @Test
    void detectsAdoptThatDividesByARootWithTheNewGradient() {
        Adopt rule = new Adopt(0.002).withBetas(0.5, 0.9);
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = oracle(rule).step(x, step, learningRate);
            double[] late = oracle(rule).step(new double[] {x[0], x[1], x[2], y[3]}, step, learningRate);
            return step == 1 ? y : new double[] {late[0], late[1], late[2], y[3]};
        });
    }

    @Test
    void detectsAdoptWhoseBoundIsAStepAhead() {
        Adopt rule = new Adopt(0.002);
        assertDetects(rule, (x, step, learningRate) -> oracle(rule).step(x, step == 1 ? 1 : step + 1, learningRate));
    }

    @Test
    void hostileGradientsLeaveWhatIsLeftOfAdamsKindAStepLater() {
        AdamsKind.assertRestsAndCoastsOn(new Adopt(0.5));
        AdamsKind.assertHardlyMovesBelowEpsilon(new Adopt(0.5));
        assertParameters(new Adopt(0.5), of(NaN, 1, 1), 1, NaN, NaN);
        assertParameters(new Adopt(0.5).withEpsilon(0), of(0, 0, 1), 1, NaN, NaN);
    }

    /** The first move is learningRate (1 - beta1) c with c = 1. */
    @Test
    void countsAnInfiniteGradientAsItsBoundAndCoastsToRest() {
        Adopt rule = new Adopt(0.5).withBetas(0.5, 0.9);
        assertParameters(rule, of(1, POSITIVE_INFINITY, 1, 1), 1, 0.75f, 0.625f, 0.5625f);
        assertParameters(rule, of(1, POSITIVE_INFINITY, POSITIVE_INFINITY), 1, 0.75f, NaN);
        assertParameters(rule, of(POSITIVE_INFINITY, 1, 1), 1, 1, 1);
        assertParameters(rule.withClip(false), of(1, POSITIVE_INFINITY, 1), 1, Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY);
    }

    @Test
    void movesFromItsSecondStepOnAndClipsByTheFourthRootOfTheOnesBefore() {
        Adopt rule = new Adopt(0.5).withBetas(0, 0.9999);
        float[] seen = parameters(rule, 1, 1e-3f, 5, -5);
        assertEquals(1, seen[0]);
        assertEquals(1 - 0.5, seen[1], 1e-7);
        assertEquals(0.5 + 0.5 * Math.pow(2, 0.25), seen[2], 1e-6);
        assertEquals(1 - 0.5 * 5 / 1e-3, parameters(rule.withClip(false), 1, 1e-3f, 5)[1], 1e-3);
    }

    @Test
    void anOverflowOfTheSquareLetsTheParameterCoastToRest() {
        Run run = new Run(new Adopt(0.25), 1).step(1).step(1e25f);
        assertEquals(POSITIVE_INFINITY, run.planes(0)[3][0]);
        for (int step = 3; step < 300; step++) {
            run.step(1);
        }
        float rest = run.parameters()[0];
        assertEquals(rest, run.step(1).parameters()[0]);
        assertEquals(NaN, run.step(POSITIVE_INFINITY).parameters()[0]);
    }
}
