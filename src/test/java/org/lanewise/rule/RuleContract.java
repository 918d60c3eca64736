package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.lanewise.Refusals.assertRefused;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.tool.RuleTable;

/**
 * What every rule of the library is held to. The test of a rule {@code X} is {@code XTest}, which extends this and says what only the
 * rule's author can know; {@link EveryRuleTest} fails if there is none. What is true of bits at every width, storage and length needs no
 * saying.
 */
abstract class RuleContract<R extends Rule> {
    private Facts<R> described;

    /** {@return the rule with every option, alone and together, the plainest first} */
    abstract List<R> cases();

    /** {@return what the formula says, with double arithmetic and by nothing else} */
    abstract Oracle oracle(R rule);

    /** {@return how far float arithmetic may be from it; the Javadoc derives why} */
    abstract Bound bound(R rule);

    /** Says what else only the author can know. */
    abstract void describe(Facts<R> facts);

    /** Changes states that the rule cannot have got to together. */
    void makeReachable(R rule, float[][] planes) {}

    /** {@return what the author says} */
    final Facts<R> facts() {
        if (described == null) {
            described = new Facts<>(plain(1));
            describe(described);
        }
        return described;
    }

    @SuppressWarnings("unchecked")
    final Class<R> type() {
        return (Class<R>) cases().getFirst().getClass();
    }

    /** {@return the rule of a learning rate alone} */
    final R plain(double learningRate) {
        return type().cast(RuleClasses.invoke(() -> type().getConstructor(double.class).newInstance(learningRate)));
    }

    /** {@return all cases with what they are held to} */
    final List<RuleCase<R>> ruleCases() {
        return cases().stream().map(rule -> new RuleCase<>(this, rule)).toList();
    }

    /** {@return the rule with options that leave nothing of the gradients' size} */
    final List<R> normalizing() {
        return facts().normalizing(cases());
    }

    final List<RuleCase<R>> elementCases() {
        return ruleCases().stream().filter(RuleCase::isByElement).toList();
    }

    final List<RuleCase<R>> wholeTensorCases() {
        return ruleCases().stream().filter(one -> !one.isByElement()).toList();
    }

    @Provide
    Arbitrary<Situation> situations() {
        return Samples.situations(this);
    }

    @Provide
    Arbitrary<Gradients> gradients() {
        return Samples.gradients(this);
    }

    /** The cases that these tensors are for: those that look at tensors whole are not for the vector of elements of all magnitudes. */
    private List<RuleCase<R>> casesFor(List<TensorNumbers> tensors) {
        return isVector(tensors) && !elementCases().isEmpty() ? elementCases() : ruleCases();
    }

    private static boolean isVector(List<TensorNumbers> tensors) {
        return tensors.size() == 1 && tensors.getFirst().shape().length == 1;
    }

    @Property(tries = 240, generation = GenerationMode.RANDOMIZED, edgeCases = EdgeCasesMode.NONE)
    void oneStepFromAnyStatesIsTheFormulaUpToRounding(@ForAll("situations") Situation situation) {
        for (RuleCase<R> one : casesFor(situation.tensors())) {
            new Comparison<>(one).step(situation, Comparison.library(one.rule(), situation.shapes()));
        }
    }

    @Property(tries = 40, generation = GenerationMode.RANDOMIZED, edgeCases = EdgeCasesMode.NONE)
    void stepsFromTheFirstAreTheFormulaUpToRounding(@ForAll("gradients") Gradients gradients) {
        for (RuleCase<R> one : casesFor(gradients.tensors())) {
            new Comparison<>(one).steps(gradients, Comparison.library(one.rule(), gradients.shapes()));
        }
    }

    @Provide
    Arbitrary<? extends Rule> mixed() {
        return Samples.mixed(this);
    }

    /** Options of different cases together; tensors are for the rules that the author's cases are for. */
    @Property(tries = 150, generation = GenerationMode.RANDOMIZED, edgeCases = EdgeCasesMode.NONE)
    void oneStepWithAnyOptionsIsTheFormulaUpToRounding(@ForAll("mixed") Rule rule, @ForAll("situations") Situation situation) {
        RuleCase<R> one = new RuleCase<>(this, type().cast(rule));
        if (one.isByElement() || elementCases().isEmpty() || !isVector(situation.tensors())) {
            new Comparison<>(one).step(situation, Comparison.library(rule, situation.shapes()));
        }
    }

