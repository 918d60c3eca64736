package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.rule.Hostile.Left.INFINITE;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Hostile.START;
import static org.lanewise.rule.Objective.ILL_CONDITIONED;
import static org.lanewise.rule.Objective.ROSENBROCK;
import static org.lanewise.rule.Objective.WELL_CONDITIONED;
import static org.lanewise.rule.Range.FROM_0;
import static org.lanewise.rule.Rounding.rounded;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

/** Averaged SGD as {@code torch.optim.ASGD} has it. */
class AsgdTest extends RuleContract<Asgd> {
    @Override
    List<Asgd> cases() {
        Asgd plain = new Asgd(0.07);
        return List.of(plain, plain.withLambda(0), plain.withLambda(0.3).withAlpha(0.5), plain.withT0(0), plain.withT0(2.5),
                plain.withWeightDecay(0.3), plain.withT0(1).withLambda(2).withAlpha(1).withWeightDecay(0.1));
    }

    @Override
    void describe(Facts<Asgd> facts) {
        facts.state(Held.likeParameter("wAvg"));
        facts.defaults("torch.optim 2.x", new Asgd(0.5, 1e-4, 0.75, 1e6, 0));
        facts.range(FROM_0, "learningRate", "lambda", "alpha", "t0", "weightDecay");
        facts.hostile(new Asgd(RATE).withLambda(0), 2, INFINITE, NAN);
        facts.converges(new Asgd(0.4), WELL_CONDITIONED, 23);
        facts.converges(new Asgd(0.0019).withLambda(1e-5), ILL_CONDITIONED, 6300);
        facts.converges(new Asgd(0.002).withLambda(1e-6), ROSENBROCK, 12_500);
        facts.linear();
    }

    /** Descent on the function with {@code lambda / 2 w^2} added, and the mean of the parameters from step {@code t0 + 1} on. */
    @Override
    RateOracle oracle(Asgd rule) {
        return (x, step, _, rate) -> {
            double w = x[0], gradient = x[1];
            double g = ElementOracle.descent(gradient, rule.weightDecay(), w);
            double eta = eta(rule, step, rate);
            w -= eta * (g + rule.lambda() * w);
            double n = step - 1 - rule.t0();
            return new double[] {w, gradient, n <= 1 ? w : x[2] + (w - x[2]) / n};
        };
    }

    /** The rate of a step that comes after one with this learning rate. */
    private static double eta(Asgd rule, long step, double rate) {
        return rate / Math.pow(1 + rule.lambda() * rate * (step - 1), rule.alpha());
    }

    /**
     * {@code g}: {@link Rounding#descent}. {@code w}: {@code eta} is rounded, so {@code 1 - lambda eta} has {@code lambda} times that
     * error and 1 of its own, times {@code w}; then 1 of the product, 1 of {@code eta g}, {@code eta} times that of {@code g}, 1 of the
     * sum. {@code wAvg}: that of {@code w} while it is {@code w}; then the difference has that of {@code w} and 1, all of it times {@code
     * mu}, which is rounded, 1 of the product, 1 of the sum.
     */
    @Override
    RateBound bound(Asgd rule) {
        return (x, y, step, _, rate) -> {
            double g = ElementOracle.descent(x[1], rule.weightDecay(), x[0]);
            double eta = eta(rule, step, rate);
            double kept = 1 - rule.lambda() * eta;
            double w = Math.abs(x[0]) * (rule.lambda() * rounded(eta) + rounded(kept)) + rounded(kept * x[0])
                    + rounded(eta * g) + eta * Rounding.descent(rule.weightDecay(), x[0], g) + rounded(y[0]);
            double mu = 1 / Math.max(1, step - 1 - rule.t0());
            double difference = y[0] - x[2];
            double wAvg = mu == 1 ? w : mu * (w + rounded(difference)) + 2 * rounded(mu * difference) + rounded(y[2]);
            return new double[] {w, 0, wAvg};
        };
    }

    @Test
    void detectsALearningRateThatFallsAStepTooEarly() {
        Asgd rule = new Asgd(0.07).withLambda(0.3).withAlpha(0.5);
        RateOracle tooEarly = (x, step, learningRate, rate) -> oracle(rule).step(x, step + 1, learningRate, rate);
        assertDetects(rule, tooEarly);
    }

    @Test
    void detectsAChangedLearningRateThatActsAtOnce() {
        Asgd rule = new Asgd(0.07);
        assertDetects(rule, (x, step, learningRate) -> oracle(rule).step(x, step, learningRate));
    }

    @Test
    void aChangedLearningRateActsAStepLate() {
        Run run = new Run(new Asgd(0.5).withLambda(0), 0);
        run.optimizer().setLearningRate(0.25);
        assertEquals(-0.25f, run.step(1).parameters()[0]);
        run.optimizer().setLearningRate(2);
        assertEquals(-0.5f, run.step(1).parameters()[0]);
        assertEquals(-2.5f, run.step(1).parameters()[0]);
    }

    @Test
    void detectsAnAverageThatStartsAStepTooEarly() {
        Asgd rule = new Asgd(0.07).withT0(0);
        RateOracle tooEarly = (x, step, learningRate, rate) -> {
            double[] y = oracle(rule).step(x, step, learningRate, rate);
            y[2] = x[2] + (y[0] - x[2]) / step;
            return y;
        };
        assertDetects(rule, tooEarly);
    }

    @Test
    void nanStaysInEveryStateAndOneInfinityIsAnInfiniteMove() {
        Hostile.assertNaNStays(new Asgd(RATE));
        assertEquals(Float.NEGATIVE_INFINITY, Hostile.after(new Asgd(0.25), 1, Float.POSITIVE_INFINITY, 1, 1)[0]);
    }

    @Test
    void movesByLambdaAloneWithoutAGradient() {
        assertEquals(START / 2, Hostile.after(new Asgd(0.25).withLambda(2), 0)[0]);
    }

    @Property(tries = 20)
    void isGradientDescentThatIsItsOwnAverageWithoutLambda(
            @ForAll("gradients") Gradients gradients, @ForAll @DoubleRange(max = 1) double learningRate) {
        List<Optional<Double>> late = new ArrayList<>(gradients.learningRates());
        late.addFirst(late.getFirst());
        late.removeLast();
        float[] expected = Run.after(new GradientDescent(learningRate), new Gradients(gradients.tensors(), late)).planes(0)[0];
        float[][] actual = Run.after(new Asgd(learningRate).withLambda(0), gradients).planes(0);
        assertArrayEquals(expected, actual[0]);
        assertArrayEquals(expected, actual[2]);
    }
}
