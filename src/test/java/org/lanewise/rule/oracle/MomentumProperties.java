package org.lanewise.rule.oracle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.lanewise.rule.Momentum;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.Sgd;

/**
 * The four forms of momentum against each other: the same gradients for all, so that each trajectory is linear in them and
 * {@link Drift} bounds how far it is from the exact one. Two that are equal in exact arithmetic are no further apart than both bounds.
 */
class MomentumProperties {
    private static final int SIZE = 41;
    private static final int STEPS = 50;
    private static final double BETA = 0.9;
    private static final double RATE = 0.05;

    private final Momentum momentum = new Momentum(RATE, BETA);
    private final Nesterov nesterov = new Nesterov(RATE, BETA);
    private final Sgd sgd = new Sgd(RATE).withMomentum(BETA);
    private final Sgd oneCall = sgd.withNesterov(true);

    private static Drift[] drifts(RuleCase rule, float[] start) {
        Drift[] drifts = new Drift[start.length];
        Arrays.setAll(drifts, i -> new Drift(rule, start[i]));
        return drifts;
    }

    private static void step(Drift[] drifts, float[] gradients, double learningRate) {
        for (int i = 0; i < drifts.length; i++) {
            drifts[i].step(gradients[i], learningRate);
        }
    }

    private static RuleCase of(Momentum rule) {
        return new RuleCase(rule, Oracle.of(rule), Bound.of(rule));
    }

    private static RuleCase of(Nesterov rule) {
        return new RuleCase(rule, Oracle.of(rule), Bound.of(rule));
    }

    private static RuleCase of(Sgd rule) {
        return new RuleCase(rule, Oracle.of(rule), Bound.of(rule));
    }

    private static void assertNear(double expected, float actual, double bound, String what) {
        assertTrue(Math.abs(actual - expected) <= Drift.SLACK * bound,
                () -> what + ": " + actual + " is not within " + bound + " of " + expected);
    }

    /** {@code w' = fma(beta, d, w)}: the errors of {@code w}, {@code beta} times those of {@code d}, 1 of {@code beta}, 1 of the sum. */
    private static double lookAheadError(Drift drift) {
        double move = BETA * drift.exact(2);
        return drift.error(0) + BETA * drift.error(2) + Bound.rounded(move) + Bound.rounded(drift.exact(0) + move);
    }

