package org.lanewise.schedule;

import java.util.List;

/** One of each kind and option. */
final class Samples {
    private static final Level TENTH = Level.fraction(0.1);

    private Samples() {}

    /** Those whose value is in proportion to the base. */
    static List<Schedule> inProportion() {
        return List.of(
                Schedule.constant(), Schedule.constant(0.3), new Constant(0.3, 7), new Constant(0.3, 7).inChain(),
                Schedule.linear(0, 1, 20), Schedule.linear(1, 0.1, 20), new Linear(0.2, 1, 20).inChain(),
                Schedule.exponential(0.9), Schedule.exponential(0.9).inChain(), Schedule.exponential(0.5).every(8),
                Schedule.stepDecay(5, 0.5), Schedule.multiStepDecay(0.3, 0, 4, 9), Schedule.polynomial(20, 1),
                Schedule.polynomial(20, 2.5).downToFraction(0.1), Schedule.polynomial(20, 0.5), Schedule.inverseSquareRoot(5),
                Schedule.cosine(20), Schedule.cosine(20).downToFraction(0.1), Schedule.cosine(20).risingAgain(),
                Schedule.cosineWarmRestarts(5), Schedule.cosineWarmRestarts(4).growing(2).downToFraction(0.1),
                Schedule.cosineHardRestarts(20, 2.5), Schedule.cyclic(TENTH, Level.fraction(1), 4).withDown(3),
                Schedule.cyclic(TENTH, Level.fraction(1), 4).halving(), Schedule.cyclic(TENTH, Level.fraction(1), 4).shrinking(0.9),
                Schedule.oneCycle(20), Schedule.oneCycle(20).along(Curve.LINEAR).inThreePhases().withDivisors(10, 50),
                Schedule.warmUp(6), Schedule.warmUp(6).withoutZeroStep(), Schedule.warmUp(6).from(0.2).along(Curve.COSINE),
                Schedule.warmUp(6).along(Curve.ONE_MINUS_SQRT).thenCosine(20), Schedule.warmUp(6).thenLinear(20),
                Schedule.warmUp(6).thenInverseSquareRoot(), Schedule.warmUpStableDecay(5, 5, 10),
                Schedule.warmUpStableDecay(5, 0, 10).along(Curve.COSINE, Curve.ONE_MINUS_SQRT).downToFraction(0.1),
                Schedule.piecewiseConstant().after(3, 0.5).after(9, 2), Schedule.piecewiseLinear().after(0, 0).after(5, 1).after(20, 0),
                new Piecewise(List.of(new Piecewise.Point(10, 0.1)), Piecewise.Between.COSINE),
                Schedule.annealing(TENTH, 10), new Annealing(TENTH, 10, Curve.LINEAR), Schedule.cosine(20).warmedUp(5),
                Schedule.exponential(0.5).notBelow(TENTH),
                Schedule.linear(1, 0, 8).then(4, Schedule.constant(0.5)));
    }

    /** Those with values of their own. */
    static List<Schedule> withValues() {
        return List.of(Schedule.polynomial(20, 2).downTo(1e-3), Schedule.cosine(20).downTo(1e-3),
                Schedule.cosineWarmRestarts(5).downTo(1e-3), Schedule.annealing(Level.value(0.05), 10),
                Schedule.cyclic(Level.value(0.001), Level.value(0.1), 4), Schedule.oneCycle(20).momentum(0.85, 0.95),
                Schedule.cyclic(TENTH, TENTH, 4).momentum(0.8, 0.9), (step, base) -> base / step);
    }
}
