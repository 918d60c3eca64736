package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import org.lanewise.Rule;

/** How far rules move a tensor that look at its norm. */
final class Lengths {
    private Lengths() {}

    /** {@return parameters and gradients of a vector, none of them 0} */
    static Arbitrary<TensorNumbers> vectors() {
        return Samples.nonZero(Arbitraries.integers().between(1, 75).map(size -> new long[] {size}));
    }

    /** {@return parameters and gradients of a matrix, none of them 0} */
    static Arbitrary<TensorNumbers> matrices(int rows, int columns) {
        return Samples.nonZero(Arbitraries.just(new long[] {rows, columns}));
    }

    /**
     * The distance is known exactly. What the library moves by in its first step is further from it than the two-norm of all errors of
     * {@code w} by no more than the triangle inequality allows, which is nothing.
     */
    static <R extends Rule> void assertMovesBy(double distance, RuleCase<R> rule, TensorNumbers numbers) {
        long[] shape = numbers.shape();
        float[][] before = Planes.first(rule, shape);
        before[0] = numbers.plane(0);
        before[1] = numbers.plane(1);
        double[][] x = Doubles.of(before);
        double learningRate = rule.rule().learningRate();
        double[] errors = rule.bound().errors(shape, x, rule.oracle().step(shape, x, 1, learningRate), 1, learningRate)[0];
        double[] move = Doubles.of(Comparison.library(rule.rule(), List.of(shape))
                .step(List.<float[][]>of(before), 1, learningRate, learningRate).getFirst()[0]);
        for (int i = 0; i < move.length; i++) {
            move[i] -= x[0][i];
        }
        double allowed = Rounding.SLACK * Doubles.norm(errors), moved = Doubles.norm(move);
        assertTrue(Math.abs(moved - distance) <= allowed, () -> rule + " moved by " + moved + ", expected " + distance + " +- " + allowed);
    }

    /** The comparison finds that a parameter of 0 does not move by a gradient that is not 0. */
    static <R extends Rule> void assertStandingStillIsDetected(RuleCase<R> rule) {
        long[] shape = {5};
        float[][] before = Planes.first(rule, shape);
        before[1] = FloatArrays.filled(5, 0.5f);
        assertThrows(AssertionError.class, () -> new Comparison<>(rule).check(shape, before, before, 1, 0.1, 0.1));
    }

    /** {@return sizes about those of vectors, chunks and blocks} */
    static Arbitrary<Integer> sizes() {
        return Arbitraries.of(1, 63, 64, 65, 1023, 1024, 1025, 2048, 2049, 16_384, 16_384 + 37, 40_000);
    }

    /** {@return 1, then multiples of {@code 2^-12}, whose squares have a sum that is exact in double in any order} */
    static float[] exactlySummed(int size, int pattern) {
        float[] numbers = new float[size];
        for (int i = 0; i < size; i++) {
            numbers[i] = i == 0 ? 1 : (Math.floorMod(i * (i + pattern) / 7, 3) - 1) * 0x1p-12f;
        }
        return numbers;
    }

    static double sumOfSquares(float[] numbers) {
        double sum = 0;
        for (float x : numbers) {
            sum += (double) x * x;
        }
        return sum;
    }
}
