package org.lanewise.rule.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Rule;
import org.lanewise.rule.Adadelta;
import org.lanewise.rule.Adagrad;
import org.lanewise.rule.Adam;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Adamax;
import org.lanewise.rule.Asgd;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Momentum;
import org.lanewise.rule.NAdam;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.RAdam;
import org.lanewise.rule.RmsProp;
import org.lanewise.rule.Rprop;
import org.lanewise.rule.Sgd;

/** Every rule gets to a minimum, in at most 1.5 times the steps it was seen to need where not said otherwise. */
class ConvergenceTest {
    static final double NEAR = 1e-3;

    enum Schedule { CONSTANT, LINEAR_TO_ZERO }

    /** {@return the distance from the minimum after these steps} */
    static double distanceAfter(int steps, Rule rule, Schedule schedule, Objective objective) {
        Run run = new Run(rule, objective.start());
        for (int t = 0; t < steps; t++) {
            if (schedule == Schedule.LINEAR_TO_ZERO) {
                run.optimizer().setLearningRate(rule.learningRate() * (steps - t) / steps);
            }
            float[] w = rule.lookAhead().isPresent() ? run.lookAhead() : run.parameters();
            run.stepFromHere(objective.gradient(w));
        }
        return Objective.distance(run.parameters());
    }

    private static void assertConverges(Rule rule, int steps, Schedule schedule, Objective objective) {
        double distance = distanceAfter(steps, rule, schedule, objective);
        assertTrue(distance < NEAR, () -> rule + " is " + distance + " away after " + steps + " steps");
    }

    static Stream<Arguments> onAWellConditionedParabola() {
        return Stream.of(
                arguments(new GradientDescent(0.4), 30),
                arguments(new Momentum(0.3, 0.5), 40),
                arguments(new Nesterov(0.3, 0.5), 25),
                arguments(new Sgd(0.3).withMomentum(0.5), 40),
                arguments(new Sgd(0.3).withMomentum(0.5).withNesterov(true), 25),
                arguments(new Asgd(0.4), 23),
                arguments(new RAdam(0.05), 770),
                arguments(new Rprop(0.05), 60),
                arguments(new RmsProp(0.02), 400),
                arguments(new RmsProp(0.004).withMomentum(0.9), 220),
                arguments(new RmsProp(0.005).withCentered(true), 1000),
                arguments(new Adam(0.05), 260),
                arguments(new Adam(0.1).withAmsgrad(true), 220),
                arguments(new AdamW(0.05).withWeightDecay(1e-4), 260),
                arguments(new NAdam(0.05), 280),
                arguments(new Adamax(0.1), 220),
                arguments(new Adagrad(1), 42),
                arguments(new Adadelta(1), 1240));
    }

    @ParameterizedTest
    @MethodSource("onAWellConditionedParabola")
    void convergesOnAWellConditionedParabola(Rule rule, int steps) {
        assertConverges(rule, steps, Schedule.CONSTANT, Objective.parabola(4));
    }

    /** The rules that normalize the gradient need as many steps as above. RAdam does not in its first steps. */
    static Stream<Arguments> onAnIllConditionedParabola() {
        return Stream.concat(
                Stream.of(
                        arguments(new GradientDescent(0.0019), 6000),
                        arguments(new Momentum(0.003, 0.9), 250),
                        arguments(new Nesterov(0.0012, 0.94), 420),
                        arguments(new Sgd(0.003).withMomentum(0.9), 250),
                        arguments(new Sgd(0.0012).withMomentum(0.94).withNesterov(true), 420),
                        arguments(new Asgd(0.0019).withLambda(1e-5), 6300),
                        arguments(new RAdam(0.002).withBetas(0.9, 0.99), 3060)),
                onAWellConditionedParabola().skip(7));
    }

    @ParameterizedTest
    @MethodSource("onAnIllConditionedParabola")
    void convergesOnAnIllConditionedParabola(Rule rule, int steps) {
        assertConverges(rule, steps, Schedule.CONSTANT, Objective.parabola(1024));
    }

    @Test
    void gradientDescentIsFarAwayWhereMomentumHasConverged() {
        double distance = distanceAfter(420, new GradientDescent(0.0019), Schedule.CONSTANT, Objective.parabola(1024));
        assertTrue(distance > 1, () -> "already " + distance + " away");
    }

    /** Where the learning rate falls to 0, the steps are those with which the fall is slow enough. */
    static Stream<Arguments> onRosenbrock() {
        return Stream.of(
                arguments(new GradientDescent(0.002), 12_000, Schedule.CONSTANT),
                arguments(new Momentum(0.0005, 0.95), 2_200, Schedule.CONSTANT),
                arguments(new Nesterov(0.0005, 0.95), 2_200, Schedule.CONSTANT),
                arguments(new Sgd(0.0005).withMomentum(0.95), 2_200, Schedule.CONSTANT),
                arguments(new Sgd(0.0005).withMomentum(0.95).withNesterov(true), 2_200, Schedule.CONSTANT),
                arguments(new Rprop(0.01), 5_000, Schedule.CONSTANT),
                arguments(new RmsProp(0.01), 9_000, Schedule.LINEAR_TO_ZERO),
                arguments(new RmsProp(0.01).withMomentum(0.9), 3_000, Schedule.LINEAR_TO_ZERO),
                arguments(new RmsProp(0.004).withMomentum(0.9).withCentered(true), 3_000, Schedule.LINEAR_TO_ZERO),
                arguments(new Adam(0.05), 4_000, Schedule.LINEAR_TO_ZERO),
                arguments(new Adam(0.1).withAmsgrad(true), 4_000, Schedule.LINEAR_TO_ZERO),
                arguments(new AdamW(0.05).withWeightDecay(1e-5), 4_000, Schedule.LINEAR_TO_ZERO),
                arguments(new NAdam(0.02), 8_000, Schedule.LINEAR_TO_ZERO),
                arguments(new RAdam(0.001), 15_400, Schedule.CONSTANT),
                arguments(new Adamax(0.3), 4_000, Schedule.LINEAR_TO_ZERO),
                arguments(new Adagrad(0.5), 13_000, Schedule.CONSTANT),
                arguments(new Adadelta(0.2), 12_000, Schedule.LINEAR_TO_ZERO),
                arguments(new Asgd(0.002).withLambda(1e-6), 12_500, Schedule.CONSTANT));
    }

    @ParameterizedTest
    @MethodSource("onRosenbrock")
    void convergesOnRosenbrocksFunction(Rule rule, int steps, Schedule schedule) {
        assertConverges(rule, steps, schedule, Objective.rosenbrock());
    }

    @Test
    void everyRuleIsTriedOnEveryFunction() {
        var all = Stream.concat(RuleCases.all().stream().map(RuleCase::rule), TensorCases.all().stream().map(TensorCase::rule))
                .map(rule -> (Class<?>) rule.getClass()).collect(Collectors.toSet());
        Set<Class<?>> elsewhere = Stream.concat(PaperConvergenceTest.rules(), TensorConvergenceTest.rules()).collect(Collectors.toSet());
        for (Stream<Arguments> tried : Stream.of(onAWellConditionedParabola(), onAnIllConditionedParabola(), onRosenbrock()).toList()) {
            assertEquals(all, Stream.concat(tried.map(row -> (Class<?>) row.get()[0].getClass()), elsewhere.stream())
                    .collect(Collectors.toSet()));
        }
    }
}
