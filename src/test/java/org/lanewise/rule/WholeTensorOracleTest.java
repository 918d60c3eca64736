package org.lanewise.rule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.kernel.Extent;

/** For every rule that looks at whole tensors, the comparison finds numbers that are not those of the tensor. */
class WholeTensorOracleTest {
    /** The plainest case of each rule, except where states belong to rows and columns: {@link AdafactorTest} has mistakes of its own. */
    static Stream<RuleCase<?>> cases() {
        return Contracts.all().stream().<RuleCase<?>>flatMap(contract -> contract.wholeTensorCases().stream().limit(1))
                .filter(one -> one.rule().states().stream().noneMatch(state -> state.extent() == Extent.ROW));
    }

    /** All tensors strung together are one vector; where a state is one number, each tensor gets the vector's. */
    @ParameterizedTest
    @MethodSource("cases")
    void detectsNumbersOfTheWholeStore(RuleCase<?> one) {
        Mutants.assertDetects(one, Planes.SHAPES, (before, step, learningRate, _) -> {
            double[][] x = new double[before.getFirst().length][];
            for (int k = 0; k < x.length; k++) {
                int plane = k;
                x[k] = Doubles.of(strung(before.stream().map(planes -> planes[plane]).toList()));
            }
            float[][] y = Doubles.rounded(one.oracle().step(new long[] {x[0].length}, x, step, learningRate));
            List<float[][]> after = new ArrayList<>();
            int from = 0;
            for (float[][] planes : before) {
                int start = from, to = from + planes[0].length;
                after.add(Arrays.stream(y).map(plane -> plane.length < to ? new float[] {plane[0]} : Arrays.copyOfRange(plane, start, to))
                        .toArray(float[][]::new));
                from = to;
            }
            return after;
        });
    }

    private static float[] strung(List<float[]> parts) {
        float[] strung = new float[parts.stream().mapToInt(part -> part.length).sum()];
        int from = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, strung, from, part.length);
            from += part.length;
        }
        return strung;
    }

    /** The numbers that matter are those of the first 16,384 elements, as if a block were the tensor. */
    @ParameterizedTest
    @MethodSource("cases")
    void detectsNumbersOfTheFirstBlock(RuleCase<?> one) {
        assertDetectsInLongTensors(one, (shape, x, step, learningRate) -> {
            double[][] first = Arrays.stream(x).map(plane -> Arrays.copyOf(plane, Math.min(plane.length, 16_384))).toArray(double[][]::new);
            double[][] ofFirst = one.oracle().step(shape, first, step, learningRate);
            double[][] y = one.oracle().step(shape, x, step, learningRate);
            for (int k = 0; k < y.length; k++) {
                System.arraycopy(ofFirst[k], 0, y[k], 0, ofFirst[k].length);
            }
            return y;
        });
    }

    /** Adding small squares to a large sum in float loses them: here about 1e-5 of the norm. */
    @ParameterizedTest
    @MethodSource("cases")
    void detectsSumsInFloat(RuleCase<?> one) {
        assertDetectsInLongTensors(one, (shape, x, step, learningRate) -> {
            double[][] y = one.oracle().step(shape, x, step, learningRate);
            double factor = Math.sqrt(sumInFloat(x[1])) / Doubles.norm(x[1]);
            for (int i = 0; i < y[0].length; i++) {
                y[0][i] = x[0][i] + (y[0][i] - x[0][i]) * factor;
            }
            return y;
        });
    }

    private static void assertDetectsInLongTensors(RuleCase<?> one, Oracle mistaken) {
        Mutants.assertDetects(one, Planes.LONG_SHAPES, Comparison.rounded(mistaken, Planes.LONG_SHAPES));
    }

    private static double sumInFloat(double[] x) {
        float sum = 0;
        for (double xi : x) {
            sum += (float) (xi * xi);
        }
        return sum;
    }
}
