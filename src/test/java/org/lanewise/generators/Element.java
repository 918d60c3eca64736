package org.lanewise.generators;

import java.util.List;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.RandomGenerator;
import org.lanewise.verify.Values;

/**
 * What one element of a tensor starts with.
 *
 * @param parameter its parameter
 * @param gradient its gradient
 * @param state what its states may be set to
 */
public record Element(float parameter, float gradient, float state) {
    private static final int GEN_SIZE = 1_000;

    /** Floats of a kind. Whatever the kind, they shrink to the simplest float that will do. */
    public static Arbitrary<Float> floats(Values kind) {
        return Arbitraries.fromGenerator(random -> new ShrinkableFloat(kind.array(1, random.nextLong())[0]));
    }

    /** Floats of any kind. */
    public static Arbitrary<Float> floats() {
        Values[] kinds = Values.values();
        return Arbitraries.fromGenerator(random -> new ShrinkableFloat(kinds[random.nextInt(kinds.length)].array(1, random.nextLong())[0]));
    }

    /** At least one and at most so many elements, with floats of one kind. */
    public static Arbitrary<List<Element>> lists(int most) {
        List<RandomGenerator<List<Element>>> kinds = Stream.of(Values.values()).map(kind -> {
            Arbitrary<Float> number = floats(kind);
            return Combinators.combine(number, number, number).as(Element::new).list().ofMinSize(1).ofMaxSize(most).generator(GEN_SIZE);
        }).toList();
        // By hand, because an arbitrary that is made from the kind would shrink the kind as well, and start anew with each.
        return Arbitraries.fromGenerator(random -> kinds.get(random.nextInt(kinds.size())).next(random));
    }

    /** For instance {@code (1.0, -2.5, 0.0)}: parameter, gradient, state. */
    @Override
    public String toString() {
        return "(" + parameter + ", " + gradient + ", " + state + ")";
    }
}
