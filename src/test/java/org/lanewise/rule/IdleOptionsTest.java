package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.Slice;

/**
 * A hyperparameter that changes nothing as long as others are what they are by default, as dampening without momentum, is accepted, so that
 * withers come in any order and weight decay or momentum of 0 is a value like others. Its documentation says so, and no other's.
 */
class IdleOptionsTest {
    private static final String WORDS = "no effect without ";
    private static final int PARAMETERS = 64;
    private static final int STEPS = 20;

    /** A hyperparameter of a rule that is otherwise as made of its learning rate, and the rule with other values of it. */
    private record Option(Rule plain, String name, List<Rule> changed) {
        @Override
        public String toString() {
            return plain.getClass().getSimpleName() + "." + name;
        }
    }

    static Stream<Option> options() {
        return RuleClasses.all().stream().flatMap(type -> {
            Rule plain = (Rule) RuleClasses.invoke(() -> type.getConstructor(double.class).newInstance(0.25));
            return Stream.of(type.getRecordComponents()).filter(c -> !c.getName().equals("learningRate"))
                    .map(c -> new Option(plain, c.getName(), changed(plain, c)));
        }).filter(option -> !option.changed.isEmpty());
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

    @ParameterizedTest
    @MethodSource("options")
    void documentationSaysWhatHasNoEffectByItself(Option option) throws IOException {
        List<List<Float>> plain = after(option.plain);
        boolean idle = option.changed.stream().allMatch(rule -> after(rule).equals(plain));
        assertEquals(idle, documentation(option).contains(WORDS), option + ": " + documentation(option));
    }

    @Test
    void thereAreSome() {
        List<String> idle = options().filter(option -> option.changed.stream().allMatch(rule -> after(rule).equals(after(option.plain))))
                .map(Option::toString).toList();
        assertTrue(idle.containsAll(List.of("Sgd.dampening", "RmsProp.learningRateInside", "AdamW.correctedMaximum",
                "RAdam.decoupledWeightDecay")), idle::toString);
    }

    /**
     * Parameters after each look-ahead and step, and states in the end; floats compare by bits as objects. Gradients are about 1 to about
     * 1e-11, so that it matters where an epsilon is added, and larger once, so that something is clipped.
     */
    private static List<List<Float>> after(Rule rule) {
        Random random = new Random(7);
        float[] w = new float[PARAMETERS], g = new float[PARAMETERS];
        for (int i = 0; i < PARAMETERS; i++) {
            w[i] = (float) random.nextGaussian();
        }
        ParameterStore store = ParameterStore.wrap(w, g);
        Optimizer optimizer = Optimizer.of(rule, store);
        List<List<Float>> planes = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            if (rule.lookAhead().isPresent()) {
                optimizer.lookAhead();
                planes.add(numbers(store.tensors().getFirst().parameter()));
            }
            for (int i = 0; i < PARAMETERS; i++) {
                g[i] = (float) (random.nextGaussian() * Math.pow(10, -(i % 12)) * (step == STEPS / 2 ? 64 : 1));
            }
            optimizer.step();
            planes.add(numbers(store.tensors().getFirst().parameter()));
        }
        rule.states().forEach(state -> planes.add(numbers(store.tensors().getFirst().state(state.name()))));
        return planes;
    }

    private static List<Float> numbers(Slice slice) {
        return LongStream.range(0, slice.size()).mapToObj(slice::get).toList();
    }

    /** What the record's {@code @param} says of it. */
    private static String documentation(Option option) throws IOException {
        Path file = Path.of("src/main/java/org/lanewise/rule", option.plain.getClass().getSimpleName() + ".java");
        String source = Files.readString(file);
        String after = source.substring(source.indexOf(" * @param " + option.name + " "));
        return after.substring(0, after.indexOf("\n */")).split("\n \\* @param ")[0].replaceAll("\\s*\\n \\*\\s+", " ");
    }
}
