package org.lanewise.bench.work;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lanewise.tool.StoreKind;
import org.lanewise.verify.Values;

/** What is timed gives the numbers of a plain loop in double precision, and the stream reads every bit. */
class ReductionBenchmarkTest {
    private static final int N = 70_003;

    @ParameterizedTest
    @EnumSource(names = {"F32_HEAP", "F32_NATIVE"})
    void reductionsAndPlainLoopsAgree(StoreKind storage) {
        ReductionBenchmark benchmark = new ReductionBenchmark();
        benchmark.storage = storage;
        benchmark.n = N;
        benchmark.setUp();
        double exact = 0;
        float largest = 0;
        int bits = 0;
        for (float x : Values.NORMAL.array(N, 1)) {
            exact += (double) x * x;
            largest = Math.max(largest, Math.abs(x));
            bits |= Float.floatToRawIntBits(x);
        }
        assertEquals(exact, benchmark.plainSumOfSquaresInDoubles());
        // 4 ulps of a float are promised; a plain float loop of N terms may be N half ulps off.
        assertEquals(exact, benchmark.sumOfSquares(), 4 * Math.ulp((float) exact));
        assertEquals(exact, benchmark.plainSumOfSquares(), N * 0x1p-24 * exact);
        assertEquals(largest, benchmark.maxMagnitude());
        assertEquals(largest, benchmark.plainMaxMagnitude());
        assertEquals(0, benchmark.nonFiniteCount());
        assertEquals(0, benchmark.plainNonFiniteCount());
        assertEquals(bits, benchmark.read());
        benchmark.tearDown();
    }
}
