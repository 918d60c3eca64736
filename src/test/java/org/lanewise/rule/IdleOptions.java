package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lanewise.Rule;

/**
 * Hyperparameters that change nothing as long as others are what they are by default, as dampening without momentum. They are accepted, so
 * that withers come in any order and weight decay or momentum of 0 is a value like others.
 */
final class IdleOptions {
    private static final String WORDS = "no effect without ";
    private static final int PARAMETERS = 64;
    private static final int STEPS = 20;

    private IdleOptions() {}

    /** {@return those that a rule's documentation calls so} */
    static Set<String> documented(Class<?> type) {
        return Stream.of(type.getRecordComponents()).map(RecordComponent::getName)
                .filter(name -> RuleClasses.documentation(type, name).contains(WORDS)).collect(Collectors.toSet());
    }

    /** {@return those that change no bit} */
    static Set<String> found(Rule plain) {
        List<List<Float>> expected = after(plain);
        return Stream.of(plain.getClass().getRecordComponents()).filter(component -> !component.getName().equals("learningRate"))
                .filter(component -> {
                    List<Rule> changed = changed(plain, component);
                    return !changed.isEmpty() && changed.stream().allMatch(rule -> after(rule).equals(expected));
                }).map(RecordComponent::getName).collect(Collectors.toSet());
    }

    /** With what the rule accepts of some values; nothing for what it refuses by itself, as nesterov. */
    private static List<Rule> changed(Rule plain, RecordComponent component) {
        Object value = RuleClasses.get(plain, component.getName());
        List<Object> others = component.getType() == boolean.class ? List.of(!(boolean) value)
                : component.getType() == long.class ? List.of(3L) : List.of(0.375, 0.625, 1.625, 20.0, 1e3);
        List<Rule> changed = new ArrayList<>();
        for (Object other : others) {
            try {
                changed.add(RuleClasses.with(plain, component.getName(), other));
            } catch (IllegalArgumentException refused) {
                assertTrue(refused.getMessage().contains(" must be "), refused.getMessage());
            }
        }
        return changed;
    }

    /**
     * Parameters where each gradient is taken and after each step, and states in the end; floats compare by bits as objects. Gradients are
     * about 1 to about 1e-11, so that it matters where an epsilon is added, and larger once, so that something is clipped.
     */
    private static List<List<Float>> after(Rule rule) {
        Random random = new Random(7);
        float[] w = new float[PARAMETERS];
        for (int i = 0; i < PARAMETERS; i++) {
            w[i] = (float) random.nextGaussian();
        }
        Run run = new Run(rule, w);
        List<List<Float>> planes = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            float[] g = new float[PARAMETERS];
            for (int i = 0; i < PARAMETERS; i++) {
                g[i] = (float) (random.nextGaussian() * Math.pow(10, -(i % 12)) * (step == STEPS / 2 ? 64 : 1));
            }
            run.optimizer().step(() -> {
                planes.add(list(run.parameters()));
                run.tensor(0).gradient().copyFrom(g);
            });
            planes.add(list(run.parameters()));
        }
        Arrays.stream(run.planes(0)).skip(2).forEach(state -> planes.add(list(state)));
        return planes;
    }

    private static List<Float> list(float[] numbers) {
        List<Float> list = new ArrayList<>();
        for (float number : numbers) {
            list.add(number);
        }
        return list;
    }
}
