package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.lanewise.rule.GradientDescent;

/** Overlaps of wrapped parts, against marks on every single element. */
class ParameterStoreBuilderProperties {
    private static final int ARRAYS = 3;
    private static final int LENGTH = 14;
    private static final Pattern OVERLAP = Pattern.compile(
            "(parameter|gradient) of '(\\d+)' overlaps with (parameter|gradient) of '(\\d+)': "
            + "elements (\\d+) to (\\d+) and (\\d+) to (\\d+) of the same array");

    /** Elements {@code from} to {@code from + size - 1} of one of the arrays. */
    record Part(int array, int from, int size) {
        boolean overlaps(Part other) {
            for (int i = from; i < from + size; i++) {
                if (array == other.array && i >= other.from && i < other.from + other.size) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Two parts of one size. */
    record Wrap(Part parameter, Part gradient) {
        boolean overlaps(Wrap other) {
            return parameter.overlaps(other.parameter) || parameter.overlaps(other.gradient)
                    || gradient.overlaps(other.parameter) || gradient.overlaps(other.gradient);
        }

        Part part(String which) {
            return which.equals("parameter") ? parameter : gradient;
        }
    }

    @Provide
    Arbitrary<List<Wrap>> wraps() {
        Arbitrary<Integer> array = Arbitraries.integers().between(0, ARRAYS - 1);
        Arbitrary<Wrap> wrap = Arbitraries.integers().between(0, 5).flatMap(size -> {
            Arbitrary<Integer> from = Arbitraries.integers().between(0, LENGTH - size);
            return Combinators.combine(array, from, array, from).as((parameters, parameter, gradients, gradient) ->
                    new Wrap(new Part(parameters, parameter, size), new Part(gradients, gradient, size)));
        });
        return wrap.list().ofMinSize(1).ofMaxSize(12);
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void refusesExactlyWhatOverlaps(@ForAll("wraps") List<Wrap> wraps) {
        float[][] arrays = new float[ARRAYS][LENGTH];
        ParameterStoreBuilder builder = ParameterStore.builder().tensor("owned", 1);
        List<String> accepted = new ArrayList<>(List.of("owned"));
        for (int i = 0; i < wraps.size(); i++) {
            Wrap wrap = wraps.get(i);
            String name = Integer.toString(i);
            boolean overlaps = wrap.parameter.overlaps(wrap.gradient)
                    || accepted.stream().skip(1).anyMatch(other -> wrap.overlaps(wraps.get(Integer.parseInt(other))));
            if (overlaps) {
                String message = assertThrowsExactly(IllegalArgumentException.class, () -> add(builder, name, wrap, arrays)).getMessage();
                assertNamesAnOverlap(message, name, wraps);
            } else {
                add(builder, name, wrap, arrays);
                accepted.add(name);
            }
        }
        assertEquals(accepted, builder.build().tensors().stream().map(Tensor::name).toList());
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void stepsEveryPartAndNothingElse(@ForAll("wraps") List<Wrap> wraps) {
        float[][] arrays = new float[ARRAYS][LENGTH];
        for (int i = 0; i < ARRAYS * LENGTH; i++) {
            arrays[i / LENGTH][i % LENGTH] = 1 + i * i;
        }
        float[][] expected = Arrays.stream(arrays).map(float[]::clone).toArray(float[][]::new);
        ParameterStoreBuilder builder = ParameterStore.builder().tensor("owned", 1);
        List<Wrap> accepted = new ArrayList<>();
        for (Wrap wrap : wraps) {
            if (!wrap.parameter.overlaps(wrap.gradient) && accepted.stream().noneMatch(wrap::overlaps)) {
                add(builder, Integer.toString(accepted.size()), wrap, arrays);
                accepted.add(wrap);
                for (int i = 0; i < wrap.parameter.size; i++) {
                    expected[wrap.parameter.array][wrap.parameter.from + i] -= expected[wrap.gradient.array][wrap.gradient.from + i];
                }
            }
        }
        Optimizer.of(new GradientDescent(1), builder.build()).step();
        assertArrayEquals(expected, arrays);
    }

    private static void add(ParameterStoreBuilder builder, String name, Wrap wrap, float[][] arrays) {
        builder.wrap(name, arrays[wrap.parameter.array], wrap.parameter.from, arrays[wrap.gradient.array], wrap.gradient.from,
                wrap.parameter.size);
    }

    private static void assertNamesAnOverlap(String message, String name, List<Wrap> wraps) {
        Matcher overlap = OVERLAP.matcher(message);
        assertTrue(overlap.matches(), message);
        assertEquals(name, overlap.group(2));
        Part part = wraps.get(Integer.parseInt(overlap.group(2))).part(overlap.group(1));
        Part other = wraps.get(Integer.parseInt(overlap.group(4))).part(overlap.group(3));
        assertEquals(part, new Part(part.array, from(overlap, 5), size(overlap, 5)));
        assertEquals(other, new Part(other.array, from(overlap, 7), size(overlap, 7)));
        assertTrue(part.overlaps(other), message);
    }

    private static int from(Matcher overlap, int group) {
        return Integer.parseInt(overlap.group(group));
    }

    private static int size(Matcher overlap, int group) {
        return Integer.parseInt(overlap.group(group + 1)) - from(overlap, group) + 1;
    }
}
