package org.lanewise.rule;

import static java.lang.Float.NaN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.lanewise.Refusals.assertRefused;
import static org.lanewise.rule.Doubles.norm;
import static org.lanewise.rule.Hostile.Left.NAN;
import static org.lanewise.rule.Hostile.RATE;
import static org.lanewise.rule.Hostile.START;
import static org.lanewise.rule.Objective.ILL_CONDITIONED;
import static org.lanewise.rule.Objective.ROSENBROCK;
import static org.lanewise.rule.Objective.WELL_CONDITIONED;
import static org.lanewise.rule.Published.FOUR_DIGITS;
import static org.lanewise.rule.Range.FROM_0;
import static org.lanewise.rule.Rounding.correction;
import static org.lanewise.rule.Rounding.decayed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;
import org.lanewise.Rule;

/** AdamW against Loshchilov and Hutter, with and without the clipping of Wortsman et al.: {@link UpdateClipping}. */
class AdamWTest extends RuleContract<AdamW> {
    @Override
    List<AdamW> cases() {
        AdamW plain = new AdamW(0.002);
        List<AdamW> rules = new ArrayList<>();
        for (AdamW rule : List.of(plain, plain.withAmsgrad(true))) {
            rules.addAll(List.of(rule, rule.withBetas(0.5, 0.9).withEpsilon(0.01), rule.withWeightDecay(0.3),
                rule.withEpsilon(0), rule.withWeightDecay(0), rule.withBetas(0, 0).withWeightDecay(1.5)));
        }
        for (AdamW rule : List.of(plain, plain.withBetas(0.5, 0.9).withEpsilon(0.01), plain.withWeightDecay(0.3))) {
            rules.addAll(List.of(rule.withEpsilonHat(true), rule.withEpsilonHat(true).withAmsgrad(true), rule.withEpsilonRoot(1e-3),
                rule.withEpsilonRoot(1e-3).withAmsgrad(true), rule.withAmsgrad(true).withCorrectedMaximum(true),
                rule.withEpsilonRoot(1e-3).withAmsgrad(true).withCorrectedMaximum(true)));
        }
        AdamW clipped = new AdamW(0.01).withUpdateClipping(true);
        rules.addAll(List.of(clipped, clipped.withBetas(0.5, 0.9), clipped.withEpsilon(0.01), clipped.withWeightDecay(0),
                clipped.withWeightDecay(0.3), clipped.withAmsgrad(true), clipped.withEpsilonHat(true), clipped.withEpsilonRoot(0.01),
                clipped.withBetas(0.2, 0.99).withWeightDecay(0.1).withAmsgrad(true)));
        return rules;
    }

    @Override
    void describe(Facts<AdamW> facts) {
        facts.state(Held.likeGradient("m"));
        facts.state(Held.squareOfGradient("v"));
        facts.state(Held.squareOfGradient("vMax"));
        facts.defaults("torch.optim 2.x", new AdamW(0.5, 0.9, 0.999, 1e-8, 0.01, false));
        facts.defaults("other frameworks' conventions are off", new AdamW(0.5, 0.9, 0.999, 1e-8, 0.01, false, false, 0, false, false));
        facts.rangesOfAdamsKind();
        facts.range(FROM_0, "epsilonRoot");
        facts.idle(rule -> rule.amsgrad() ? Set.of() : Set.of("correctedMaximum"));
        facts.hostile(new AdamW(RATE).withWeightDecay(0), 2 / 1e-8, NAN, NAN);
        facts.converges(new AdamW(0.05).withWeightDecay(1e-4), WELL_CONDITIONED, 260);
        facts.converges(new AdamW(0.05).withWeightDecay(1e-4), ILL_CONDITIONED, 260);
        facts.convergesFalling(new AdamW(0.05).withWeightDecay(1e-5), ROSENBROCK, 4_000);
        // Clipped steps do not get shorter with the gradient.
        facts.convergesFalling(new AdamW(0.1).withWeightDecay(0).withUpdateClipping(true), 300, 300, 3200);
        facts.normalizing(rule -> rule.epsilon() == 0 && rule.epsilonRoot() == 0);
        facts.normalizing(new AdamW(0.01).withEpsilon(0).withUpdateClipping(true));
        facts.published("Keras 3: AdamW(1.0, weight_decay=0.5, epsilon=2)", KERAS);
        facts.published("candle: AdamW, 0.1", Published.candle(100, FOUR_DIGITS, 2.7257, 0.7097, 0.7873));
        facts.formula("optax: adamw(1e-3)", new FrameworkFormula((s, g, lr, t) -> {
            FrameworkFormula.moments(s, g);
            double direction = s[1] / correction(0.9, t) / (Math.sqrt(s[2] / correction(0.999, t)) + 1e-8);
            s[0] -= lr * (direction + 1e-4 * s[0]);
        }));
    }

    @Override
    Oracle oracle(AdamW rule) {
        return rule.updateClipping() ? UpdateClipping.oracle(rule) : unclippedOracle(rule);
    }

