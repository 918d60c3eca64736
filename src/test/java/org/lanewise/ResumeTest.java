package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.Refusals.assertRefused;

import org.junit.jupiter.api.Test;
import org.lanewise.rule.Asgd;
import org.lanewise.rule.Ftrl;
import org.lanewise.rule.GradientDescent;

/** A training that goes on in another optimizer; that all rules leave the same bits then is a law in the package of rules. */
class ResumeTest {
    private final float[] w = {4}, g = {1};
    private final ParameterStore store = ParameterStore.wrap(w, g);

    @Test
    void knowsTheLearningRateOfTheLastStep() {
        Optimizer optimizer = Optimizer.of(new GradientDescent(0.5), store);
        assertEquals(0.5, optimizer.previousLearningRate());
        optimizer.setLearningRate(0.25);
        assertEquals(0.25, optimizer.previousLearningRate());
        optimizer.step();
        optimizer.setLearningRate(2);
        assertEquals(0.25, optimizer.previousLearningRate());
        optimizer.step();
        assertEquals(2, optimizer.previousLearningRate());
    }

    /** Without lambda the parameter moves by the last learning rate. */
    @Test
    void goesOnFromStepsAndLastLearningRate() {
        Optimizer optimizer = Optimizer.builder(store).rule(new Asgd(0.5).withLambda(0)).resume(7, 2).build();
        assertEquals(7, optimizer.steps());
        assertEquals(2, optimizer.previousLearningRate());
        assertEquals(0.5, optimizer.learningRate());
        optimizer.step();
        assertArrayEquals(new float[] {2}, w);
        optimizer.step();
        assertArrayEquals(new float[] {1.5f}, w);
        assertEquals(9, optimizer.steps());
    }

    @Test
    void hasNoLastLearningRateAfterNoSteps() {
        Optimizer optimizer = Optimizer.builder(store).rule(new Asgd(0.5).withLambda(0)).resume(3, 2).resume(0, Double.NaN).build();
        assertEquals(0.5, optimizer.previousLearningRate());
        optimizer.step();
        assertArrayEquals(new float[] {3.5f}, w);
    }

    @Test
    void refusesWhatNoTrainingHasDone() {
        OptimizerBuilder builder = Optimizer.builder(store).rule(new GradientDescent(0.5)).resume(2, 0.25);
        assertRefused(IllegalArgumentException.class, "steps must be at least 0, got -1", () -> builder.resume(-1, 0.1));
        assertRefused(IllegalArgumentException.class, "learningRate must be finite and at least 0, got -0.1",
                () -> builder.resume(1, -0.1));
        Optimizer optimizer = builder.build();
        assertEquals(2, optimizer.steps());
        assertEquals(0.25, optimizer.previousLearningRate());
    }

    @Test
    void refusesALastLearningRateThatTheRuleCannotStepWith() {
        OptimizerBuilder builder = Optimizer.builder(store).rule(new Ftrl(0.5));
        assertRefused(IllegalArgumentException.class, "learningRate must be between 1.0E-19 and 1.0E19, got 0.0",
                () -> builder.resume(1, 0));
    }

    @Test
    void saysWhereItGoesOn() {
        OptimizerBuilder builder = Optimizer.builder(store).rule(new GradientDescent(0.1)).width(Width.SCALAR).resume(7, 0.1);
        assertEquals("GradientDescent[learningRate=0.1] at SCALAR, steps: 7, over " + store, builder.toString());
        assertEquals("GradientDescent[learningRate=0.1] at SCALAR, steps: 7", builder.build().toString());
    }
}
