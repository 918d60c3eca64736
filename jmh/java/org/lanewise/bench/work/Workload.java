package org.lanewise.bench.work;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.lanewise.Rule;
import org.lanewise.kernel.Extent;
import org.lanewise.rule.Adafactor;
import org.lanewise.tool.RuleTable;

/**
 * What benchmarks step, and on which numbers: parameters about 1, gradients of either sign about 0.01 that stay the same. So running
 * averages converge, parameters drift slowly, and nothing comes near subnormal numbers, which some CPUs are slow at.
 */
public final class Workload {
    /**
     * A state that holds the last step's gradient starts as the gradient that all steps have. From 0, one change and then none would let
     * a mean of changes, Adan's {@code v}, fade into subnormal numbers.
     */
    static final String LAST_GRADIENT = "gPrev";

    private static final int SEED = 1;

    /** So many numbers are random; more repeat them. */
    static final int PERIOD = 1 << 16;

    private Workload() {}

    /** Rules as they are measured, then probes, by name. */
    public static Map<String, Rule> rules() {
        Map<String, Rule> rules = new LinkedHashMap<>(RuleTable.firstOfEach());
        // Its steps are relative to the parameters: at 1 % each, squares are beyond the floats after 4,500 steps.
        rules.computeIfPresent("Adafactor", (_, rule) -> ((Adafactor) rule).withLearningRate(1e-5));
        rules.putAll(Probe.all());
        return rules;
    }

    static Rule rule(String name) {
        Rule rule = rules().get(name);
        if (rule == null) {
            throw new IllegalArgumentException("no rule '" + name + "' among " + rules().keySet());
        }
        return rule;
    }

    /** Whether a rule's loop needs nothing but what belongs to a parameter, so that it can run over planes of any layout by itself. */
    public static boolean isElementwise(Rule rule) {
        return rule.measures().isEmpty() && rule.states().stream().allMatch(state -> state.extent() == Extent.PARAMETER);
    }

    /** A square matrix, or one of twice as many columns as rows, if n is a power of two: else a vector. */
    static long[] shape(int n) {
        if (Integer.bitCount(n) != 1) {
            return new long[] {n};
        }
        int rows = 1 << Integer.numberOfTrailingZeros(n) / 2;
        return new long[] {rows, n / rows};
    }

    static float[] parameters(int n) {
        SplittableRandom random = new SplittableRandom(SEED);
        return repeated(n, () -> sign(random) * (0.5f + (float) random.nextDouble()));
    }

    static float[] gradients(int n) {
        SplittableRandom random = new SplittableRandom(SEED + 1);
        return repeated(n, () -> sign(random) * 0.01f * (0.5f + (float) random.nextDouble()));
    }

    private static float[] repeated(int n, DoubleSupplier next) {
        float[] period = new float[Math.min(n, PERIOD)];
        for (int i = 0; i < period.length; i++) {
            period[i] = (float) next.getAsDouble();
        }
        float[] values = new float[n];
        repeat(period, values, 0, n);
        return values;
    }

    /** Puts numbers into n elements, again and again. */
    static void repeat(float[] numbers, float[] target, int from, int n) {
        for (int i = 0; i < n; i += numbers.length) {
            System.arraycopy(numbers, 0, target, from + i, Math.min(numbers.length, n - i));
        }
    }

    /** Puts numbers into n elements, again and again. */
    static void repeat(float[] numbers, MemorySegment target, int n) {
        for (int i = 0; i < n; i += numbers.length) {
            MemorySegment.copy(numbers, 0, target, ValueLayout.JAVA_FLOAT, (long) Float.BYTES * i, Math.min(numbers.length, n - i));
        }
    }

    static float[] first(MemorySegment numbers, int count) {
        return numbers.asSlice(0, (long) Float.BYTES * count).toArray(ValueLayout.JAVA_FLOAT);
    }

    private static float sign(SplittableRandom random) {
        return random.nextBoolean() ? 1 : -1;
    }

    /** Throws unless all values are finite and none is subnormal: times would be those of other arithmetic. */
    static void requireNormal(String plane, float[] values, int count) {
        for (int i = 0; i < count; i++) {
            float magnitude = Math.abs(values[i]);
            if (!(magnitude == 0 || magnitude >= Float.MIN_NORMAL && magnitude <= Float.MAX_VALUE)) {
                throw new IllegalStateException(plane + "[" + i + "] must be finite and not subnormal after a benchmark, got " + values[i]);
            }
        }
    }
}
