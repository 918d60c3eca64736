package org.lanewise.rule;

import static java.lang.Double.MAX_VALUE;
import static java.lang.Double.MIN_VALUE;
import static java.lang.Double.NEGATIVE_INFINITY;
import static java.lang.Double.NaN;
import static java.lang.Double.POSITIVE_INFINITY;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.Refusals.assertRefused;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Rule;
import org.lanewise.tool.RuleTable;

/** The range of every hyperparameter: its ends are accepted, what lies beyond is refused by name and value. */
class RuleValidationTest {
    private static final double BELOW_1 = Math.nextDown(1.0);
    private static final double ABOVE_1 = Math.nextUp(1.0);

    /** A range in the words of its message, values at its ends, and values outside. */
    private record Range(String words, double[] legal, double[] illegal) {
        static final Range FROM_0 = new Range("finite and at least 0", values(0, -0.0, MIN_VALUE, 1, MAX_VALUE),
                values(-MIN_VALUE, -1, NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN));
        static final Range FRACTION = new Range("in [0, 1)", values(0, -0.0, MIN_VALUE, BELOW_1),
                values(-MIN_VALUE, 1, NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN));
        static final Range FRACTION_OR_1 = new Range("in [0, 1]", values(0, -0.0, MIN_VALUE, 1),
                values(-MIN_VALUE, ABOVE_1, NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN));
        static final Range FINITE = new Range("finite", values(-MAX_VALUE, -1, 0, MAX_VALUE),
                values(NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN));
        static final Range INSIDE_0_AND_1 = new Range("in (0, 1)", values(MIN_VALUE, BELOW_1),
                values(-1, 0, -0.0, 1, NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN));
        static final Range ABOVE = new Range("finite and above 1", values(ABOVE_1, MAX_VALUE),
                values(-2, 0, 1, NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN));

        static final Range ABOVE_0 = new Range("finite and above 0", values(MIN_VALUE, MAX_VALUE),
                values(-1, 0, -0.0, NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN));

        static final Range UP_TO_0 = new Range("finite and at most 0", values(-MAX_VALUE, -0.8, -0.0, 0),
                values(MIN_VALUE, 1, NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN));

        static Range from(double least) {
            return new Range("finite and at least " + least, values(least, MAX_VALUE),
                    values(Math.nextDown(least), -1, NEGATIVE_INFINITY, POSITIVE_INFINITY, NaN));
        }

        private static double[] values(double... values) {
            return values;
        }
    }

    /** One hyperparameter of one rule. */
    private record Row(Rule rule, String name, Range range) {
        @Override
        public String toString() {
            return rule.getClass().getSimpleName() + "." + name + " " + range.words;
        }
    }

    static Stream<Row> rows() {
        Rule sgd = new Sgd(1), rprop = new Rprop(1, 0.5, 1.2, 0, MAX_VALUE), rmsProp = new RmsProp(1);
        Rule adagrad = new Adagrad(1), adadelta = new Adadelta(1), asgd = new Asgd(1);
        Stream<Row> rows = Stream.of(
                new Row(new GradientDescent(1), "learningRate", Range.FROM_0),
                new Row(new Momentum(1), "learningRate", Range.FROM_0),
                new Row(new Momentum(1), "beta", Range.FRACTION),
                new Row(new Nesterov(1), "learningRate", Range.FROM_0),
                new Row(new Nesterov(1), "beta", Range.FRACTION),
                new Row(sgd, "learningRate", Range.FROM_0),
                new Row(sgd, "momentum", Range.FROM_0),
                new Row(sgd, "dampening", Range.FINITE),
                new Row(sgd, "weightDecay", Range.FROM_0),
                new Row(rprop, "learningRate", Range.FROM_0),
                new Row(rprop, "etaMinus", Range.INSIDE_0_AND_1),
                new Row(rprop, "etaPlus", Range.ABOVE),
                new Row(rprop, "minStep", Range.FROM_0),
                new Row(new Rprop(1, 0.5, 1.2, 1e-6, 50), "maxStep", Range.from(1e-6)),
                new Row(rmsProp, "learningRate", Range.FROM_0),
                new Row(rmsProp, "alpha", Range.FRACTION_OR_1),
                new Row(rmsProp, "epsilon", Range.FROM_0),
                new Row(rmsProp, "weightDecay", Range.FROM_0),
                new Row(rmsProp, "momentum", Range.FROM_0),
                new Row(adadelta, "rho", Range.FRACTION_OR_1),
                new Row(rmsProp, "initialAccumulator", Range.FROM_0),
                new Row(new Adam(1), "epsilonRoot", Range.FROM_0),
                new Row(new AdamW(1), "epsilonRoot", Range.FROM_0),
                new Row(new NAdam(1), "momentumDecay", Range.FROM_0));
        return Stream.of(rows, fromZero(adagrad, "learningRate", "learningRateDecay", "initialAccumulator", "epsilon", "weightDecay"),
                fromZero(adadelta, "learningRate", "epsilon", "weightDecay"),
                fromZero(asgd, "learningRate", "lambda", "alpha", "t0", "weightDecay"),
                Stream.of(new Adam(1), new AdamW(1), new NAdam(1), new RAdam(1), new Adamax(1)).flatMap(RuleValidationTest::ofAdamsKind))
                .flatMap(Function.identity());
    }

