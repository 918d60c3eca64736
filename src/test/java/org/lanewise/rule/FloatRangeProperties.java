package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.lanewise.Rule;

/**
 * Every rule with hyperparameters at the ends of their ranges: no step throws, and none makes {@code NaN} where the formula, in double
 * precision and from the same numbers, has a float. Once a number is infinite, a run has left the floats and is over.
 */
class FloatRangeProperties {
    private static final int ELEMENTS = 3;

    /** Hyperparameters from here on may make products with numbers other than 0 that no float holds. */
    private static final double LARGE = 1e10;

    /** Hyperparameter number so much of a rule at end number so much of its range. */
    private record End(int number, int end) {
        <R extends Rule> R of(RuleContract<R> contract, R rule, boolean large) {
            List<HyperparameterRange> ranges = contract.facts().ranges();
            HyperparameterRange range = ranges.get(number % ranges.size());
            double[] legal = range.range().legal();
            double value = legal[end % legal.length];
            if (!large && Math.abs(value) > LARGE) {
                return rule;
            }
            try {
                return contract.type().cast(RuleClasses.with(rule, range.name(), value));
            } catch (IllegalArgumentException _) {
                return rule;
            }
        }
    }

    @Provide
    Arbitrary<RuleCase<?>> cases() {
        return Arbitraries.of(Contracts.cases());
    }

    @Provide
    Arbitrary<List<End>> ends() {
        Arbitrary<Integer> numbers = Arbitraries.integers().between(0, 9), ends = Arbitraries.integers().between(0, 5);
        return Combinators.combine(numbers, ends).as(End::new).list().ofMaxSize(5);
    }

    @Provide
    Arbitrary<float[]> parameters() {
        return Arbitraries.of(0f, 1f, -1f, 1e-3f).array(float[].class).ofSize(ELEMENTS);
    }

    /** At most 1, so that divided by the smallest epsilon they are floats. */
    @Provide
    Arbitrary<float[]> gradients() {
        Arbitrary<Float> any = Arbitraries.of(0f, 1f, -1f, 0.1f, 1e-3f, 1e-10f, 1e-20f, 1e-30f, -1e-40f);
        return Arbitraries.oneOf(Arbitraries.just(new float[ELEMENTS]), any.array(float[].class).ofSize(ELEMENTS));
    }

    @Property(tries = 2000)
    void gradientsAndParametersOfZeroMakeNoNaN(@ForAll("cases") RuleCase<?> one, @ForAll("ends") List<End> ends) {
        check(one, ends, true, new float[ELEMENTS], List.of(new float[ELEMENTS], new float[ELEMENTS], new float[ELEMENTS]));
    }

    @Property(tries = 6000)
    void gradientsUpTo1MakeNoNaN(@ForAll("cases") RuleCase<?> one, @ForAll("ends") List<End> ends,
            @ForAll("parameters") float[] start, @ForAll @Size(min = 1, max = 8) List<@From("gradients") float[]> gradients) {
        check(one, ends, false, start, gradients);
    }

    private static <R extends Rule> void check(
            RuleCase<R> one, List<End> ends, boolean large, float[] start, List<float[]> gradients) {
        R rule = one.rule();
        for (End end : ends) {
            rule = end.of(one.contract(), rule, large);
        }
        if (!dividesByZero(one.contract(), rule)) {
            check(new RuleCase<>(one.contract(), rule), start, gradients);
        }
    }

    /**
     * As the documentation says of an epsilon of 0 and, for centered RMSprop, of a variance that is negative by rounding. Adafactor by
     * PyTorch's rule divides by the root of {@code epsilon1^2}, which is 0 as a float from 2.6e-23 down.
     */
    private static <R extends Rule> boolean dividesByZero(RuleContract<R> contract, R rule) {
        return switch (rule) {
            case Ftrl ftrl -> ftrl.beta() == 0 && ftrl.l2() == 0 && ftrl.initialAccumulator() == 0;
            case RmsProp rmsProp when rmsProp.centered() && !rmsProp.clampedVariance() -> true;
            case Adafactor adafactor -> !adafactor.addedEpsilon() && (float) (adafactor.epsilon1() * adafactor.epsilon1()) == 0;
            default -> RuleClasses.numbers(contract.type()).contains("epsilon") && (double) RuleClasses.get(rule, "epsilon") == 0
                    && (double) RuleClasses.get(contract.plain(1), "epsilon") > 0;
        };
    }

    private static <R extends Rule> void check(RuleCase<R> one, float[] start, List<float[]> gradients) {
        Run run = new Run(one.rule(), start);
        for (int step = 1; step <= gradients.size(); step++) {
            float[][] before = run.planes(0);
            before[1] = gradients.get(step - 1);
            double[][] formula = one.oracle().step(new long[] {ELEMENTS}, Doubles.of(before), step, one.rule().learningRate());
            float[][] after = run.step(gradients.get(step - 1)).planes(0);
            boolean floats = isWithin(formula);
            for (int k = 0; k < after.length; k++) {
                for (float x : after[k]) {
                    assertFalse(floats && Float.isNaN(x), "step " + step + " of " + one + " from " + Arrays.deepToString(before) + " to "
                            + Arrays.deepToString(after) + ", expected " + Arrays.deepToString(formula));
                }
            }
            if (!isWithin(Doubles.of(after))) {
                return;
            }
        }
    }

    private static boolean isWithin(double[][] planes) {
        return Arrays.stream(planes).flatMapToDouble(Arrays::stream).allMatch(x -> Math.abs(x) <= Float.MAX_VALUE);
    }
}