    /** Loshchilov and Hutter: Adam's move, and a part of the parameter, which neither the averages nor the root see. */
    static ElementOracle unclippedOracle(AdamW rule) {
        ElementOracle adam = new AdamTest().oracle(adam(rule));
        return (x, step, learningRate) -> {
            double[] y = adam.step(x, step, learningRate);
            y[0] -= learningRate * rule.weightDecay() * x[0];
            return y;
        };
    }

    private static Adam adam(AdamW rule) {
        return new Adam(rule.learningRate(), rule.beta1(), rule.beta2(), rule.epsilon(), 0, rule.amsgrad(), rule.epsilonHat(),
                rule.epsilonRoot(), rule.correctedMaximum());
    }

    @Override
    Bound bound(AdamW rule) {
        return rule.updateClipping() ? UpdateClipping.bound(rule) : unclippedBound(rule);
    }

    /** As {@link AdamTest#bound} without decay, and {@link Rounding#decayed}. */
    static ElementBound unclippedBound(AdamW rule) {
        ElementBound adam = new AdamTest().bound(adam(rule));
        return (x, y, step, learningRate) -> {
            double[] errors = adam.errors(x, y, step, learningRate);
            errors[0] += decayed(rule.weightDecay(), x[0], learningRate);
            return errors;
        };
    }

    private static final Published KERAS = Published.keras("""
            0.4998
            0.2486 0.2475 0.2463 0.2451 0.244 0.2428 0.2417 0.2405 0.2394 0.2382
            0.1223 0.1198 0.1174 0.1149 0.1124 0.11 0.1075 0.1051 0.1027 0.1003
            0.0586 0.0549 0.0512 0.0475 0.0439 0.0402 0.0366 0.033 0.0294 0.0258
            0.0263 0.0215 0.0167 0.012 0.0073 0.0026 -0.0021 -0.0067 -0.0113 -0.0159""");

    /** With an epsilon of 2, Keras' numbers tell the hat from the corrected one; its default 1e-7 changes less than the digits given. */
    @Test
    void theNumbersOfKerasNeedEpsilonHat() {
        AdamW hat = new AdamW(1).withWeightDecay(0.5).withEpsilon(2).withEpsilonHat(true);
        KERAS.check(hat);
        assertThrows(AssertionError.class, () -> KERAS.check(hat.withEpsilonHat(false)));
    }

    @Test
    void detectsDecayOfAdamWThatGoesThroughTheAverages() {
        assertDetects(new AdamW(0.002).withWeightDecay(0.3), new AdamTest().oracle(new Adam(0.002).withWeightDecay(0.3)));
    }

    /** After many steps corrections are 1: {@code v = 0.25 g^2}, so the gradient is twice its root, and the learning rate is halved. */
    @Test
    void clippedAdamWByHand() {
        AdamW rule = new AdamW(1).withBetas(0, 0.75).withEpsilon(1).withWeightDecay(0.4).withUpdateClipping(true);
        assertStep(oracle(rule), 10_000, 0.5, new double[][] {{1, 2}, {2, -2}, {0, 0}, {0, 0}},
                new double[] {0.65, 2.05}, new double[] {2, -2}, new double[] {1, 1});
    }

    @Test
    void detectsClippingThatLeavesDecayAsItIs() {
        AdamW rule = new AdamW(0.01).withWeightDecay(0.3).withUpdateClipping(true);
        assertDetects(rule, (shape, x, step, learningRate) -> {
            double[][] y = oracle(rule.withWeightDecay(0)).step(shape, x, step, learningRate);
            for (int i = 0; i < y[0].length; i++) {
                y[0][i] -= learningRate * 0.3 * x[0][i];
            }
            return y;
        });
    }

    @Test
    void detectsClippingByTheSquareBeforeTheStep() {
        AdamW rule = new AdamW(0.01).withUpdateClipping(true);
        assertDetects(rule, scaled(rule, (x, _, step) -> UpdateClipping.clip(rule, x[1], x[3], step)));
    }

    @Test
    void detectsClippingOfTheMeanInsteadOfTheGradient() {
        AdamW rule = new AdamW(0.01).withUpdateClipping(true);
        assertDetects(rule, scaled(rule, (_, y, step) -> UpdateClipping.clip(rule, y[2], y[3], step)));
    }

    @Test
    void detectsClippingByTheMaximum() {
        AdamW rule = new AdamW(0.01).withAmsgrad(true).withUpdateClipping(true);
        assertDetects(rule, scaled(rule, (x, y, step) -> UpdateClipping.clip(rule, x[1], y[4], step)));
    }

    @Test
    void detectsClippingThatLengthensSmallSteps() {
        AdamW rule = new AdamW(0.01).withUpdateClipping(true);
        assertDetects(rule, scaled(rule, (x, y, step) ->
                norm(UpdateClipping.normalized(rule, x[1], y[3], step)) / Math.sqrt(x[1].length)));
    }

    private interface Divisor {
        double of(double[][] x, double[][] y, long step);
    }