    private static Stream<Row> fromZero(Rule rule, String... names) {
        return Stream.of(names).map(name -> new Row(rule, name, Range.FROM_0));
    }

    private static Stream<Row> ofAdamsKind(Rule rule) {
        return Stream.concat(fromZero(rule, "learningRate", "epsilon", "weightDecay"),
                Stream.of(new Row(rule, "beta1", Range.FRACTION), new Row(rule, "beta2", Range.FRACTION)));
    }

    static Stream<Row> paperRows() {
        Rule lion = new Lion(1), signum = new Signum(1), ftrl = new Ftrl(1), yogi = new Yogi(1);
        Rule lars = new Lars(1), adafactor = new Adafactor(1);
        Stream<Row> rows = Stream.of(
                new Row(lion, "beta1", Range.FRACTION),
                new Row(lion, "beta2", Range.FRACTION),
                new Row(signum, "beta", Range.FRACTION),
                new Row(ftrl, "learningRate", Range.ABOVE_0),
                new Row(new AdEMAMix(1), "beta3", Range.FRACTION),
                new Row(new Adan(1), "beta3", Range.FRACTION),
                new Row(new ScheduleFreeSgd(1), "beta", Range.FRACTION),
                new Row(yogi, "beta1", Range.FRACTION),
                new Row(yogi, "beta2", Range.FRACTION),
                new Row(lars, "momentum", Range.FRACTION),
                new Row(new Lamb(1), "lowerTrustBound", Range.FROM_0),
                new Row(new Lamb(1).withTrustBounds(0.5, 1), "upperTrustBound", new Range("at least lowerTrustBound 0.5",
                        Range.values(0.5, MAX_VALUE, POSITIVE_INFINITY), Range.values(Math.nextDown(0.5), -1, NEGATIVE_INFINITY, NaN))),
                new Row(adafactor, "beta2Decay", Range.UP_TO_0),
                new Row(adafactor, "clippingThreshold", Range.ABOVE_0));
        return Stream.of(rows, fromZero(lion, "learningRate", "weightDecay"), fromZero(signum, "learningRate", "weightDecay"),
                fromZero(ftrl, "beta", "l1", "l2", "l2Shrinkage", "initialAccumulator"), fromZero(new AdEMAMix(1), "alpha"),
                fromZero(yogi, "learningRate", "epsilon", "initialAccumulator"),
                fromZero(new ScheduleFreeSgd(1), "learningRate", "weightDecay"),
                fromZero(lars, "learningRate", "weightDecay", "trustCoefficient", "epsilon"),
                fromZero(adafactor, "learningRate", "epsilon1", "epsilon2", "weightDecay"),
                Stream.of(new AdEMAMix(1), new Adan(1), new Adopt(1), new AdaBelief(1), new ScheduleFreeAdamW(1),
                        new Lamb(1), new NovoGrad(1))
                        .flatMap(RuleValidationTest::ofAdamsKind))
                .flatMap(Function.identity());
    }

    @ParameterizedTest
    @MethodSource({"rows", "paperRows"})
    void acceptsItsRange(Row row) {
        for (double legal : row.range.legal) {
            assertEquals(legal, RuleClasses.get(RuleClasses.with(row.rule, row.name, legal), row.name));
        }
    }

    @ParameterizedTest
    @MethodSource({"rows", "paperRows"})
    void refusesWhatIsOutsideItsRange(Row row) {
        for (double illegal : row.range.illegal) {
            assertRefused(IllegalArgumentException.class, row.name + " must be " + row.range.words + ", got " + illegal,
                    () -> RuleClasses.with(row.rule, row.name, illegal));
        }
    }

    @Test
    void everyHyperparameterHasARow() {
        Set<String> compiled = new TreeSet<>();
        RuleClasses.all().forEach(rule ->
                RuleClasses.numbers(rule).forEach(name -> compiled.add(rule.getSimpleName() + "." + name)));
        Set<String> rows = new TreeSet<>();
        Stream.concat(rows(), paperRows()).forEach(row -> rows.add(row.rule.getClass().getSimpleName() + "." + row.name));
        assertEquals(compiled, rows);
    }

    /** Holds for rules that have no rows above, too. */
    @Test
    void everyNumberOfEveryRuleRefusesNaN() {
        List<String> accepted = new ArrayList<>();
        for (Class<?> rule : RuleClasses.all()) {
            assertTrue(rule.isRecord(), rule.getName());
            List<Rule> legal = RuleTable.all().stream().filter(rule::isInstance).toList();
            assertTrue(!legal.isEmpty(), () -> rule.getName() + " is not in RuleTable");
            for (String name : RuleClasses.numbers(rule)) {
                try {
                    accepted.add(RuleClasses.with(legal.getFirst(), name, NaN).toString());
                } catch (IllegalArgumentException e) {
                    assertTrue(e.getMessage().startsWith(name + " must be ") && e.getMessage().endsWith(", got NaN"), e.getMessage());
                }
            }
        }
        assertEquals(List.of(), accepted);
    }

