package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.rule.HostileGradientsTest.Left.FINITE;
import static org.lanewise.rule.HostileGradientsTest.Left.INFINITE;
import static org.lanewise.rule.HostileGradientsTest.Left.NAN;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.tool.RuleTable;

/** What the rules' documentation says of gradients that are zero, tiny, huge, infinite or NaN; a rule without a row fails. */
class HostileGradientsTest {
    private static final float START = 2;
    private static final double RATE = 0.25;
    private static final float TINY = 1e-30f;

    /** What two steps of one learning rate each are over that and {@link #TINY}: the size of the gradient is nothing. */
    private static final double BY_SIGN = 2 / 1e-30;

    /** What a parameter is six gradients of 1 after the hostile one. */
    enum Left {
        FINITE, INFINITE, NAN;

        static Left of(float w) {
            return Float.isNaN(w) ? NAN : Float.isInfinite(w) ? INFINITE : FINITE;
        }
    }

    /**
     * One rule.
     *
     * @param rule it, with learning rate {@link #RATE} and without decay
     * @param zero what gradients of zero make of a parameter of {@link #START}
     * @param tiny how far two gradients of {@link #TINY} move a parameter of 0, over that and the learning rate
     * @param infinite what is left after an infinite gradient, which comes after one of 1
     * @param nan what is left after {@code NaN}
     */
    private record Row(Rule rule, float zero, double tiny, Left infinite, Left nan) {
        Row(Rule rule, double tiny, Left infinite, Left nan) {
            this(rule, START, tiny, infinite, nan);
        }

        @Override
        public String toString() {
            return rule.getClass().getSimpleName();
        }
    }

    /** One row for each rule. */
    static Stream<Row> rows() {
        return Stream.of(
                new Row(new GradientDescent(RATE), 2, INFINITE, NAN),
                new Row(new Momentum(RATE), 1 + 1.9, INFINITE, NAN),
                new Row(new Nesterov(RATE), 1 + 1.9, INFINITE, NAN),
                new Row(new Sgd(RATE), 2, INFINITE, NAN),
                new Row(new Rprop(RATE), BY_SIGN, FINITE, FINITE),
                new Row(new RmsProp(RATE), 2 / 1e-8, NAN, NAN),
                new Row(new Adam(RATE), 2 / 1e-8, NAN, NAN),
                new Row(new AdamW(RATE).withWeightDecay(0), 2 / 1e-8, NAN, NAN),
                new Row(new NAdam(RATE), 1.84 / 1e-8, NAN, NAN),
                new Row(new RAdam(RATE), 2, NAN, NAN),
                new Row(new Adamax(RATE), 2 / 1e-8, NAN, NAN),
                new Row(new Adagrad(RATE), 2 / 1e-10, NAN, NAN),
                new Row(new Adadelta(RATE), 2, NAN, NAN),
                new Row(new Asgd(RATE).withLambda(0), 2, INFINITE, NAN),
                new Row(new Lion(RATE), BY_SIGN, FINITE, FINITE),
                new Row(new Signum(RATE), BY_SIGN, FINITE, FINITE),
                new Row(new Ftrl(RATE), 0, 2, NAN, NAN),
                new Row(new AdEMAMix(RATE), 2 / 1e-8, NAN, NAN),
                new Row(new Adan(RATE), 2 / 1e-8, NAN, NAN),
                new Row(new Adopt(RATE), 0.1 / 1e-6, FINITE, NAN),
                new Row(new AdaBelief(RATE), 2 / Math.sqrt(1e-16 / 1e-3), NAN, NAN),
                new Row(new Lars(RATE).withWeightDecay(0), 1.9, NAN, NAN),
                new Row(new Lamb(RATE).withWeightDecay(0), (1 + RATE) / 1e-6, NAN, NAN),
                new Row(new NovoGrad(RATE), 2.95 / 1e-8, NAN, NAN),
                new Row(new Adafactor(RATE), 2 * 1e-3 * 0x1p23, NAN, NAN),
                new Row(new Yogi(RATE), 1 / (Math.sqrt(1e-6 / 1e-3) + 1e-3) + 1 / (Math.sqrt(1e-6 / 1.999e-3) + 1e-3), NAN, NAN),
                new Row(new ScheduleFreeSgd(RATE), 1.5, NAN, NAN),
                new Row(new ScheduleFreeAdamW(RATE), 1.5 / 1e-8, NAN, NAN));
    }

