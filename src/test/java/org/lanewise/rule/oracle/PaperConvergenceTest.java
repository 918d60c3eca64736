package org.lanewise.rule.oracle;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Rule;
import org.lanewise.rule.AdEMAMix;
import org.lanewise.rule.AdaBelief;
import org.lanewise.rule.Adan;
import org.lanewise.rule.Adopt;
import org.lanewise.rule.Ftrl;
import org.lanewise.rule.Lion;
import org.lanewise.rule.ScheduleFreeAdamW;
import org.lanewise.rule.ScheduleFreeSgd;
import org.lanewise.rule.Signum;
import org.lanewise.rule.Yogi;
import org.lanewise.rule.oracle.ConvergenceTest.Schedule;

/**
 * Every rule that PyTorch does not have gets to a minimum, in at most 1.5 times the steps it was seen to need: to parabolas, well and ill
 * conditioned, and to Rosenbrock's function. The learning rate falls to 0 but for FTRL, which rescales its parameters with it, and the
 * schedule-free rules.
 */
class PaperConvergenceTest {
    private static Stream<Arguments> rows() {
        return Stream.of(
                arguments(new Lion(0.003), 2700, 2700, 4700),
                arguments(new Signum(0.003), 2500, 2500, 3700),
                arguments(new Ftrl(0.3), 320, 320, 13_500),
                arguments(new AdEMAMix(0.05).withBetas(0.9, 0.999, 0.99).withAlpha(1), 550, 550, 2700),
                arguments(new Adan(0.05), 900, 900, 1500),
                arguments(new Adopt(0.1).withBetas(0.9, 0.99), 340, 340, 1900),
                arguments(new AdaBelief(0.05), 260, 260, 4500),
                arguments(new Yogi(0.1), 240, 240, 4500));
    }

    /** An average of all points forgets the first ones slowly; each function has a learning rate of its own. */
    private static Stream<Arguments> scheduleFree() {
        ScheduleFreeAdamW adamW = new ScheduleFreeAdamW(0.05).withBetas(0.98, 0.99);
        return Stream.of(
                arguments(new ScheduleFreeSgd(0.3), 380, Objective.parabola(4)),
                arguments(new ScheduleFreeSgd(0.015), 8000, Objective.parabola(1024)),
                arguments(new ScheduleFreeSgd(0.005), 47_000, Objective.rosenbrock()),
                arguments(new ScheduleFreeAdamW(0.2), 570, Objective.parabola(4)),
                arguments(new ScheduleFreeAdamW(0.2), 570, Objective.parabola(1024)),
                arguments(adamW, 11_500, Objective.rosenbrock()));
    }

    /** {@return the rules that are tried on every function} */
    static Stream<Class<?>> rules() {
        return Stream.concat(rows(), scheduleFree()).map(row -> row.get()[0].getClass());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void converges(Rule rule, int wellConditioned, int illConditioned, int rosenbrock) {
        assertConverges(rule, wellConditioned, Objective.parabola(4));
        assertConverges(rule, illConditioned, Objective.parabola(1024));
        assertConverges(rule, rosenbrock, Objective.rosenbrock());
    }

    @ParameterizedTest
    @MethodSource("scheduleFree")
    void convergesWithoutSchedule(Rule rule, int steps, Objective objective) {
        assertConverges(rule, steps, objective);
    }

    private static void assertConverges(Rule rule, int steps, Objective objective) {
        Schedule schedule = switch (rule) {
            case Ftrl _, ScheduleFreeSgd _, ScheduleFreeAdamW _ -> Schedule.CONSTANT;
            default -> Schedule.LINEAR_TO_ZERO;
        };
        double distance = ConvergenceTest.distanceAfter(steps, rule, schedule, objective);
        assertTrue(distance < ConvergenceTest.NEAR, () -> rule + " is " + distance + " away after " + steps + " steps");
    }
}
