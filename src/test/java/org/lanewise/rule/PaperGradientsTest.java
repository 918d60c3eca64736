package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;

/** What the rules that PyTorch does not have do with gradients of zero, 1e-30, infinity and {@code NaN}, as their documentation says. */
class PaperGradientsTest {
    private static final float INF = Float.POSITIVE_INFINITY;
    private static final float NAN = Float.NaN;

    /** The parameter after each of these gradients, from 1. */
    private static float[] parameters(Rule rule, float... gradients) {
        float[] w = {1}, g = new float[1], seen = new float[gradients.length];
        Optimizer optimizer = Optimizer.of(rule, ParameterStore.wrap(w, g));
        for (int i = 0; i < gradients.length; i++) {
            g[0] = gradients[i];
            optimizer.step();
            seen[i] = w[0];
        }
        return seen;
    }

    private static void assertParameters(Rule rule, float[] gradients, float... expected) {
        assertArrayEquals(expected, parameters(rule, gradients), rule::toString);
    }

    private static float[] of(float... gradients) {
        return gradients;
    }

    @Test
    void lionAndSignumMoveByTheLearningRateWhateverTheGradientsSize() {
        for (Rule rule : new Rule[] {new Lion(0.25), new Signum(0.25), new Signum(0.25).withBeta(0)}) {
            assertParameters(rule, of(1e-30f, 1e-30f), 0.75f, 0.5f);
            assertParameters(rule, of(-1e30f, -1e-3f), 1.25f, 1.5f);
            assertParameters(rule, of(INF, INF), 0.75f, 0.5f);
        }
    }

    @Test
    void lionAndSignumRestWithoutGradientAndMomentumAndMoveOnWithoutGradient() {
        assertParameters(new Lion(0.25), of(0, -0f, 1, 0, 0), 1, 1, 0.75f, 0.5f, 0.25f);
        assertParameters(new Signum(0.25), of(0, -0f, 1, 0, 0), 1, 1, 0.75f, 0.5f, 0.25f);
        assertParameters(new Signum(0.25).withBeta(0), of(0, -0f, 1, 0, 0), 1, 1, 0.75f, 0.75f, 0.75f);
    }

    @Test
    void lionAndSignumKeepTheDirectionOfAnInfiniteGradientAndRestAfterOneOfTheOtherSign() {
        for (Rule rule : new Rule[] {new Lion(0.25), new Signum(0.25)}) {
            assertParameters(rule, of(INF, -1, 0, -INF, 1), 0.75f, 0.5f, 0.25f, 0.25f, 0.25f);
        }
        assertParameters(new Signum(0.25).withBeta(0), of(INF, -1, -INF), 0.75f, 1, 1.25f);
    }

    @Test
    void lionAndSignumRestFromNaNOnButForDecay() {
        for (Rule rule : new Rule[] {new Lion(0.25), new Signum(0.25)}) {
            assertParameters(rule, of(1, NAN, 1), 0.75f, 0.75f, 0.75f);
        }
        assertParameters(new Lion(0.25).withWeightDecay(2), of(NAN, 1), 0.5f, 0.25f);
        assertParameters(new Signum(0.25).withWeightDecay(2), of(NAN, 1), 0.5f, 0.25f);
        assertParameters(new Signum(0.25).withBeta(0), of(1, NAN, 1), 0.75f, 0.75f, 0.5f);
    }

    @Test
    void ftrlForgetsParametersItsSumsDoNotKnowOfAndKeepsThoseTheyDo() {
        assertParameters(new Ftrl(0.5), of(0), 0);
        float[] seen = parameters(new Ftrl(0.5), 1, 0, 0);
        assertEquals(seen[0], seen[1], Math.ulp(seen[0]));
        assertEquals(seen[0], seen[2], 2 * Math.ulp(seen[0]));
        assertParameters(new Ftrl(0.5).withBeta(0), of(0), NAN);
    }

    /** From 1: z is g, n stays 0, and w is -z learningRate. */
    @Test
    void ftrlSumsTinyGradientsWhoseSquareIsZero() {
        assertParameters(new Ftrl(0.5), of(1e-30f, 1e-30f), -0.5f * 1e-30f, -1e-30f);
    }

    @Test
    void ftrlIsNaNFromAGradientWhoseSquareOverflowsOn() {
        for (float g : of(2e19f, INF, -INF, NAN)) {
            assertParameters(new Ftrl(0.5), of(g, 0, 1), NAN, NAN, NAN);
            assertParameters(new Ftrl(0.5).withL1(1), of(1, g, 1), parameters(new Ftrl(0.5).withL1(1), 1)[0], NAN, NAN);
        }
    }

    @Test
    void ftrlIsExactlyZeroWhileItsSumIsWithinL1() {
        assertParameters(new Ftrl(0.5).withL1(2), of(0, 1, 1), 0, 0, 0);
        float[] seen = parameters(new Ftrl(0.5).withL1(2), 0, 1, 1, 1);
        assertEquals(-1 / ((1 + Math.sqrt(3)) / 0.5), seen[3], 1e-7);
    }