    @Test
    void everyRuleHasARow() {
        assertEquals(RuleTable.firstOfEach().keySet().stream().sorted().toList(), rows().map(Row::toString).sorted().toList());
    }

    /** What became of one parameter and its states, parameter first, with one gradient after another. */
    private static float[] after(Rule rule, float... gradients) {
        return afterFrom(START, rule, gradients);
    }

    private static float[] afterFrom(float start, Rule rule, float... gradients) {
        float[] w = {start};
        float[] g = new float[1];
        ParameterStore store = ParameterStore.wrap(w, g);
        Optimizer optimizer = Optimizer.of(rule, store);
        for (float gradient : gradients) {
            if (rule.lookAhead().isPresent()) {
                optimizer.lookAhead();
            }
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

    @ParameterizedTest
    @MethodSource("rows")
    void zerosMoveNothingButFtrlToZero(Row row) {
        assertEquals(row.zero, after(row.rule, times(8, 0))[0]);
        assertEquals(row.zero, after(row.rule, times(8, -0.0f))[0]);
    }

    /** To a hundredth: enough to tell the gradient itself, one over epsilon and a sign. */
    @ParameterizedTest
    @MethodSource("rows")
    void tinyGradientsMoveByThemselvesOrOverEpsilonOrByTheirSign(Row row) {
        double expected = row.tiny * TINY * RATE;
        assertEquals(-expected, afterFrom(0, row.rule, TINY, TINY)[0], expected / 100);
        assertEquals(expected, afterFrom(0, row.rule, -TINY, -TINY)[0], expected / 100);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void infiniteGradientsLeaveWhatTheirRowSays(Row row) {
        assertEquals(row.infinite, Left.of(after(row.rule, 1, Float.POSITIVE_INFINITY, 1, 1, 1, 1, 1, 1)[0]));
        assertEquals(row.infinite, Left.of(after(row.rule, 1, Float.NEGATIVE_INFINITY, 1, 1, 1, 1, 1, 1)[0]));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void nanGradientsLeaveWhatTheirRowSays(Row row) {
        assertEquals(row.nan, Left.of(after(row.rule, 1, Float.NaN, 1, 1, 1, 1, 1, 1)[0]));
    }

    static Stream<Row> rowsWithEpsilon() {
        return rows().filter(row -> RuleClasses.numbers(row.rule.getClass()).contains("epsilon"))
                .filter(row -> (double) RuleClasses.get(row.rule, "epsilon") > 0);
    }

    @ParameterizedTest
    @MethodSource("rowsWithEpsilon")
    void zerosWithoutEpsilonAreNaN(Row row) {
        Rule rule = RuleClasses.with(row.rule, "epsilon", 0.0);
        if (RuleClasses.numbers(rule.getClass()).contains("initialAccumulator")) {
            rule = RuleClasses.with(rule, "initialAccumulator", 0.0);
        }
        assertEquals(NAN, Left.of(after(rule, times(8, 0))[0]));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void documentationNamesAllFour(Row row) throws IOException {
        String source = Files.readString(Path.of("src/main/java/org/lanewise/rule", row + ".java"));
        String text = source.substring(source.indexOf("/**"), source.indexOf("public record"));
        for (String named : List.of("zero", "1e-30", "infinite", "{@code NaN}")) {
            assertTrue(text.contains(named), () -> "the Javadoc of " + row + " says nothing of " + named + " gradients");
        }
    }

    @Test
    void decoupledDecayAndLambdaMoveWithoutAGradient() {
        assertEquals(START / 2, after(new AdamW(0.25).withWeightDecay(2), 0)[0]);
        assertEquals(START / 2, after(new NAdam(0.25).withWeightDecay(2).withDecoupledWeightDecay(true), 0)[0]);
        assertEquals(START / 2, after(new RAdam(0.25).withWeightDecay(2).withDecoupledWeightDecay(true), 0)[0]);
        assertEquals(START / 2, after(new Asgd(0.25).withLambda(2), 0)[0]);
    }

    @Test
    void nanStaysInEveryStateOfRulesThatDivideAndOfAsgd() {
        for (Rule rule : List.of(new Adam(RATE), new AdamW(RATE), new NAdam(RATE), new RAdam(RATE), new Adamax(RATE), new Adagrad(RATE),
                new Adadelta(RATE), new RmsProp(RATE), new Asgd(RATE))) {
            for (float plane : after(rule, 1, Float.NaN, 1, 1, 1, 1, 1, 1)) {
                assertEquals(Float.NaN, plane, rule::toString);
            }
        }
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