    /** {@return the oracle with another divisor of the learning rate} */
    private Oracle scaled(AdamW rule, Divisor divisor) {
        Oracle right = oracle(rule);
        return (shape, x, step, learningRate) -> {
            double[][] y = right.step(shape, x, step, learningRate);
            double clip = divisor.of(x, y, step);
            return right.step(shape, x, step, learningRate * UpdateClipping.clip(rule, x[1], y[3], step) / clip);
        };
    }

    /** {@code v} of 16 times the square is at least 8 times after the step with beta2 of a half, and a correction only makes it more. */
    @Property(tries = 20)
    void clippingChangesNothingBelowOne(@ForAll("situations") Situation situation) {
        AdamW plain = new AdamW(0.01).withBetas(0.9, 0.5);
        TensorNumbers tensor = situation.tensors().getFirst();
        float[] w = tensor.plane(0), m = tensor.plane(2), g = FloatArrays.map(tensor.plane(1), x -> Math.abs(x) < 0x1p-60f ? 1 : x);
        float[] v = FloatArrays.map(g, x -> 16 * x * x), large = FloatArrays.map(g, x -> 64 * x);
        float[][] expected = stepped(plain, w, g, m, v), actual = stepped(plain.withUpdateClipping(true), w, g, m, v);
        for (int k = 0; k < expected.length; k++) {
            assertArrayEquals(expected[k], actual[k]);
        }
        expected = stepped(plain, w, large, m, v);
        actual = stepped(plain.withUpdateClipping(true), w, large, m, v);
        for (int k = 1; k < expected.length; k++) {
            assertArrayEquals(expected[k], actual[k]);
        }
    }

    @Test
    void clippingShortensStepsAboveOne() {
        float[][] planes = {{1}, {64}, {1}, {16}};
        AdamW plain = new AdamW(0.01).withBetas(0.9, 0.5);
        assertFalse(Arrays.equals(stepped(plain, planes)[0], stepped(plain.withUpdateClipping(true), planes)[0]));
    }

    private static float[][] stepped(Rule rule, float[]... planes) {
        return new Run(rule, planes[0]).skipTo(2).set(List.<float[][]>of(planes)).step(planes[1]).planes(0);
    }

    @Test
    void clippingMakesAHostileTensorNaN() {
        AdamW rule = new AdamW(0.25).withWeightDecay(0).withUpdateClipping(true);
        assertArrayEquals(of(3, 4), afterPair(rule, of(0, 0), of(-0f, 0)));
        for (float hostile : of(Float.NEGATIVE_INFINITY, NaN)) {
            assertArrayEquals(of(NaN, NaN), afterPair(rule, of(1, 1), of(1, hostile)));
        }
        assertArrayEquals(of(NaN, NaN), afterPair(rule.withEpsilon(0), of(0, 1)));
        assertArrayEquals(of(3, 4), afterPair(rule, of(1e-30f, -1e-30f)));
    }

    @Test
    void refusesEpsilonHatWithWhatIsSaidOfCorrectedSquares() {
        for (double first : new double[] {0, 1e-8}) {
            assertRefused(IllegalArgumentException.class, "epsilonRoot must be 0 with epsilonHat, got 1.0E-8",
                    () -> new AdamW(1).withEpsilonRoot(first).withEpsilonHat(true).withEpsilonRoot(1e-8));
        }
        assertRefused(IllegalArgumentException.class, "correctedMaximum must be false with epsilonHat, got true",
                () -> new AdamW(1).withCorrectedMaximum(true).withEpsilonHat(true));
    }

    @Test
    void movesByDecayAloneWithoutAGradientAndNotByTinyOnes() {
        assertEquals(START / 2, Hostile.after(new AdamW(0.25).withWeightDecay(2), 0)[0]);
        assertEquals(START, Hostile.after(new AdamW(0.25).withWeightDecay(0), 1e-30f, 1e-30f)[0]);
    }

    @Test
    void nanStaysInEveryStateAndHugeGradientsStop() {
        Hostile.assertNaNStays(new AdamW(RATE));
        Hostile.assertHugeGradientStops(new AdamW(RATE).withWeightDecay(0));
    }

    @Property(tries = 20)
    void isAdamWithoutDecay(@ForAll("gradients") Gradients gradients, @ForAll @DoubleRange(max = 1) double learningRate,
            @ForAll @DoubleRange(max = 1, maxIncluded = false) double beta1,
            @ForAll @DoubleRange(max = 1, maxIncluded = false) double beta2,
            @ForAll @DoubleRange(max = 1) double epsilon, @ForAll boolean amsgrad) {
        Adam adam = new Adam(learningRate, beta1, beta2, epsilon, 0, amsgrad);
        Laws.assertSame(Run.after(adam, gradients), Run.after(new AdamW(learningRate, beta1, beta2, epsilon, 0, amsgrad), gradients));
    }

    @Property(tries = 20)
    void decayShrinksTheParameterBeforeAnUndecayedStep(@ForAll("gradients") Gradients gradients) {
        Laws.assertShrinks(new AdamW(0.25).withWeightDecay(0), new AdamW(0.25).withWeightDecay(2), gradients);
    }
}
