package org.lanewise.generators;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.lanewise.Rule;
import org.lanewise.tool.RuleTable;

/** Rules with any options. */
public final class Rules {
    private Rules() {}

    /** The library's: they shrink towards the first row of the table without another option. */
    public static Arbitrary<Rule> all() {
        return of(RuleTable.all());
    }

    /** Rows, most with some hyperparameters changed to whatever their constructors accept. */
    public static Arbitrary<Rule> of(List<? extends Rule> rows) {
        return Combinators.combine(options().list().ofMaxSize(4), Arbitraries.of(rows)).as((options, row) -> {
            Rule rule = row;
            for (Option option : options) {
                rule = option.in(rule);
            }
            return rule;
        });
    }

    private static Arbitrary<Option> options() {
        Arbitrary<Double> number = Arbitraries.oneOf(
                Arbitraries.of(0.0, 1.0, 0.5, 2.0, 0.9, 0.999, 0.1, 1e-3, 1e-8, 3.0, 100.0, -1.0, -0.5, 1e-30, 1e30, Double.MIN_VALUE),
                Arbitraries.doubles().between(0, 1));
        return Combinators.combine(Arbitraries.integers().between(0, 9), number).as(Option::new);
    }

    /** A value for one hyperparameter, by its place in the rule's record. */
    private record Option(int component, double value) {
        /** The rule with this option, or as it was if its constructor refuses that. */
        Rule in(Rule rule) {
            RecordComponent[] components = rule.getClass().getRecordComponents();
            Object[] values = Stream.of(components).map(one -> read(rule, one)).toArray();
            int changed = component % components.length;
            values[changed] = as(components[changed].getType());
            try {
                return rule.getClass().getDeclaredConstructor(Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new))
                        .newInstance(values);
            } catch (InvocationTargetException e) {
                if (e.getCause() instanceof IllegalArgumentException) {
                    return rule;
                }
                throw new AssertionError(e.getCause());
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }

        private Object as(Class<?> type) {
            if (type == boolean.class) {
                return value >= 0.5;
            }
            if (type == long.class) {
                return (long) value;
            }
            return value;
        }

        private static Object read(Rule rule, RecordComponent component) {
            try {
                return component.getAccessor().invoke(rule);
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }
    }
}