    @Test
    void refusesStepBoundsInTheWrongOrder() {
        assertRefused(IllegalArgumentException.class, "maxStep must be finite and at least 51.0, got 50.0",
                () -> new Rprop(1).withSteps(51, 50));
        assertEquals(50, new Rprop(1).withSteps(50, 50).minStep());
    }

    @Test
    void refusesAWarmupBelowZero() {
        assertRefused(IllegalArgumentException.class, "warmup must be at least 0, got -1", () -> new AdEMAMix(1).withWarmup(-1));
        assertRefused(IllegalArgumentException.class, "warmup must be at least 0, got -2", () -> new ScheduleFreeSgd(1).withWarmup(-2));
        assertRefused(IllegalArgumentException.class, "warmup must be at least 0, got -3", () -> new ScheduleFreeAdamW(1).withWarmup(-3));
        assertEquals(Long.MAX_VALUE, new AdEMAMix(1).withWarmup(Long.MAX_VALUE).warmup());
    }

    @Test
    void refusesNesterovWithoutMomentumOrWithDampening() {
        assertRefused(IllegalArgumentException.class, "momentum must be above 0 with nesterov, got 0.0",
                () -> new Sgd(1).withNesterov(true));
        assertRefused(IllegalArgumentException.class, "momentum must be above 0 with nesterov, got 0.0",
                () -> new Sgd(1).withMomentum(0.9).withNesterov(true).withMomentum(0));
        assertRefused(IllegalArgumentException.class, "dampening must be 0 with nesterov, got 0.1",
                () -> new Sgd(1).withMomentum(0.9).withDampening(0.1).withNesterov(true));
        assertRefused(IllegalArgumentException.class, "dampening must be 0 with nesterov, got -0.1",
                () -> new Sgd(1).withMomentum(0.9).withNesterov(true).withDampening(-0.1));
        assertTrue(new Sgd(1).withMomentum(MIN_VALUE).withNesterov(true).withDampening(-0.0).nesterov());
    }

    @Test
    void refusesEpsilonHatWithWhatIsSaidOfCorrectedSquares() {
        for (Function<Boolean, Runnable> rule : List.<Function<Boolean, Runnable>>of(
                last -> () -> new Adam(1).withEpsilonRoot(last ? 1e-8 : 0).withEpsilonHat(true).withEpsilonRoot(1e-8),
                last -> () -> new AdamW(1).withEpsilonRoot(last ? 1e-8 : 0).withEpsilonHat(true).withEpsilonRoot(1e-8))) {
            for (boolean last : new boolean[] {true, false}) {
                assertRefused(IllegalArgumentException.class, "epsilonRoot must be 0 with epsilonHat, got 1.0E-8", rule.apply(last));
            }
        }
        String message = "correctedMaximum must be false with epsilonHat, got true";
        assertRefused(IllegalArgumentException.class, message, () -> new Adam(1).withEpsilonHat(true).withCorrectedMaximum(true));
        assertRefused(IllegalArgumentException.class, message, () -> new AdamW(1).withCorrectedMaximum(true).withEpsilonHat(true));
    }

    @Test
    void shortFormsCheckTheirArguments() {
        String message = "learningRate must be finite and at least 0, got -1.0";
        for (Runnable call : List.<Runnable>of(() -> new GradientDescent(-1), () -> new Momentum(-1), () -> new Nesterov(-1),
                () -> new Sgd(-1), () -> new Rprop(-1), () -> new RmsProp(-1), () -> new Adam(-1), () -> new AdamW(-1),
                () -> new NAdam(-1), () -> new RAdam(-1), () -> new Adamax(-1), () -> new Adagrad(-1), () -> new Adadelta(-1),
                () -> new Asgd(-1), () -> new Lion(-1), () -> new Signum(-1), () -> new AdEMAMix(-1), () -> new Adan(-1),
                () -> new Adopt(-1), () -> new AdaBelief(-1), () -> new Yogi(-1), () -> new ScheduleFreeSgd(-1),
                () -> new ScheduleFreeAdamW(-1), () -> new Lars(-1), () -> new Lamb(-1), () -> new NovoGrad(-1),
                () -> new Adafactor(-1))) {
            assertRefused(IllegalArgumentException.class, message, call);
        }
        assertRefused(IllegalArgumentException.class, "beta1 must be in [0, 1), got 1.0", () -> new Adam(1).withBetas(1, 0.5));
        assertRefused(IllegalArgumentException.class, "beta2 must be in [0, 1), got 1.2", () -> new Adam(1).withBetas(0.5, 1.2));
    }
}
