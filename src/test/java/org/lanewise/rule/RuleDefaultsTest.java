package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Rule;
import org.lanewise.tool.RuleTable;

class RuleDefaultsTest {
    /** Arguments for withers of up to three numbers: legal betas, legal factors on both sides of 1, a negative exponent. */
    private static final List<Object[]> NUMBERS = List.of(new Object[] {0.375, 0.625, 0.875}, new Object[] {0.375, 1.625, 0.875},
            new Object[] {-0.375, -0.625, -0.875});

    static Stream<Method> withers() {
        return RuleClasses.all().stream().flatMap(rule -> Stream.of(rule.getMethods()))
                .filter(method -> method.getName().startsWith("with"));
    }

    @Test
    void defaultsOfOurOwnRules() {
        assertEquals(new Momentum(0.5, 0.9), new Momentum(0.5));
        assertEquals(new Nesterov(0.5, 0.9), new Nesterov(0.5));
    }

    /** The signatures of torch.optim 2.x. */
    @Test
    void defaultsOfPyTorch() {
        assertEquals(new Sgd(0.5, 0, 0, 0, false), new Sgd(0.5));
        assertEquals(new Rprop(0.5, 0.5, 1.2, 1e-6, 50), new Rprop(0.5));
        assertEquals(new RmsProp(0.5, 0.99, 1e-8, 0, 0, false), new RmsProp(0.5));
        assertEquals(new Adam(0.5, 0.9, 0.999, 1e-8, 0, false), new Adam(0.5));
        assertEquals(new AdamW(0.5, 0.9, 0.999, 1e-8, 0.01, false), new AdamW(0.5));
        assertEquals(new NAdam(0.5, 0.9, 0.999, 1e-8, 0, 0.004, false, false), new NAdam(0.5));
        assertEquals(new RAdam(0.5, 0.9, 0.999, 1e-8, 0, false), new RAdam(0.5));
        assertEquals(new Adamax(0.5, 0.9, 0.999, 1e-8, 0), new Adamax(0.5));
        assertEquals(new Adagrad(0.5, 0, 0, 1e-10, 0), new Adagrad(0.5));
        assertEquals(new Adadelta(0.5, 0.9, 1e-6, 0), new Adadelta(0.5));
        assertEquals(new Asgd(0.5, 1e-4, 0.75, 1e6, 0), new Asgd(0.5));
        assertEquals(new Adafactor(0.5, -0.8, 0x1p-23, 1e-3, 1, 0, true, true), new Adafactor(0.5));
    }

    /** What the papers say, or their authors' code where it says so. */
    @Test
    void defaultsOfPapers() {
        assertEquals(new Lion(0.5, 0.9, 0.99, 0), new Lion(0.5));
        assertEquals(new Signum(0.5, 0.9, 0), new Signum(0.5));
        assertEquals(new Ftrl(0.5, 1, 0, 0, 0, 0), new Ftrl(0.5));
        assertEquals(new AdEMAMix(0.5, 0.9, 0.999, 0.9999, 5, 0, 1e-8, 0), new AdEMAMix(0.5));
        assertEquals(new Adan(0.5, 0.98, 0.92, 0.99, 1e-8, 0, true), new Adan(0.5));
        assertEquals(new Adopt(0.5, 0.9, 0.9999, 1e-6, 0, false, true), new Adopt(0.5));
        assertEquals(new AdaBelief(0.5, 0.9, 0.999, 1e-16, 0), new AdaBelief(0.5));
        assertEquals(new Lars(0.5, 0.9, 0.0005, 0.001, 0, false), new Lars(0.5));
        assertEquals(new Lamb(0.5, 0.9, 0.999, 1e-6, 0.01, true, 0, Double.POSITIVE_INFINITY), new Lamb(0.5));
        assertEquals(new NovoGrad(0.5, 0.95, 0.98, 1e-8, 0, false), new NovoGrad(0.5));
        assertEquals(new Yogi(0.5, 0.9, 0.999, 1e-3, 1e-6, true), new Yogi(0.5));
        assertEquals(new ScheduleFreeSgd(0.5, 0.9, 0, 0, false), new ScheduleFreeSgd(0.5));
        assertEquals(new ScheduleFreeAdamW(0.5, 0.9, 0.999, 1e-8, 0, 0, false), new ScheduleFreeAdamW(0.5));
    }

