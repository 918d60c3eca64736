package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.lanewise.kernel.Extent;
import org.lanewise.tool.RuleTable;
import org.lanewise.verify.Values;

/** Steps over parts of the caller's arrays: the right bits inside, not one bit outside. */
class WrappedRangeProperties {
    private static final int CANARY = 0x7fa5a5a5;

    @Provide
    Arbitrary<Rule> rules() {
        return Arbitraries.of(RuleTable.all());
    }

    @Provide
    Arbitrary<Rule> elementwiseRules() {
        return rules().filter(rule -> rule.measures().isEmpty()
                && rule.states().stream().allMatch(state -> state.extent() == Extent.PARAMETER));
    }

    @Provide
    Arbitrary<Width> widths() {
        return Arbitraries.of(List.of(Width.values())).filter(Width::isSupported);
    }

    @Property(tries = 600)
    void vectorEqualsPlainLoopAndTouchesNothingElse(
            @ForAll("rules") Rule rule, @ForAll("widths") Width width, @ForAll Storage states, @ForAll boolean nativeStates,
            @ForAll Values values, @ForAll @IntRange(max = 130) int n, @ForAll @IntRange(max = 40) int parameterOffset,
            @ForAll @IntRange(max = 40) int gradientOffset, @ForAll long seed) {
        float[] w = surrounded(values.array(n, seed), parameterOffset);
        float[] g = surrounded(values.array(n, ~seed), gradientOffset);
        float[] expected = w.clone();
        float[] untouched = g.clone();
        var builder = ParameterStore.builder().states(states).wrap("w", w, parameterOffset, g, gradientOffset, n);
        try (ParameterStore a = (nativeStates ? builder.nativeMemory() : builder).build();
                ParameterStore b = ParameterStore.builder().states(states)
                        .wrap("w", expected, parameterOffset, untouched, gradientOffset, n).build()) {
            Optimizer executed = Optimizer.of(rule, a, width);
            WrittenKernel plain = new WrittenKernel(rule, b, false);
            for (int step = 0; step < 3; step++) {
                if (rule.lookAhead().isPresent()) {
                    executed.lookAhead();
                }
                executed.step();
                plain.step();
            }
            assertEquals(-1, Floats.mismatch(w, expected), "parameters and what surrounds them");
            assertArrayEquals(rawBits(untouched), rawBits(g), "gradients");
            for (Rule.State state : rule.states()) {
                float[] s = Floats.of(a.tensor("w").state(state.name()));
                assertEquals(-1, Floats.mismatch(s, Floats.of(b.tensor("w").state(state.name()))), state.name());
            }
            for (int i = 0; i < w.length; i++) {
                if (i < parameterOffset || i >= parameterOffset + n) {
                    assertEquals(CANARY, Float.floatToRawIntBits(w[i]), "element " + i + " outside the range");
                }
            }
        }
    }

    @Property(tries = 200)
    void stepsOfOneStoreEqualStepsOfTwoPartsOfIt(
            @ForAll("elementwiseRules") Rule rule, @ForAll("widths") Width width, @ForAll Values values,
            @ForAll @IntRange(min = 1, max = 300) int n, @ForAll int cut, @ForAll long seed) {
        int boundary = Math.floorMod(cut, n + 1);
        float[] whole = values.array(n, seed);
        float[] parts = whole.clone();
        float[] g = values.array(n, ~seed);
        try (ParameterStore one = ParameterStore.wrap(whole, g);
                ParameterStore first = ParameterStore.builder().wrap("w", parts, 0, g, 0, boundary).build();
                ParameterStore second = ParameterStore.builder().wrap("w", parts, boundary, g, boundary, n - boundary).build()) {
            for (ParameterStore store : List.of(one, first, second)) {
                Optimizer optimizer = Optimizer.of(rule, store, width);
                for (int step = 0; step < 4; step++) {
                    if (rule.lookAhead().isPresent()) {
                        optimizer.lookAhead();
                    }
                    optimizer.step();
                }
            }
            assertEquals(-1, Floats.mismatch(whole, parts), "cut at " + boundary);
        }
    }

    private static float[] surrounded(float[] values, int offset) {
        float[] array = new float[offset + values.length + 19];
        Arrays.fill(array, Float.intBitsToFloat(CANARY));
        System.arraycopy(values, 0, array, offset, values.length);
        return array;
    }

    private static int[] rawBits(float[] values) {
        int[] bits = new int[values.length];
        Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
        return bits;
    }
}
