package org.lanewise.rule.oracle;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Rule;
import org.lanewise.rule.Adafactor;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Lamb;
import org.lanewise.rule.Lars;
import org.lanewise.rule.NovoGrad;
import org.lanewise.rule.oracle.ConvergenceTest.Schedule;

/**
 * Every rule that looks at whole tensors gets to a minimum, in at most 1.5 times the steps it was seen to need: to parabolas, well and ill
 * conditioned, and to Rosenbrock's function. The learning rate falls to 0, since steps do not get shorter with the gradient.
 */
class TensorConvergenceTest {
    private static Stream<Arguments> rows() {
        return Stream.of(
                arguments(new Lars(0.003).withTrustCoefficient(1).withWeightDecay(0), 350, 430, 2600),
                arguments(new Lamb(0.02).withWeightDecay(0), 430, 540, 4000),
                arguments(new NovoGrad(0.05), 430, 1300, 850),
                arguments(new Adafactor(0.02), 1000, 1000, 17_000),
                arguments(new AdamW(0.1).withWeightDecay(0).withUpdateClipping(true), 300, 300, 3200));
    }

    /** {@return the rules that are tried on every function} */
    static Stream<Class<?>> rules() {
        return rows().map(row -> row.get()[0].getClass());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void converges(Rule rule, int wellConditioned, int illConditioned, int rosenbrock) {
        assertConverges(rule, wellConditioned, Objective.parabola(4));
        assertConverges(rule, illConditioned, Objective.parabola(1024));
        assertConverges(rule, rosenbrock, Objective.rosenbrock());
    }

    private static void assertConverges(Rule rule, int steps, Objective objective) {
        double distance = ConvergenceTest.distanceAfter(steps, rule, Schedule.LINEAR_TO_ZERO, objective);
        assertTrue(distance < ConvergenceTest.NEAR, () -> rule + " is " + distance + " away after " + steps + " steps");
    }
}