    /**
     * With {@code u = w + beta d}: {@code u_new = w + d_new + beta d_new = (u - beta d) + (beta d - learningRate g) + beta d_new
     * = u - learningRate g + beta d_new}, which is the one-call form, computed here in double.
     */
    @Property(tries = 60)
    void nesterovLooksAheadToTheParametersOfTheOneCallForm(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] start = Planes.numbers(random, 0, SIZE);
        Run run = new Run(nesterov, start);
        Drift[] drifts = drifts(of(nesterov), start);
        double[] u = new double[SIZE];
        double[] d = new double[SIZE];
        Arrays.setAll(u, i -> start[i]);
        for (int t = 0; t < STEPS; t++) {
            float[] ahead = run.lookAhead();
            for (int i = 0; i < SIZE; i++) {
                assertNear(u[i], ahead[i], lookAheadError(drifts[i]), "step " + t);
            }
            float[] g = Planes.numbers(random, 3, SIZE);
            run.stepFromHere(g);
            step(drifts, g, RATE);
            for (int i = 0; i < SIZE; i++) {
                d[i] = BETA * d[i] - RATE * g[i];
                u[i] += BETA * d[i] - RATE * g[i];
            }
        }
    }

    /**
     * PyTorch's form is the one-call form with {@code d = -learningRate b}: {@code -learningRate (g + beta b) = beta d - learningRate g},
     * and {@code b = g} in the first step is {@code beta d = 0} there.
     */
    @Property(tries = 60)
    void nesterovLooksAheadToTheParametersOfSgdWithNesterov(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] start = Planes.numbers(random, 0, SIZE);
        Run run = new Run(nesterov, start);
        Run other = new Run(oneCall, start);
        Drift[] drifts = drifts(of(nesterov), start);
        Drift[] otherDrifts = drifts(of(oneCall), start);
        for (int t = 0; t < STEPS; t++) {
            float[] ahead = run.lookAhead();
            float[] shifted = other.parameters();
            for (int i = 0; i < SIZE; i++) {
                assertNear(shifted[i], ahead[i], lookAheadError(drifts[i]) + otherDrifts[i].error(0), "step " + t);
            }
            float[] g = Planes.numbers(random, 3, SIZE);
            run.stepFromHere(g);
            other.step(g);
            step(drifts, g, RATE);
            step(otherDrifts, g, RATE);
        }
    }

    @Property(tries = 60)
    void nesterovIsMomentumWithGradientsFromElsewhere(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] start = Planes.numbers(random, 0, SIZE);
        Run run = new Run(nesterov, start);
        Run other = new Run(momentum, start);
        for (int t = 0; t < STEPS; t++) {
            float[] g = Planes.numbers(random, 3, SIZE);
            assertArrayEquals(other.step(g).parameters(), run.step(g).parameters());
        }
    }

    /** {@code d = -learningRate b}: the momentum's recurrence times {@code -learningRate} is the other's. */
    @Property(tries = 60)
    void momentumIsSgdWhileTheLearningRateStays(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Pair pair = new Pair(of(momentum), of(sgd), Planes.numbers(random, 0, SIZE));
        for (int t = 0; t < STEPS; t++) {
            pair.step(Planes.numbers(random, 3, SIZE), RATE);
            for (int i = 0; i < SIZE; i++) {
                assertNear(pair.b.parameters()[i], pair.a.parameters()[i], pair.bound(i), "step " + t);
            }
        }
    }

    /**
     * In the first step at another rate {@code r}, momentum moves by {@code beta d - r g}, SGD by {@code -r (beta b + g)
     * = r / learningRate beta d - r g}: apart by {@code (1 - r / learningRate) beta d}.
     */
    @Property(tries = 60)
    void momentumAndSgdPartWhenTheLearningRateChanges(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Pair pair = new Pair(of(momentum), of(sgd), Planes.numbers(random, 0, SIZE));
        int steps = random.nextInt(1, STEPS);
        for (int t = 0; t < steps; t++) {
            pair.step(Planes.numbers(random, 3, SIZE), RATE);
        }
        double[] d = Arrays.stream(pair.aDrifts).mapToDouble(drift -> drift.exact(2)).toArray();
        double rate = RATE * random.nextDouble(0, 0.5);
        pair.step(Planes.numbers(random, 3, SIZE), rate);
        int apart = 0;
        for (int i = 0; i < SIZE; i++) {
            double expected = (1 - rate / RATE) * BETA * d[i];
            assertNear(pair.b.parameters()[i] + expected, pair.a.parameters()[i], pair.bound(i), "after " + steps + " steps");
            apart += Math.abs(expected) > 100 * pair.bound(i) ? 1 : 0;
        }
        assertTrue(apart > SIZE / 2, "only " + apart + " elements are apart by more than rounding");
    }

    /** Two runs from the same parameters with the same gradients. */
    private static final class Pair {
        final Run a;
        final Run b;
        final Drift[] aDrifts;
        final Drift[] bDrifts;

        Pair(RuleCase a, RuleCase b, float[] start) {
            this.a = new Run(a.rule(), start);
            this.b = new Run(b.rule(), start);
            this.aDrifts = drifts(a, start);
            this.bDrifts = drifts(b, start);
        }

        void step(float[] gradients, double learningRate) {
            a.optimizer().setLearningRate(learningRate);
            b.optimizer().setLearningRate(learningRate);
            a.step(gradients);
            b.step(gradients);
            MomentumProperties.step(aDrifts, gradients, learningRate);
            MomentumProperties.step(bDrifts, gradients, learningRate);
        }

        double bound(int i) {
            return aDrifts[i].error(0) + bDrifts[i].error(0);
        }
    }
}
