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
import org.lanewise.Rule;

/** Methods that make a rule of another, by their names. */
final class Withers {
    /** Arguments for withers of up to three numbers: legal betas, legal factors on both sides of 1, a negative exponent. */
    private static final List<Object[]> NUMBERS = List.of(new Object[] {0.375, 0.625, 0.875}, new Object[] {0.375, 1.625, 0.875},
            new Object[] {-0.375, -0.625, -0.875});

    private Withers() {}

    static List<Method> of(Class<?> rule) {
        return Stream.of(rule.getMethods()).filter(method -> method.getName().startsWith("with")).toList();
    }

    static void assertChangesWhatItNames(Method wither, List<Rule> rules) {
        int applied = 0;
        for (Rule rule : rules) {
            for (Object[] arguments : arguments(wither)) {
                applied += apply(wither, rule, arguments);
            }
        }
        assertTrue(applied > 0, "no rule accepts " + wither);
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

    /** Hyperparameters a wither is named after: {@code withEpsilon} epsilon, {@code withEtas} numbers with eta in their names. */
    static List<String> named(Method wither) {
        String name = wither.getName().substring("with".length()).toLowerCase(Locale.ROOT);
        String singular = name.endsWith("s") ? name.substring(0, name.length() - 1) : name;
        List<String> named = new ArrayList<>();
        for (RecordComponent component : wither.getDeclaringClass().getRecordComponents()) {
            String lowerCase = component.getName().toLowerCase(Locale.ROOT);
            boolean isOfPlural = lowerCase.contains(singular) && component.getType() == wither.getParameterTypes()[0];
            if (wither.getParameterCount() == 1 ? lowerCase.equals(name) : isOfPlural) {
                named.add(component.getName());
            }
        }
        return named;
    }
}
