package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Rule;

/** Every rule of the library has a contract that knows all that the rule can do. */
class EveryRuleTest {
    static Stream<Class<?>> rules() {
        return RuleClasses.all().stream();
    }

    static List<RuleContract<?>> contracts() {
        return Contracts.all();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void hasAContract(Class<?> rule) {
        assertTrue(rule.isRecord(), rule.getName());
        String name = rule.getSimpleName();
        assertTrue(Contracts.find(rule).isPresent(),
                () -> name + " needs a test: class " + name + "Test extends RuleContract<" + name + ">");
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void casesHaveEveryOptionOnAndOffAndEveryNumberOffItsDefault(RuleContract<?> contract) {
        Rule plain = contract.plain(contract.cases().getFirst().learningRate());
        for (RecordComponent component : contract.type().getRecordComponents()) {
            String name = component.getName();
            Object usual = RuleClasses.get(plain, name);
            assertTrue(name.equals("learningRate")
                    || contract.cases().stream().anyMatch(one -> !RuleClasses.get(one, name).equals(usual)), name);
        }
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void casesHaveEveryState(RuleContract<?> contract) {
        List<String> states = contract.cases().stream().flatMap(rule -> rule.states().stream()).map(Rule.State::name)
                .distinct().sorted().toList();
        assertEquals(states, contract.facts().states().stream().map(Held::name).sorted().toList());
    }

    @ParameterizedTest
    @MethodSource("contracts")
    void refusesNaNForEveryNumber(RuleContract<?> contract) {
        for (String name : RuleClasses.numbers(contract.type())) {
            String message = "";
            try {
                RuleClasses.with(contract.cases().getFirst(), name, Double.NaN);
            } catch (IllegalArgumentException e) {
                message = e.getMessage();
            }
            assertTrue(message.startsWith(name + " must be ") && message.endsWith(", got NaN"), message);
        }
    }

    /** Where zeros are divided by a root of zeros. */
    @Test
    void zerosAreNaNWithoutEpsilon() {
        List<Hostile> withEpsilon = Contracts.all().stream().map(contract -> contract.facts().hostile())
                .filter(row -> RuleClasses.numbers(row.rule().getClass()).contains("epsilon"))
                .filter(row -> (double) RuleClasses.get(row.rule(), "epsilon") > 0).toList();
        assertFalse(withEpsilon.isEmpty());
        for (Hostile row : withEpsilon) {
            Rule rule = RuleClasses.with(row.rule(), "epsilon", 0.0);
            if (RuleClasses.numbers(rule.getClass()).contains("initialAccumulator")) {
                rule = RuleClasses.with(rule, "initialAccumulator", 0.0);
            }
            assertEquals(Hostile.Left.NAN, Hostile.Left.of(Hostile.after(rule, new float[8])[0]), rule::toString);
        }
    }

    /** Longer than a block of 16,384: two examples of each case, since a property of them would take minutes. */
    @ParameterizedTest
    @MethodSource("contracts")
    void stepsOfTensorsLongerThanABlockAreTheFormulaUpToRounding(RuleContract<?> contract) {
        contract.wholeTensorCases().forEach(EveryRuleTest::stepLongTensors);
    }

    private static <R extends Rule> void stepLongTensors(RuleCase<R> one) {
        SplittableRandom random = new SplittableRandom(1);
        List<long[]> shapes = Planes.LONG_SHAPES;
        Comparison<R> comparison = new Comparison<>(one);
        comparison.steps(Gradients.random(shapes, 2, random), Comparison.library(one.rule(), shapes));
        Comparison.Stepper library = Comparison.library(one.rule(), shapes);
        for (int step = 2; step < 5; step++) {
            Situation any = Situation.random(one.contract(), shapes, random);
            comparison.step(new Situation(any.tensors(), step, any.learningRate()), library);
        }
        assertTrue(comparison.coverage() > 0.9, () -> one + " has bounds for " + comparison.coverage());
    }
}
