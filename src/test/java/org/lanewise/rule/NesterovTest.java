package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.lanewise.rule.Hostile.Left.INFINITE;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Objective.ILL_CONDITIONED;
import static org.lanewise.rule.Objective.ROSENBROCK;
import static org.lanewise.rule.Objective.WELL_CONDITIONED;
import static org.lanewise.rule.Range.FRACTION;
import static org.lanewise.rule.Range.FROM_0;
import static org.lanewise.rule.Rounding.rounded;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Nesterov's momentum against its formula and against its other forms, which call for one gradient per step. */
class NesterovTest extends RuleContract<Nesterov> {
    private static final double BETA = 0.9;
    private static final double LEARNING_RATE = 0.05;

    private final Nesterov nesterov = new Nesterov(LEARNING_RATE, BETA);

    @Override
    List<Nesterov> cases() {
        return List.of(new Nesterov(0.05), new Nesterov(0.3, 0.5), new Nesterov(0.1, 0));
    }

    @Override
    void describe(Facts<Nesterov> facts) {
        facts.state(Held.likeMove("d"));
        facts.state(Held.likeParameter("w"));
        facts.defaults("every framework", new Nesterov(0.5, 0.9));
        facts.range(FROM_0, "learningRate");
        facts.range(FRACTION, "beta");
        facts.hostile(new Nesterov(RATE), 1 + 1.9, INFINITE, NAN);
        facts.converges(new Nesterov(0.3, 0.5), WELL_CONDITIONED, 25);
        facts.converges(new Nesterov(0.0012, 0.94), ILL_CONDITIONED, 420);
        facts.converges(new Nesterov(0.0005, 0.95), ROSENBROCK, 2_200);
        facts.linear();
    }

    /** Look-ahead and step together, for a gradient that does not depend on where it is taken; the state {@code w} is the old parameter. */
    @Override
    ElementOracle oracle(Nesterov rule) {
        return (x, _, learningRate) -> {
            double w = x[0], g = x[1], d = x[2];
            d = rule.beta() * d - learningRate * g;
            return new double[] {w + d, g, d, w};
        };
    }

    /** As {@link MomentumTest#bound}, since the step starts from the kept {@code w}, which is the old parameter exactly. */
    @Override
    ElementBound bound(Nesterov rule) {
        return (x, y, _, learningRate) -> {
            double d = 2 * rounded(rule.beta() * x[2]) + rounded(learningRate * x[1]) + rounded(y[2]);
            return new double[] {d + rounded(y[0]), 0, d, 0};
        };
    }

    @Test
    void detectsNesterovThatStepsFromTheLookAhead() {
        Nesterov rule = new Nesterov(0.05);
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = oracle(rule).step(x, step, learningRate);
            y[0] += 0.9 * x[2];
            return y;
        });
    }

    @Provide
    Arbitrary<Gradients> constantRates() {
        return Samples.ofVectors(50).map(Gradients::withOwnLearningRates);
    }

    /** {@code w' = fma(beta, d, w)}: the errors of {@code w}, {@code beta} times those of {@code d}, 1 of {@code beta}, 1 of the sum. */
    private static double lookAheadError(Drift drift) {
        double move = BETA * drift.exact(2);
        return drift.error(0) + BETA * drift.error(2) + rounded(move) + rounded(drift.exact(0) + move);
    }

    /**
     * With {@code u = w + beta d}: {@code u_new = w + d_new + beta d_new = (u - beta d) + (beta d - learningRate g) + beta d_new
     * = u - learningRate g + beta d_new}, which is the one-call form, computed here in double.
     */
    @Property(tries = 60)
    void looksAheadToTheParametersOfTheOneCallForm(@ForAll("constantRates") Gradients gradients) {
        float[] start = gradients.start().getFirst();
        Run run = new Run(nesterov, start);
        Drift[] drifts = Drift.of(new RuleCase<>(this, nesterov), start);
        double[] u = Doubles.of(start);
        double[] d = new double[start.length];
        for (int step = 1; step <= gradients.steps(); step++) {
            float[] ahead = run.lookAhead(), g = gradients.at(step).getFirst();
            for (int i = 0; i < start.length; i++) {
                Drift.assertNear(u[i], ahead[i], lookAheadError(drifts[i]), "step " + step);
                d[i] = BETA * d[i] - LEARNING_RATE * g[i];
                u[i] += BETA * d[i] - LEARNING_RATE * g[i];
            }
            run.stepFromHere(g);
            Drift.step(drifts, g, LEARNING_RATE);
        }
    }

    /**
     * PyTorch's form is the one-call form with {@code d = -learningRate b}: {@code -learningRate (g + beta b) = beta d - learningRate g},
     * and {@code b = g} in the first step is {@code beta d = 0} there.
     */
    @Property(tries = 60)
    void looksAheadToTheParametersOfSgdWithNesterov(@ForAll("constantRates") Gradients gradients) {
        Sgd oneCall = new Sgd(LEARNING_RATE).withMomentum(BETA).withNesterov(true);
        float[] start = gradients.start().getFirst();
        Run run = new Run(nesterov, start), other = new Run(oneCall, start);
        Drift[] drifts = Drift.of(new RuleCase<>(this, nesterov), start);
        Drift[] otherDrifts = Drift.of(new RuleCase<>(new SgdTest(), oneCall), start);
        for (int step = 1; step <= gradients.steps(); step++) {
            float[] ahead = run.lookAhead(), shifted = other.parameters(), g = gradients.at(step).getFirst();
            for (int i = 0; i < start.length; i++) {
                Drift.assertNear(shifted[i], ahead[i], lookAheadError(drifts[i]) + otherDrifts[i].error(0), "step " + step);
            }
            run.stepFromHere(g);
            other.step(g);
            Drift.step(drifts, g, LEARNING_RATE);
            Drift.step(otherDrifts, g, LEARNING_RATE);
        }
    }

    @Property(tries = 60)
    void isMomentumWithGradientsFromElsewhere(@ForAll("gradients") Gradients gradients) {
        float[][] expected = Run.after(new Momentum(LEARNING_RATE, BETA), gradients).planes(0);
        assertArrayEquals(expected[0], Run.after(nesterov, gradients).planes(0)[0]);
    }
}
