package org.lanewise.generators;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import org.lanewise.verify.Values;

/**
 * What one element of a tensor starts with.
 *
 * @param parameter its parameter
 * @param gradient its gradient
 * @param state what its states may be set to
 */
public record Element(float parameter, float gradient, float state) {
    /** Floats of any kind. They shrink to the simplest that will do, whatever its kind. */
    public static Arbitrary<Float> floats() {
        Values[] kinds = Values.values();
        return Arbitraries.fromGenerator(random -> new ShrinkableFloat(kinds[random.nextInt(kinds.length)].array(1, random.nextLong())[0]));
    }

    /** At least one and at most so many elements, with floats of one kind. */
    public static Arbitrary<List<Element>> lists(int most) {
        Values[] kinds = Values.values();
        return Arbitraries.fromGenerator(random -> {
            Values kind = kinds[random.nextInt(kinds.length)];
            int size = 1 + random.nextInt(1 + random.nextInt(most));
            float[] floats = kind.array(3 * size, random.nextLong());
            return new ShrinkableElements(IntStream.range(0, size)
                    .mapToObj(i -> new Element(floats[3 * i], floats[3 * i + 1], floats[3 * i + 2])).toList());
        });
    }

    /** For instance {@code (1.0, -2.5, 0.0)}: parameter, gradient, state. */
    @Override
    public String toString() {
        return "(" + parameter + ", " + gradient + ", " + state + ")";
    }
}
