package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.lanewise.rule.GradientDescent;

/** Overlaps of wrapped parts, against marks on every single element. Gradients may overlap with gradients. */
class ParameterStoreBuilderProperties {
    /** Three arrays, and then three blocks of native memory. */
    private static final int OF_A_KIND = 3;
    private static final int LENGTH = 14;
    private static final Pattern OVERLAP = Pattern.compile(
            "(parameter|gradient) of '(\\d+)' overlaps with (parameter|gradient) of '(\\d+)': (.*)");

    /** Elements {@code from} to {@code from + size - 1} of one of the arrays or blocks. */
    record Part(int memory, int from, int size) {
        boolean overlaps(Part other) {
            for (int i = from; i < from + size; i++) {
                if (memory == other.memory && i >= other.from && i < other.from + other.size) {
                    return true;
                }
            }
            return false;
        }

        boolean isNative() {
            return memory >= OF_A_KIND;
        }

        MemorySegment in(MemorySegment[] memories) {
            return memories[memory].asSlice(4L * from, 4L * size);
        }

        String range(MemorySegment[] memories) {
            long address = in(memories).address();
            return isNative() ? String.format("0x%x to 0x%x", address, address + 4L * size - 1) : from + " to " + (from + size - 1);
        }
    }

    /** Two parts of one size and of one kind of memory. */
    record Wrap(Part parameter, Part gradient) {
        boolean overlaps(Wrap other) {
            return parameter.overlaps(other.parameter) || parameter.overlaps(other.gradient) || gradient.overlaps(other.parameter);
        }

        Part part(String which) {
            return which.equals("parameter") ? parameter : gradient;
        }
    }

    @Provide
    Arbitrary<List<Wrap>> wraps() {
        Arbitrary<Integer> memory = Arbitraries.integers().between(0, OF_A_KIND - 1);
        Arbitrary<Wrap> wrap = Arbitraries.integers().between(0, 5).flatMap(size -> {
            Arbitrary<Integer> from = Arbitraries.integers().between(0, LENGTH - size);
            return Combinators.combine(Arbitraries.of(0, OF_A_KIND), memory, from, memory, from).as(
                    (kind, parameters, parameter, gradients, gradient) -> new Wrap(
                            new Part(kind + parameters, parameter, size), new Part(kind + gradients, gradient, size)));
        });
        return wrap.list().ofMinSize(1).ofMaxSize(12);
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void refusesExactlyWhatOverlaps(@ForAll("wraps") List<Wrap> wraps) {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment[] memories = memories(arena);
            ParameterStoreBuilder builder = ParameterStore.builder().tensor("owned", 1);
            List<String> accepted = new ArrayList<>(List.of("owned"));
            for (int i = 0; i < wraps.size(); i++) {
                Wrap wrap = wraps.get(i);
                String name = Integer.toString(i);
                boolean overlaps = wrap.parameter.overlaps(wrap.gradient)
                        || accepted.stream().skip(1).anyMatch(other -> wrap.overlaps(wraps.get(Integer.parseInt(other))));
                if (overlaps) {
                    Exception refusal = assertThrowsExactly(IllegalArgumentException.class, () -> add(builder, name, wrap, memories));
                    assertNamesAnOverlap(refusal.getMessage(), name, wraps, memories);
                } else {
                    add(builder, name, wrap, memories);
                    accepted.add(name);
                }
            }
            assertEquals(accepted, builder.build().tensors().stream().map(Tensor::name).toList());
        }
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void stepsEveryPartAndNothingElse(@ForAll("wraps") List<Wrap> wraps) {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment[] memories = memories(arena);
            for (int i = 0; i < memories.length * LENGTH; i++) {
                memories[i / LENGTH].setAtIndex(ValueLayout.JAVA_FLOAT, i % LENGTH, 1 + i * i);
            }
            float[][] expected = contents(memories);
            ParameterStoreBuilder builder = ParameterStore.builder().tensor("owned", 1);
            List<Wrap> accepted = new ArrayList<>();
            for (Wrap wrap : wraps) {
                if (!wrap.parameter.overlaps(wrap.gradient) && accepted.stream().noneMatch(wrap::overlaps)) {
                    add(builder, Integer.toString(accepted.size()), wrap, memories);
                    accepted.add(wrap);
                    for (int i = 0; i < wrap.parameter.size; i++) {
                        expected[wrap.parameter.memory][wrap.parameter.from + i] -= expected[wrap.gradient.memory][wrap.gradient.from + i];
                    }
                }
            }
            Optimizer.of(new GradientDescent(1), builder.build()).step();
            assertArrayEquals(expected, contents(memories));
        }
    }

    private static MemorySegment[] memories(Arena arena) {
        return IntStream.range(0, 2 * OF_A_KIND)
                .mapToObj(i -> i < OF_A_KIND ? MemorySegment.ofArray(new float[LENGTH]) : arena.allocate(4L * LENGTH, 4))
                .toArray(MemorySegment[]::new);
    }

    private static float[][] contents(MemorySegment[] memories) {
        return Stream.of(memories).map(memory -> memory.toArray(ValueLayout.JAVA_FLOAT)).toArray(float[][]::new);
    }

    private static void add(ParameterStoreBuilder builder, String name, Wrap wrap, MemorySegment[] memories) {
        Part parameter = wrap.parameter, gradient = wrap.gradient;
        if (parameter.isNative()) {
            builder.wrap(name, parameter.in(memories), gradient.in(memories), parameter.size);
        } else {
            builder.wrap(name, (float[]) memories[parameter.memory].heapBase().orElseThrow(), parameter.from,
                    (float[]) memories[gradient.memory].heapBase().orElseThrow(), gradient.from, parameter.size);
        }
    }

    private static void assertNamesAnOverlap(String message, String name, List<Wrap> wraps, MemorySegment[] memories) {
        Matcher overlap = OVERLAP.matcher(message);
        assertTrue(overlap.matches(), message);
        assertEquals(name, overlap.group(2));
        assertTrue(overlap.group(1).equals("parameter") || overlap.group(3).equals("parameter"), message);
        Part part = wraps.get(Integer.parseInt(overlap.group(2))).part(overlap.group(1));
        Part other = wraps.get(Integer.parseInt(overlap.group(4))).part(overlap.group(3));
        assertEquals((part.isNative() ? "bytes " : "elements ") + part.range(memories) + " and " + other.range(memories)
                + (part.isNative() ? " of native memory" : " of the same array"), overlap.group(5));
        assertTrue(part.overlaps(other), message);
    }
}