    private static Rule[] ofAdamsKind() {
        return new Rule[] {new AdEMAMix(0.5), new Adan(0.5), new Adopt(0.5), new AdaBelief(0.5), new Yogi(0.5)};
    }

    @Test
    void rulesOfAdamsKindRestWithoutGradientsAndCoastOnAfterThem() {
        for (Rule rule : ofAdamsKind()) {
            assertParameters(rule, of(0, -0f, 0), 1, 1, 1);
            float[] seen = parameters(rule, 1, 1, 0);
            assertTrue(seen[2] < seen[1], rule::toString);
        }
    }

    @Test
    void rulesOfAdamsKindAreNaNFromZeroGradientsOnWithoutEpsilonAndSquares() {
        for (Rule rule : new Rule[] {new AdEMAMix(0.5).withEpsilon(0), new Adan(0.5).withEpsilon(0), new AdaBelief(0.5).withEpsilon(0),
            new Yogi(0.5).withEpsilon(0).withInitialAccumulator(0)}) {
            assertParameters(rule, of(0, 1), NAN, NAN);
        }
        assertParameters(new Adopt(0.5).withEpsilon(0), of(0, 0, 1), 1, NAN, NAN);
    }

    @Test
    void rulesOfAdamsKindHardlyMoveByGradientsBelowEpsilon() {
        for (Rule rule : ofAdamsKind()) {
            assertParameters(rule, of(1e-30f, 1e-30f, 1e-30f), 1, 1, 1);
        }
    }

    @Test
    void rulesOfAdamsKindAreNaNFromNaNOn() {
        for (Rule rule : ofAdamsKind()) {
            float[] seen = parameters(rule, NAN, 1, 1);
            assertEquals(rule instanceof Adopt ? 1 : NAN, seen[0]);
            assertTrue(Float.isNaN(seen[1]) && Float.isNaN(seen[2]), rule::toString);
        }
    }

    @Test
    void rulesOfAdamsKindButAdoptAreNaNFromAnInfiniteGradientOn() {
        for (Rule rule : new Rule[] {new AdEMAMix(0.5), new Adan(0.5), new AdaBelief(0.5), new Yogi(0.5)}) {
            assertParameters(rule, of(INF, 1, 1), NAN, NAN, NAN);
            assertParameters(rule, of(-INF, 1, 1), NAN, NAN, NAN);
        }
    }

    /** The first move is learningRate (1 - beta1) c with c = 1. */
    @Test
    void adoptCountsAnInfiniteGradientAsItsBoundAndCoastsToRest() {
        Adopt rule = new Adopt(0.5).withBetas(0.5, 0.9);
        assertParameters(rule, of(1, INF, 1, 1), 1, 0.75f, 0.625f, 0.5625f);
        assertParameters(rule, of(1, INF, INF), 1, 0.75f, NAN);
        assertParameters(rule, of(INF, 1, 1), 1, 1, 1);
        assertParameters(rule.withClip(false), of(1, INF, 1), 1, -INF, -INF);
    }

    @Test
    void adoptMovesFromItsSecondStepOnAndClipsByTheFourthRootOfTheOnesBefore() {
        Adopt rule = new Adopt(0.5).withBetas(0, 0.9999);
        float[] seen = parameters(rule, 1e-3f, 5, -5);
        assertEquals(1, seen[0]);
        assertEquals(1 - 0.5, seen[1], 1e-7);
        assertEquals(0.5 + 0.5 * Math.pow(2, 0.25), seen[2], 1e-6);
        assertEquals(1 - 0.5 * 5 / 1e-3, parameters(rule.withClip(false), 1e-3f, 5)[1], 1e-3);
    }

    @Test
    void squaresThatOverflowStopTheParameter() {
        for (Rule rule : new Rule[] {new AdEMAMix(0.5), new Adan(0.5), new AdaBelief(0.5), new Yogi(0.5)}) {
            assertParameters(rule, of(1e25f, 1, 1), 1, 1, 1);
        }
        assertParameters(new Yogi(0.5), of(1e25f, 1e25f), 1, NAN);
    }

    /** With betas of 0.5 and gradients of 1, 1: no change in the first step, none in the second. */
    @Test
    void adanTakesNoChangeFromItsFirstGradient() {
        Adan rule = new Adan(0.25).withBetas(0.5, 0.5, 0.5).withEpsilon(0);
        assertParameters(rule, of(1, 1), 0.75f, 0.5f);
    }

    /** {@code keras/src/optimizers/lion_test.py}: one step with weights 1 to 4, and 5 with a first gradient of 0.01. */
    @Test
    void lionGivesTheNumbersOfKeras() {
        float[] w = {1, 2, 3, 4};
        Optimizer.of(new Lion(0.5), ParameterStore.wrap(w, new float[] {1, 6, 7, 2})).step();
        assertArrayEquals(new float[] {0.5f, 1.5f, 2.5f, 3.5f}, w);
        float[] seen = parameters(new Lion(1e-3), 0.01f, 0.1f, 0.1f, 0.1f, 0.1f);
        for (int i = 0; i < 5; i++) {
            assertEquals(1 - (i + 1) * 1e-3, seen[i], 3e-7);
        }
    }
}
