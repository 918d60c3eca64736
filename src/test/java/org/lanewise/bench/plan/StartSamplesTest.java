package org.lanewise.bench.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.bench.result.Doubt;
import org.lanewise.bench.result.Start;
import org.lanewise.bench.work.StartTimes;

class StartSamplesTest {
    private static StartTimes times(double make, double hundredth, double nanosAtFirst) {
        double[] curve = new double[StartTimes.INSTANTS.size()];
        Arrays.fill(curve, Double.NaN);
        curve[0] = nanosAtFirst;
        return new StartTimes(make, 1, 2, 3, hundredth, 5, 6, 7, 8, curve, 9);
    }

    @Test
    void eachNumberIsTheMedianOfAllJvmsThatHaveOne() {
        Start start = StartSamples.start("djl", 16, List.of(times(5, Double.NaN, 1), times(1, 4, 3), times(3, Double.NaN, 2)), 1);
        assertEquals(3, start.make());
        assertTrue(Double.isNaN(start.hundredth()), "most have none");
        assertEquals(List.of(new Start.Point(StartTimes.INSTANTS.getFirst(), 2)), start.curve());
        assertEquals(3, start.jvms());
    }

    @Test
    void moreThanAThirdOfDisturbedJvmsAreADoubt() {
        List<StartTimes> three = List.of(times(1, 1, 1), times(1, 1, 1), times(1, 1, 1));
        assertNull(StartSamples.start("djl", 16, three, 1).doubt());
        assertEquals(Doubt.BUSY, StartSamples.start("djl", 16, three, 2).doubt());
    }
}