    @Test
    void nineOfTenNumbersHaveABound() {
        SplittableRandom random = new SplittableRandom(1);
        for (RuleCase<R> one : ruleCases()) {
            List<long[]> shapes = Mutants.shapes(one);
            Comparison<R> anywhere = new Comparison<>(one), fromTheStart = new Comparison<>(one);
            for (int i = 0; i < 3; i++) {
                anywhere.step(Mutants.situation(one, shapes, random), Comparison.rounded(one.oracle(), shapes));
            }
            fromTheStart.steps(Gradients.random(shapes, 12, random), Comparison.rounded(one.oracle(), shapes));
            assertTrue(anywhere.coverage() > 0.9, () -> one + " has bounds for " + anywhere.coverage());
            assertTrue(fromTheStart.coverage() > 0.9, () -> one + " has bounds for " + fromTheStart.coverage() + " from the start");
        }
    }

    @Test
    void statesStartAtZeroOrWhereTheContractSays() {
        for (RuleCase<R> one : ruleCases()) {
            float[][] planes = new Run(one.rule(), 3).planes(0), expected = Planes.first(one, new long[] {1});
            expected[0][0] = 3;
            assertEquals(expected.length, planes.length);
            for (int k = 0; k < planes.length; k++) {
                assertArrayEquals(expected[k], FloatArrays.withoutNegativeZeros(planes[k]), one::toString);
            }
        }
    }

    /** The comparison finds this mistake, and nothing to object to in the oracle itself. */
    final void assertDetects(R rule, Oracle mistaken) {
        Mutants.assertDetects(new RuleCase<>(this, rule), mistaken);
    }

    /** The same of a mistake in one element. */
    final void assertDetects(R rule, ElementOracle mistaken) {
        assertDetects(rule, (Oracle) mistaken);
    }

    @Test
    void defaultsAreWhatTheirSourceSays() {
        assertFalse(facts().defaults().isEmpty(), "say facts.defaults(...): whence they are, and all spelled out");
        facts().defaults().forEach((spelledOut, source) -> assertEquals(spelledOut, plain(0.5), source));
    }

    @Test
    void acceptsNumbersAtTheEndsOfTheirRanges() {
        facts().ranges().forEach(HyperparameterRange::assertAcceptsItsEnds);
    }

    @Test
    void refusesNumbersBeyondTheirRangesByNameAndValue() {
        facts().ranges().forEach(HyperparameterRange::assertRefusesWhatLiesBeyond);
    }

    @Test
    void refusesNumbersThatNoFloatHolds() {
        facts().ranges().forEach(HyperparameterRange::assertRefusesWhatNoFloatHolds);
    }

    @Test
    void setLearningRateRefusesWhatTheConstructorRefuses() {
        HyperparameterRange range = learningRateRange();
        Optimizer optimizer = Optimizer.of(plain(0.25), ParameterStore.wrap(new float[1], new float[1]));
        for (double legal : range.range().legal()) {
            optimizer.setLearningRate(legal);
            assertEquals(legal, optimizer.learningRate());
        }
        optimizer.setLearningRate(0.5);
        for (double illegal : range.range().illegal()) {
            assertRefused(IllegalArgumentException.class, "learningRate must be " + range.range().words() + ", got " + illegal,
                    () -> optimizer.setLearningRate(illegal));
        }
        for (double illegal : range.range().beyondFloat()) {
            assertRefused(IllegalArgumentException.class, "learningRate must be " + range.range().floatWords() + ", got " + illegal,
                    () -> optimizer.setLearningRate(illegal));
        }
        assertEquals(0.5, optimizer.learningRate());
    }

    @Test
    void everyNumberHasARange() {
        assertEquals(RuleClasses.numbers(type()).stream().sorted().toList(),
                facts().ranges().stream().map(HyperparameterRange::name).sorted().toList(), "say facts.range(...) of each number, once");
    }

