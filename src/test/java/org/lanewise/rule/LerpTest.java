package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.GenerationMode;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;
import org.lanewise.Rule;

/** Running means of gradients have the bits of {@code torch.lerp} in every rule that follows PyTorch, and in no other form. */
class LerpTest {
    /** Mean so far and gradient. */
    private record Pair(float m, float g) {}

    /** As PyTorch 2.14.1 has it. */
    private static float lerp(float start, float end, double weight) {
        float k = (float) weight;
        float difference = end - start;
        return Math.abs(k) < 0.5f ? Math.fma(k, difference, start) : Math.fma(k - 1, difference, end);
    }

    private static List<Rule> rules(double kept) {
        return List.of(new Adam(0.1).withBetas(kept, 0.9), new AdamW(0.1).withBetas(kept, 0.9), new NAdam(0.1).withBetas(kept, 0.9),
                new RAdam(0.1).withBetas(kept, 0.9), new Adamax(0.1).withBetas(kept, 0.9),
                new RmsProp(0.1).withAlpha(kept).withCentered(true));
    }

    /** On both sides of a half, where the form changes: {@code 1 - kept} is rounded before it is compared. */
    @Provide
    Arbitrary<Double> kept() {
        double half = 0.5, nextFloat = half + 0x1p-25;
        Arbitrary<Double> nearHalf = Arbitraries.of(half, Math.nextDown(half), Math.nextUp(half), half + 1e-11, half - 1e-11,
                half + 0x1p-26, Math.nextUp(half + 0x1p-26), nextFloat, Math.nextDown(nextFloat), half - 0x1p-24);
        return Arbitraries.frequencyOf(Tuple.of(2, nearHalf), Tuple.of(1, Arbitraries.of(0.0, 0.9, 0.999)),
                Tuple.of(2, Arbitraries.doubles().between(1e-9, 0.999999).ofScale(12)));
    }

    @Provide
    Arbitrary<Pair> pairs() {
        Arbitrary<Float> moderate = Arbitraries.floats().between(-2, 2).withSpecialValue(0f).withSpecialValue(-0f);
        Arbitrary<Float> any = Arbitraries.oneOf(moderate, moderate, Arbitraries.integers().map(Float::intBitsToFloat),
                Arbitraries.of(Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN, Float.MAX_VALUE, -Float.MAX_VALUE));
        return Combinators.combine(any, any).as(Pair::new);
    }

    @Property(tries = 300, generation = GenerationMode.RANDOMIZED, edgeCases = EdgeCasesMode.NONE)
    void theMeanIsThatOfTorch(@ForAll("kept") double kept, @ForAll @Size(min = 1, max = 40) List<@From("pairs") Pair> pairs) {
        for (Rule rule : rules(kept)) {
            int state = rule instanceof RmsProp ? 3 : 2;
            float[][] planes = new float[2 + rule.states().size()][pairs.size()];
            for (int i = 0; i < pairs.size(); i++) {
                planes[state][i] = pairs.get(i).m();
                planes[1][i] = pairs.get(i).g();
            }
            Run run = new Run(rule, List.of(new long[] {pairs.size()}), 1, rule.learningRate());
            float[] after = run.set(List.<float[][]>of(planes)).step(planes[1]).planes(0)[state];
            for (int i = 0; i < pairs.size(); i++) {
                assertEquals(lerp(pairs.get(i).m(), pairs.get(i).g(), 1 - kept), after[i], rule + " from " + pairs.get(i));
            }
        }
    }
}
