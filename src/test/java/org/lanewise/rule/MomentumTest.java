package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.rule.Hostile.Left.INFINITE;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Objective.ILL_CONDITIONED;
import static org.lanewise.rule.Objective.ROSENBROCK;
import static org.lanewise.rule.Objective.WELL_CONDITIONED;
import static org.lanewise.rule.Range.FRACTION;
import static org.lanewise.rule.Range.FROM_0;
import static org.lanewise.rule.Rounding.rounded;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

/** Classical momentum against Polyak's formula, and against {@code torch.optim.SGD}'s, which has the learning rate outside. */
class MomentumTest extends RuleContract<Momentum> {
    @Override
    List<Momentum> cases() {
        return List.of(new Momentum(0.05), new Momentum(0.3, 0.5), new Momentum(0.1, 0));
    }

    @Override
    void describe(Facts<Momentum> facts) {
        facts.state(Held.likeMove("d"));
        facts.defaults("every framework", new Momentum(0.5, 0.9));
        facts.range(FROM_0, "learningRate");
        facts.range(FRACTION, "beta");
        // The second step moves by the second gradient, and by 0.9 of the first.
        facts.hostile(new Momentum(RATE), 1 + 1.9, INFINITE, NAN);
        facts.converges(new Momentum(0.3, 0.5), WELL_CONDITIONED, 40);
        facts.converges(new Momentum(0.003, 0.9), ILL_CONDITIONED, 250);
        facts.converges(new Momentum(0.0005, 0.95), ROSENBROCK, 2_200);
        facts.linear();
        facts.published("DJL: Sgd, 0.1, momentum 0.9", Published.djl(1e-6, 1, 0.68, -0.16, 2, 0.2032, -0.3984, 12, 0.04637566,
                -0.4768118));
        facts.formula("Keras 3: SGD(0.01, momentum=0.9)", new FrameworkFormula((s, g, lr, _) -> {
            s[1] = 0.9 * s[1] - lr * g;
            s[0] += s[1];
        }));
    }

    /** Polyak: the last move, shortened, plus a gradient step. */
    @Override
    ElementOracle oracle(Momentum rule) {
        return (x, _, learningRate) -> {
            double w = x[0], g = x[1], d = x[2];
            d = rule.beta() * d - learningRate * g;
            return new double[] {w + d, g, d};
        };
    }

    /**
     * {@code d = fma(-learningRate, g, beta d)}: {@code beta} and the product with it are rounded, the learning rate, and {@code d}; then
     * {@code w + d} is. So 2 errors of {@code beta d}, 1 of {@code learningRate g}, 1 of the new {@code d}, and for {@code w} 1 more of its
     * own.
     */
    @Override
    ElementBound bound(Momentum rule) {
        return (x, y, _, learningRate) -> {
            double d = 2 * rounded(rule.beta() * x[2]) + rounded(learningRate * x[1]) + rounded(y[2]);
            return new double[] {d + rounded(y[0]), 0, d};
        };
    }

    @Test
    void detectsMomentumThatMovesByTheLastMove() {
        Momentum rule = new Momentum(0.05);
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = oracle(rule).step(x, step, learningRate);
            y[0] = x[0] + x[2];
            return y;
        });
    }

    @Provide
    Arbitrary<Gradients> constantRates() {
        return Samples.ofVectors(50).map(Gradients::withOwnLearningRates);
    }

    /** {@code d = -learningRate b}: the momentum's recurrence times {@code -learningRate} is the other's. */
    @Property(tries = 60)
    void isSgdWhileTheLearningRateStays(@ForAll("constantRates") Gradients gradients) {
        Pair pair = new Pair(gradients.start().getFirst());
        for (int step = 1; step <= gradients.steps(); step++) {
            pair.step(gradients.at(step).getFirst(), Pair.LEARNING_RATE);
            for (int i = 0; i < pair.size(); i++) {
                Drift.assertNear(pair.sgd.parameters()[i], pair.momentum.parameters()[i], pair.bound(i), "step " + step);
            }
        }
    }

    /**
     * In the first step at another rate {@code r}, momentum moves by {@code beta d - r g}, SGD by {@code -r (beta b + g)
     * = r / learningRate beta d - r g}: apart by {@code (1 - r / learningRate) beta d}.
     */
    @Property(tries = 60)
    void partsWithSgdWhenTheLearningRateChanges(@ForAll("constantRates") Gradients gradients, @ForAll @DoubleRange(max = 0.5) double part) {
        Pair pair = new Pair(gradients.start().getFirst());
        for (int step = 1; step < gradients.steps(); step++) {
            pair.step(gradients.at(step).getFirst(), Pair.LEARNING_RATE);
        }
        double[] d = Arrays.stream(pair.momentumDrifts).mapToDouble(drift -> drift.exact(2)).toArray();
        pair.step(gradients.at(gradients.steps()).getFirst(), Pair.LEARNING_RATE * part);
        for (int i = 0; i < pair.size(); i++) {
            double apart = (1 - part) * Pair.BETA * d[i];
            Drift.assertNear(pair.sgd.parameters()[i] + apart, pair.momentum.parameters()[i], pair.bound(i), "after the last step");
        }
    }

    @Test
    void isApartFromSgdByMoreThanRoundingWhenTheLearningRateHasChanged() {
        Pair pair = new Pair(3);
        pair.step(new float[] {1}, Pair.LEARNING_RATE);
        pair.step(new float[] {1}, Pair.LEARNING_RATE / 2);
        assertTrue(Math.abs(pair.sgd.parameters()[0] - pair.momentum.parameters()[0]) > 100 * pair.bound(0));
    }

    /** Two runs from the same parameters with the same gradients. */
    private static final class Pair {
        static final double BETA = 0.9;
        static final double LEARNING_RATE = 0.05;

        final Run momentum;
        final Run sgd;
        final Drift[] momentumDrifts;
        final Drift[] sgdDrifts;

        Pair(float... start) {
            Momentum inside = new Momentum(LEARNING_RATE, BETA);
            Sgd outside = new Sgd(LEARNING_RATE).withMomentum(BETA);
            momentum = new Run(inside, start);
            sgd = new Run(outside, start);
            momentumDrifts = Drift.of(new RuleCase<>(new MomentumTest(), inside), start);
            sgdDrifts = Drift.of(new RuleCase<>(new SgdTest(), outside), start);
        }

        void step(float[] gradients, double learningRate) {
            momentum.optimizer().setLearningRate(learningRate);
            sgd.optimizer().setLearningRate(learningRate);
            momentum.step(gradients);
            sgd.step(gradients);
            Drift.step(momentumDrifts, gradients, learningRate);
            Drift.step(sgdDrifts, gradients, learningRate);
        }

        int size() {
            return momentumDrifts.length;
        }

        double bound(int i) {
            return momentumDrifts[i].error(0) + sgdDrifts[i].error(0);
        }
    }
}
