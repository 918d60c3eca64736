package org.lanewise;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A number of a rule by its name, found by reflection. */
record Hyperparameter(String name) {
    /** One of a rule's, but for the learning rate; empty if it has no other. */
    static Optional<Hyperparameter> of(Rule rule, int number) {
        List<String> names = Stream.of(rule.getClass().getRecordComponents())
                .filter(component -> component.getType() == double.class && !component.getName().equals("learningRate"))
                .map(RecordComponent::getName).toList();
        return names.isEmpty() ? Optional.empty() : Optional.of(new Hyperparameter(names.get(number % names.size())));
    }

    boolean isOf(Rule rule) {
        return Stream.of(rule.getClass().getRecordComponents()).anyMatch(component -> component.getName().equals(name));
    }

    double of(Rule rule) {
        RecordComponent[] components = rule.getClass().getRecordComponents();
        return (double) read(rule, Stream.of(components).filter(one -> one.getName().equals(name)).findFirst().orElseThrow());
    }

    /** The rule with another value; empty if it refuses it or keeps other states with it. */
    Optional<Rule> with(Rule rule, double value) {
        RecordComponent[] components = rule.getClass().getRecordComponents();
        Object[] values = Stream.of(components).map(one -> one.getName().equals(name) ? value : read(rule, one)).toArray();
        try {
            Rule other = rule.getClass().getDeclaredConstructor(
                    Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new)).newInstance(values);
            return Optional.of(other).filter(each -> each.states().size() == rule.states().size());
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException) {
                return Optional.empty();
            }
            throw new AssertionError(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static Object read(Rule rule, RecordComponent component) {
        try {
            return component.getAccessor().invoke(rule);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
