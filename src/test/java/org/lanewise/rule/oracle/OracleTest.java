package org.lanewise.rule.oracle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lanewise.Rule;
import org.lanewise.rule.Adadelta;
import org.lanewise.rule.Adagrad;
import org.lanewise.rule.Adam;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Adamax;
import org.lanewise.rule.Asgd;
import org.lanewise.rule.Ftrl;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Momentum;
import org.lanewise.rule.NAdam;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.RAdam;
import org.lanewise.rule.RmsProp;
import org.lanewise.rule.Rprop;
import org.lanewise.rule.Sgd;
import org.lanewise.rule.Yogi;

/** The comparison of {@link OracleProperties} finds the mistakes that are commonly made; its table has every rule. */
class OracleTest {
    static void assertDetects(RuleCase rule, Oracle mistaken) {
        assertDoesNotThrow(() -> tryOut(rule, rule.oracle()));
        assertThrows(AssertionError.class, () -> tryOut(rule, mistaken));
    }

    private static void tryOut(RuleCase rule, Oracle oracle) {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 5; i++) {
            Trial.fromTheStart(rule, new Comparison(rule, oracle), random, 3);
            Trial.fromAnyStates(rule, new Comparison(rule, oracle), random);
        }
    }

    @Test
    void everyRuleOfTheLibraryIsInTheTable() throws IOException, URISyntaxException {
        Path classes = Path.of(Adam.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Set<String> tried = Stream.concat(RuleCases.all().stream().map(RuleCase::rule), TensorCases.all().stream().map(TensorCase::rule))
                .map(rule -> rule.getClass().getName()).collect(Collectors.toSet());
        try (var files = Files.list(classes.resolve("org/lanewise/rule"))) {
            Set<String> there = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".class") && !name.contains("$") && !name.contains("-"))
                    .map(name -> "org.lanewise.rule." + name.substring(0, name.length() - ".class".length()))
                    .filter(OracleTest::isRule).collect(Collectors.toSet());
            assertEquals(there, tried);
        }
    }

    private static boolean isRule(String name) {
        try {
            return Rule.class.isAssignableFrom(Class.forName(name));
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void statesStartAtZeroOrWhereTheirRuleSays() {
        for (RuleCase rule : RuleCases.all()) {
            float[][] planes = new Run(rule.rule(), new float[] {3}).planes();
            for (int k = 2; k < planes.length; k++) {
                double start = start(rule.rule(), rule.rule().states().get(k - 2).name());
                assertEquals((float) start, Math.abs(planes[k][0]), rule::toString);
            }
            assertArrayEquals(new float[] {3}, planes[0]);
        }
    }

    private static double start(Rule rule, String state) {
        return switch (rule) {
            case Adagrad adagrad when state.equals("sum") -> adagrad.initialAccumulator();
            case Rprop rprop when state.equals("s") -> rprop.learningRate();
            case Ftrl ftrl when state.equals("n") -> ftrl.initialAccumulator();
            case RmsProp rmsProp when state.equals("v") -> rmsProp.initialAccumulator();
            case Yogi yogi when state.equals("v") -> yogi.initialAccumulator();
            default -> 0;
        };
    }

    @Test
    void adamHoldsFarFromTheStart() {
        RuleCase rule = RuleCases.of(new Adam(0.002));
        SplittableRandom random = new SplittableRandom(3);
        for (long step : new long[] {100, 2_000, 20_000}) {
            Run run = new Run(rule.rule(), 33).skipTo(step);
            float[][] before = Planes.random(rule.rule(), random, 33);
            run.set(before).step(before[1]);
            new Comparison(rule).check(before, run.planes(), step, rule.rule().learningRate());
        }
    }

    @Test
    void detectsALearningRateOffByAMillionth() {
        RuleCase rule = RuleCases.of(new GradientDescent(1));
        assertDetects(rule, (x, step, learningRate) -> rule.oracle().step(x, step, learningRate * (1 + 1e-6)));
    }

    @Test
    void detectsMomentumThatMovesByTheLastMove() {
        RuleCase rule = RuleCases.of(new Momentum(0.05));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = rule.oracle().step(x, step, learningRate);
            y[0] = x[0] + x[2];
            return y;
        });
    }

    @Test
    void detectsNesterovThatStepsFromTheLookAhead() {
        RuleCase rule = RuleCases.of(new Nesterov(0.05));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = rule.oracle().step(x, step, learningRate);
            y[0] += 0.9 * x[2];
            return y;
        });
    }

    @Test
    void detectsDampeningInTheFirstStep() {
        RuleCase rule = RuleCases.of(new Sgd(0.07).withMomentum(0.9).withDampening(0.4));
        assertDetects(rule, (x, step, learningRate) -> rule.oracle().step(x, Math.max(step, 2), learningRate));
    }

    @Test
    void detectsWhereTheLearningRateOfSgdStands() {
        Sgd outside = new Sgd(0.07).withMomentum(0.9);
        assertDetects(RuleCases.of(outside.withLearningRateInside(true)), Oracle.of(outside));
        assertDetects(RuleCases.of(outside), Oracle.of(outside.withLearningRateInside(true)));
    }

    @Test
    void detectsNesterovCorrectionByTheMomentumBeforeTheGradient() {
        RuleCase rule = RuleCases.of(new Sgd(0.07).withMomentum(0.9).withNesterov(true));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = rule.oracle().step(x, step, learningRate);
            y[0] = x[0] - learningRate * (x[1] + 0.9 * x[2]);
            return y;
        });
    }

    @Test
    void detectsRpropThatMovesAfterAFlip() {
        RuleCase rule = RuleCases.of(new Rprop(0.01));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = rule.oracle().step(x, step, learningRate);
            y[0] = x[0] - Math.signum(x[1]) * y[3];
            return y;
        });
    }

    @Test
    void detectsRpropThatRemembersTheGradientOfAFlip() {
        RuleCase rule = RuleCases.of(new Rprop(0.01));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = rule.oracle().step(x, step, learningRate);
            y[2] = x[1];
            return y;
        });
    }

    @Test
    void detectsAgreementOfGradientsWhoseProductUnderflows() {
        RuleCase rule = RuleCases.of(new Rprop(0.01));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] larger = {x[0], x[1] * 0x1p80, x[2] * 0x1p80, x[3]};
            double[] y = rule.oracle().step(larger, step, learningRate);
            return new double[] {y[0], x[1], y[2] * 0x1p-80, y[3]};
        });
    }

    @Test
    void detectsEpsilonInsideTheRootOfRmsProp() {
        RuleCase rule = RuleCases.of(new RmsProp(0.01));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = rule.oracle().step(x, step, learningRate);
            y[0] = x[0] - learningRate * x[1] / Math.sqrt(y[2] + 1e-8);
            return y;
        });
    }

    @Test
    void detectsWhereEpsilonAndTheLearningRateOfRmsPropStand() {
        RmsProp plain = new RmsProp(0.01).withMomentum(0.9);
        assertDetects(RuleCases.of(plain.withEpsilonInRoot(true)), Oracle.of(plain));
        assertDetects(RuleCases.of(plain.withLearningRateInside(true)), Oracle.of(plain));
    }

    @Test
    void detectsAVarianceWithTheMeanBeforeTheGradient() {
        RuleCase rule = RuleCases.of(new RmsProp(0.01).withCentered(true));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = rule.oracle().step(x, step, learningRate);
            y[0] = x[0] - learningRate * x[1] / (Math.sqrt(y[2] - x[3] * x[3]) + 1e-8);
            return y;
        });
    }

    @Test
    void detectsEpsilonInsideTheRootOfAdam() {
        RuleCase rule = RuleCases.of(new Adam(0.002));
        assertDetects(rule, (x, step, learningRate) -> adamStep(x, rule.oracle().step(x, step, learningRate), step, learningRate,
                v -> Math.sqrt(v / (1 - Math.pow(0.999, step)) + 1e-8)));
    }

    @Test
    void detectsEpsilonOutsideTheCorrection() {
        RuleCase rule = RuleCases.of(new Adam(0.002));
        assertDetects(rule, (x, step, learningRate) -> adamStep(x, rule.oracle().step(x, step, learningRate), step, learningRate,
                v -> (Math.sqrt(v) + 1e-8) / Math.sqrt(1 - Math.pow(0.999, step))));
    }

    @Test
    void detectsWhatEpsilonAndTheMaximumAreCorrectedBy() {
        Adam plain = new Adam(0.002).withBetas(0.5, 0.9).withEpsilon(0.01);
        assertDetects(RuleCases.of(plain.withEpsilonHat(true)), Oracle.of(plain));
        assertDetects(RuleCases.of(plain.withEpsilonRoot(1e-3)), Oracle.of(plain));
        Adam corrected = plain.withAmsgrad(true).withCorrectedMaximum(true);
        assertDetects(RuleCases.of(corrected), Oracle.of(plain.withAmsgrad(true)));
        assertDetects(RuleCases.of(plain.withAmsgrad(true)), Oracle.of(corrected));
    }

    @Test
    void detectsMissingBiasCorrection() {
        RuleCase rule = RuleCases.of(new Adam(0.002));
        assertDetects(rule, (x, _, learningRate) -> rule.oracle().step(x, Long.MAX_VALUE, learningRate));
    }

    @Test
    void detectsDecayApartFromTheGradient() {
        RuleCase rule = RuleCases.of(new Adam(0.002).withWeightDecay(0.3));
        Oracle undecayed = Oracle.of(new Adam(0.002));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = undecayed.step(x, step, learningRate);
            y[0] -= learningRate * 0.3 * x[0];
            return y;
        });
    }

    @Test
    void detectsDecayOfAdamWThatGoesThroughTheAverages() {
        RuleCase rule = RuleCases.of(new AdamW(0.002).withWeightDecay(0.3));
        assertDetects(rule, Oracle.of(new Adam(0.002).withWeightDecay(0.3)));
    }

    @Test
    void detectsNAdamWithoutLookingAhead() {
        RuleCase rule = RuleCases.of(new NAdam(0.002));
        assertDetects(rule, Oracle.of(new Adam(0.002)));
    }

    @Test
    void detectsWhetherMuIsCountedTwice() {
        NAdam once = new NAdam(0.002);
        assertDetects(RuleCases.of(once), Oracle.of(once.withCountMuTwice(true)));
        assertDetects(RuleCases.of(once.withCountMuTwice(true)), Oracle.of(once));
    }

    @Test
    void detectsRAdamThatIsNotRectified() {
        RuleCase rule = RuleCases.of(new RAdam(0.002));
        assertDetects(rule, Oracle.of(new Adam(0.002)));
        assertDetects(rule, (x, step, learningRate) -> rule.oracle().step(x, Math.min(step, 5), learningRate));
    }

    @Test
    void detectsEpsilonBesideTheMaximumOfAdamax() {
        Adamax before = new Adamax(0.002).withBetas(0.5, 0.9).withEpsilon(0.01), after = before.withEpsilonAfterMaximum(true);
        assertDetects(RuleCases.of(before), Oracle.of(after));
        assertDetects(RuleCases.of(after), Oracle.of(before));
    }

    @Test
    void detectsEpsilonOnTheOtherSideOfAdagradsRoot() {
        Adagrad inside = new Adagrad(0.01).withEpsilon(0.01).withEpsilonInRoot(true);
        assertDetects(RuleCases.of(inside), Oracle.of(inside.withEpsilonInRoot(false)));
    }

    @Test
    void detectsALearningRateThatFallsAStepTooEarly() {
        RuleCase adagrad = RuleCases.of(new Adagrad(0.01).withLearningRateDecay(0.2));
        assertDetects(adagrad, (x, step, learningRate) -> adagrad.oracle().step(x, step + 1, learningRate));
        RuleCase asgd = RuleCases.of(new Asgd(0.07).withLambda(0.3).withAlpha(0.5));
        assertDetects(asgd, (x, step, learningRate) -> asgd.oracle().step(x, step + 1, learningRate));
    }

    @Test
    void detectsAdadeltaThatRemembersMovesTimesTheLearningRate() {
        RuleCase rule = RuleCases.of(new Adadelta(0.3).withRho(0.95).withWeightDecay(0.1));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = rule.oracle().step(x, step, learningRate);
            double move = y[0] - x[0];
            y[3] = 0.95 * x[3] + (1 - 0.95) * move * move;
            return y;
        });
    }

    @Test
    void detectsAnAverageThatStartsAStepTooEarly() {
        RuleCase rule = RuleCases.of(new Asgd(0.07).withT0(0));
        assertDetects(rule, (x, step, learningRate) -> {
            double[] y = rule.oracle().step(x, step, learningRate);
            y[2] = x[2] + (y[0] - x[2]) / step;
            return y;
        });
    }

    private static double[] adamStep(
            double[] x, double[] y, long step, double learningRate, DoubleUnaryOperator divisor) {
        y[0] = x[0] - learningRate / (1 - Math.pow(0.9, step)) * y[2] / divisor.applyAsDouble(y[3]);
        return y;
    }
}
