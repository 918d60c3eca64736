package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.fail;
import static org.lanewise.Refusals.assertRefused;

import org.junit.jupiter.api.Test;
import org.lanewise.rule.Nesterov;
import org.lanewise.tool.RuleTable;
import org.lanewise.verify.Values;

/** {@code step(Runnable)}: look-ahead if there is one, gradients, update. */
class WholeStepTest {
    @Test
    void isWhatTheSingleCallsDoForEveryRule() {
        for (Rule rule : RuleTable.firstOfEach().values()) {
            float[] g = new float[33], wholly = Values.NORMAL.array(33, 1), singly = wholly.clone();
            Optimizer one = Optimizer.of(rule, ParameterStore.wrap(wholly, new float[33]));
            Optimizer two = Optimizer.of(rule, ParameterStore.wrap(singly, g));
            for (int step = 0; step < 3; step++) {
                one.step(() -> gradientsOf(wholly, one.store().tensors().getFirst().gradient().array()));
                if (rule.lookAhead().isPresent()) {
                    two.lookAhead();
                }
                gradientsOf(singly, g);
                two.step();
            }
            assertArrayEquals(singly, wholly, rule.toString());
            assertEquals(3, one.steps());
        }
    }

    private static void gradientsOf(float[] parameters, float[] gradients) {
        for (int i = 0; i < parameters.length; i++) {
            gradients[i] = parameters[i] * (i - 16) + 1;
        }
    }

    @Test
    void gradientsThatThrowLeaveTheStepToBeCompletedWithoutLookingAheadAgain() {
        float[] w = {1, 2}, expected = w.clone(), g = {3, 4};
        Optimizer optimizer = Optimizer.of(new Nesterov(0.1), ParameterStore.wrap(w, g));
        Optimizer undisturbed = Optimizer.of(new Nesterov(0.1), ParameterStore.wrap(expected, g.clone()));
        optimizer.step(() -> {});
        undisturbed.step(() -> {});
        assertThrowsExactly(ArithmeticException.class, () -> optimizer.step(() -> {
            throw new ArithmeticException("no gradients");
        }));
        assertEquals(1, optimizer.steps());
        optimizer.step(() -> {});
        undisturbed.step(() -> {});
        assertArrayEquals(expected, w);
        assertEquals(2, optimizer.steps());
    }

    @Test
    void completesAStepThatHasLookedAheadAlready() {
        float[] w = {1}, expected = {1};
        Optimizer optimizer = Optimizer.of(new Nesterov(0.1), ParameterStore.wrap(w, new float[] {3}));
        Optimizer.of(new Nesterov(0.1), ParameterStore.wrap(expected, new float[] {3})).step(() -> {});
        optimizer.lookAhead();
        optimizer.step(() -> {});
        assertArrayEquals(expected, w);
    }

    @Test
    void aClosedStoreIsRefusedBeforeGradientsAreComputed() {
        ParameterStore store = ParameterStore.wrap(new float[1], new float[1]);
        Optimizer optimizer = Optimizer.of(new Nesterov(0.1), store);
        store.close();
        assertRefused(IllegalStateException.class, "store is closed", () -> optimizer.step(() -> fail("no gradients are needed")));
        assertEquals(0, optimizer.steps());
    }
}