    @Test
    void conventionsOfOtherFrameworksAreNeverDefaults() {
        assertEquals(new Sgd(0.5, 0, 0, 0, false, false), new Sgd(0.5));
        assertEquals(new RmsProp(0.5, 0.99, 1e-8, 0, 0, false, false, 0, false), new RmsProp(0.5));
        assertEquals(new Adamax(0.5, 0.9, 0.999, 1e-8, 0, false), new Adamax(0.5));
        assertEquals(new Adagrad(0.5, 0, 0, 1e-10, 0, false), new Adagrad(0.5));
        assertEquals(new Adam(0.5, 0.9, 0.999, 1e-8, 0, false, false, 0, false), new Adam(0.5));
        assertEquals(new AdamW(0.5, 0.9, 0.999, 1e-8, 0.01, false, false, 0, false, false), new AdamW(0.5));
    }

    @Test
    void everyRuleCanBeMadeOfALearningRate() {
        for (Class<?> rule : RuleClasses.all()) {
            Rule made = (Rule) RuleClasses.invoke(() -> rule.getConstructor(double.class).newInstance(0.25));
            assertEquals(0.25, made.learningRate());
        }
    }

    @ParameterizedTest
    @MethodSource("withers")
    void witherChangesWhatItNamesAndNothingElse(Method wither) {
        int applied = 0;
        for (Rule rule : RuleTable.all()) {
            if (wither.getDeclaringClass().isInstance(rule)) {
                for (Object[] arguments : arguments(wither)) {
                    applied += apply(wither, rule, arguments);
                }
            }
        }
        assertTrue(applied > 0, "no rule of the table accepts " + wither);
    }

    private static List<Object[]> arguments(Method wither) {
        if (wither.getParameterTypes()[0] == boolean.class) {
            return List.of(new Object[] {true}, new Object[] {false});
        }
        if (wither.getParameterTypes()[0] == long.class) {
            return List.of(new Object[] {7L}, new Object[] {8L});
        }
        return NUMBERS.stream().map(numbers -> Arrays.copyOf(numbers, wither.getParameterCount())).toList();
    }

    /** Returns whether the rule allows these arguments, as 0 or 1. */
    private static int apply(Method wither, Rule rule, Object[] arguments) {
        Rule made;
        try {
            made = (Rule) RuleClasses.invoke(() -> wither.invoke(rule, arguments));
        } catch (IllegalArgumentException _) {
            return 0;
        }
        List<String> named = named(wither);
        assertEquals(arguments.length, named.size(), () -> wither + " names " + named);
        for (RecordComponent component : rule.getClass().getRecordComponents()) {
            String name = component.getName();
            int argument = named.indexOf(name);
            assertEquals(argument >= 0 ? arguments[argument] : RuleClasses.get(rule, name), RuleClasses.get(made, name), name);
        }
        return 1;
    }

    /** Hyperparameters a wither is named after: {@code withEpsilon} epsilon, {@code withEtas} those with eta in their names. */
    private static List<String> named(Method wither) {
        String name = wither.getName().substring("with".length()).toLowerCase(Locale.ROOT);
        String singular = name.endsWith("s") ? name.substring(0, name.length() - 1) : name;
        List<String> named = new ArrayList<>();
        for (RecordComponent component : wither.getDeclaringClass().getRecordComponents()) {
            String lowerCase = component.getName().toLowerCase(Locale.ROOT);
            if (wither.getParameterCount() == 1 ? lowerCase.equals(name) : lowerCase.contains(singular)) {
                named.add(component.getName());
            }
        }
        return named;
    }
}