    @Test
    void shortFormChecksItsLearningRate() {
        assertEquals(0.25, plain(0.25).learningRate());
        assertRefused(IllegalArgumentException.class, "learningRate must be " + learningRateRange().range().words() + ", got -1.0",
                () -> plain(-1));
    }

    private HyperparameterRange learningRateRange() {
        return facts().ranges().stream().filter(one -> one.name().equals("learningRate")).findFirst()
                .orElseThrow(() -> new AssertionError("say facts.range(...) of learningRate"));
    }

    @Test
    void withersChangeWhatTheyNameAndNothingElse() {
        List<Rule> rows = RuleTable.all().stream().filter(type()::isInstance).toList();
        for (Method wither : Withers.of(type())) {
            Withers.assertChangesWhatItNames(wither, rows);
        }
    }

    @Test
    void everyHyperparameterHasAWither() {
        assertEquals(Stream.of(type().getRecordComponents()).map(RecordComponent::getName).sorted().toList(),
                Withers.of(type()).stream().flatMap(wither -> Withers.named(wither).stream()).sorted().toList());
    }

    @Test
    void documentationSaysWhatHasNoEffectByItself() {
        assertEquals(IdleOptions.found(plain(0.25)), facts().idle(plain(0.25)));
        assertEquals(IdleOptions.documented(type()), facts().idle(plain(0.25)));
    }

    @Test
    void zerosLeaveWhatTheContractSays() {
        facts().hostile().assertZero();
    }

    @Test
    void tinyGradientsMoveAsTheContractSays() {
        facts().hostile().assertTiny();
    }

    @Test
    void infiniteGradientsLeaveWhatTheContractSays() {
        facts().hostile().assertInfinite();
    }

    @Test
    void nanGradientsLeaveWhatTheContractSays() {
        facts().hostile().assertNan();
    }

    @Test
    void documentationNamesHostileGradients() {
        String text = RuleClasses.documentation(type());
        for (String named : List.of("zero", "1e-30", "infinite", "{@code NaN}")) {
            assertTrue(text.contains(named), () -> "the Javadoc of " + type().getSimpleName() + " says nothing of " + named + " gradients");
        }
    }

    @Test
    void convergesOnEveryObjective() {
        facts().convergence().forEach(Convergence::assertConverges);
        assertEquals(EnumSet.allOf(Objective.class), facts().convergence().stream().map(Convergence::objective)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Objective.class))), "say facts.converges(...) of each objective");
    }

    /** {@return the first tensor's parameters after each of these gradients} */
    static float[] parameters(Rule rule, float start, float... gradients) {
        Run run = new Run(rule, start);
        float[] seen = new float[gradients.length];
        for (int i = 0; i < gradients.length; i++) {
            seen[i] = run.step(gradients[i]).parameters()[0];
        }
        return seen;
    }

    /** From 1, these gradients lead to these parameters, one after another. */
    static void assertParameters(Rule rule, float[] gradients, float... expected) {
        assertArrayEquals(expected, parameters(rule, 1, gradients), rule::toString);
    }

    /** {@return what becomes of a tensor of {@code {3, 4}}, whose length is 5} */
    static float[] afterPair(Rule rule, float[]... gradients) {
        Run run = new Run(rule, 3, 4);
        for (float[] gradient : gradients) {
            run.step(gradient);
        }
        return run.parameters();
    }

    /** An oracle makes these of one vector: parameters, then states; the last ones may be left out. */
    static void assertStep(Oracle oracle, long step, double learningRate, double[][] x, double[]... expected) {
        assertStep(oracle, new long[] {x[0].length}, step, learningRate, x, expected);
    }

    /** The same of a tensor. */
    static void assertStep(Oracle oracle, long[] shape, long step, double learningRate, double[][] x, double[]... expected) {
        double[][] y = oracle.step(shape, x, step, learningRate);
        for (int k = 0; k < expected.length; k++) {
            assertArrayEquals(expected[k], y[k == 0 ? 0 : k + 1], 1e-12, "plane " + k);
        }
    }

    static float[] of(float... numbers) {
        return numbers;
    }
}
