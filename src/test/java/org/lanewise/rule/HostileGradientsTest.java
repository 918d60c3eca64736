package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;

/** What the rules' documentation says of gradients that are zero, tiny, huge, infinite or NaN. */
class HostileGradientsTest {
    private static final float START = 2;

    /** What becomes of one parameter and its states, parameter first, with one gradient after another. */
    private static float[] after(Rule rule, float... gradients) {
        float[] w = {START};
        float[] g = new float[1];
        ParameterStore store = ParameterStore.wrap(w, g);
        Optimizer optimizer = Optimizer.of(rule, store);
        for (float gradient : gradients) {
            g[0] = gradient;
            optimizer.step();
        }
        float[] planes = new float[1 + rule.states().size()];
        planes[0] = w[0];
        for (int k = 1; k < planes.length; k++) {
            planes[k] = store.tensors().getFirst().state(rule.states().get(k - 1).name()).get(0);
        }
        return planes;
    }

    private static float[] times(int n, float gradient) {
        float[] gradients = new float[n];
        Arrays.fill(gradients, gradient);
        return gradients;
    }

    /** Without decay of any kind. */
    static Stream<Rule> rules() {
        return Stream.concat(dividing(), Stream.of(new Asgd(0.25).withLambda(0)));
    }

    static Stream<Rule> dividing() {
        return Stream.of(new Adam(0.25), new AdamW(0.25).withWeightDecay(0), new NAdam(0.25), new RAdam(0.25), new Adamax(0.25),
                new Adagrad(0.25), new Adadelta(0.25), new RmsProp(0.25));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void zerosMoveNothing(Rule rule) {
        assertEquals(START, after(rule, times(8, 0))[0]);
        assertEquals(START, after(rule, times(8, -0.0f))[0]);
    }

    @Test
    void decoupledDecayAndLambdaMoveWithoutAGradient() {
        assertEquals(START / 2, after(new AdamW(0.25).withWeightDecay(2), 0)[0]);
        assertEquals(START / 2, after(new NAdam(0.25).withWeightDecay(2).withDecoupledWeightDecay(true), 0)[0]);
        assertEquals(START / 2, after(new RAdam(0.25).withWeightDecay(2).withDecoupledWeightDecay(true), 0)[0]);
        assertEquals(START / 2, after(new Asgd(0.25).withLambda(2), 0)[0]);
    }

    @ParameterizedTest
    @MethodSource("dividing")
    void zerosWithoutEpsilonAreNaN(Rule rule) {
        assertEquals(Float.NaN, after(RuleClasses.with(rule, "epsilon", 0.0), times(8, 0))[0]);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void oneNaNIsForGood(Rule rule) {
        for (float plane : after(rule, 1, Float.NaN, 1, 1, 1, 1, 1, 1)) {
            assertEquals(Float.NaN, plane);
        }
    }

    @ParameterizedTest
    @MethodSource("dividing")
    void oneInfinityIsNaNForGood(Rule rule) {
        assertEquals(Float.NaN, after(rule, 1, Float.POSITIVE_INFINITY, 1, 1, 1, 1, 1, 1)[0]);
    }

    @Test
    void oneInfinityIsAnInfiniteMoveWhereNothingDivides() {
        assertEquals(Float.NEGATIVE_INFINITY, after(new Asgd(0.25), 1, Float.POSITIVE_INFINITY, 1, 1)[0]);
        assertEquals(Float.NEGATIVE_INFINITY, after(new RAdam(0.25), 1, Float.POSITIVE_INFINITY, 1, 1, 1)[0]);
    }

    /** Their squares overflow, but not they. */
    @Test
    void hugeGradientsStopRulesThatSquareThem() {
        for (Rule rule : List.of(new Adam(0.25), new AdamW(0.25).withWeightDecay(0), new NAdam(0.25), new Adagrad(0.25), new Adadelta(0.25),
                new RmsProp(0.25))) {
            assertEquals(START, after(rule, 1e21f, 1, 1, 1)[0], rule::toString);
        }
        float[] once = after(new RAdam(0.25), 1e21f, 0, 0, 0, 0);
        assertEquals(once[0], after(new RAdam(0.25), 1e21f, 0, 0, 0, 0, 1, 1)[0]);
    }

    @Test
    void adamaxTakesGradientsOfAnySizeAlike() {
        Adamax rule = new Adamax(0.25).withEpsilon(0);
        float moved = after(rule, 1, 3, -2)[0];
        assertTrue(moved < START);
        for (int exponent : new int[] {-100, 100}) {
            assertEquals(moved, after(rule, Math.scalb(1f, exponent), Math.scalb(3f, exponent), Math.scalb(-2f, exponent))[0]);
        }
    }

    @Test
    void tinyGradientsAreDividedByEpsilonAlone() {
        float[] planes = after(new Adagrad(1e27), 1e-30f);
        assertEquals(0, planes[1]);
        assertEquals(START + 1e-30f * -1e27f / 1e-10f, planes[0]);
        assertEquals(START, after(new Adadelta(1), 1e-30f, 1e-30f)[0]);
        assertEquals(START, after(new AdamW(0.25).withWeightDecay(0), 1e-30f, 1e-30f)[0]);
    }
}
