package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.lanewise.Rule;

/** What hostile gradients do to rules that divide a mean by a root of squares. */
final class AdamsKind {
    private static final float NAN = Float.NaN;

    private AdamsKind() {}

    static void assertRestsAndCoastsOn(Rule rule) {
        RuleContract.assertParameters(rule, new float[] {0, -0f, 0}, 1, 1, 1);
        float[] seen = RuleContract.parameters(rule, 1, 1, 1, 0);
        assertTrue(seen[2] < seen[1], rule::toString);
    }

    static void assertHardlyMovesBelowEpsilon(Rule rule) {
        RuleContract.assertParameters(rule, new float[] {1e-30f, 1e-30f, 1e-30f}, 1, 1, 1);
    }

    static void assertIsNaNFromNaNOn(Rule rule) {
        RuleContract.assertParameters(rule, new float[] {NAN, 1, 1}, NAN, NAN, NAN);
    }

    static void assertIsNaNFromInfinityOn(Rule rule) {
        RuleContract.assertParameters(rule, new float[] {Float.POSITIVE_INFINITY, 1, 1}, NAN, NAN, NAN);
        RuleContract.assertParameters(rule, new float[] {Float.NEGATIVE_INFINITY, 1, 1}, NAN, NAN, NAN);
    }

    static void assertStopsWhereASquareOverflows(Rule rule) {
        RuleContract.assertParameters(rule, new float[] {1e25f, 1, 1}, 1, 1, 1);
    }

    /** Without epsilon, and without a first square. */
    static void assertIsNaNFromZeroOn(Rule rule) {
        RuleContract.assertParameters(rule, new float[] {0, 1}, NAN, NAN);
    }
}
