package org.lanewise.bench.work;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lanewise.bench.work.PipelineBenchmark.Way;

class PipelineBenchmarkTest {
    @ParameterizedTest
    @EnumSource(names = {"PASSES", "TORCH_PASSES"})
    void passesByHandLeaveTheBitsOfLanewise(Way way) {
        PipelineBenchmark.requireSameBits(way);
    }

    @Test
    void aWayThatDoesSomethingElseIsRefused() {
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> PipelineBenchmark.requireSameBits(Way.STREAM));
        assertEquals("norm by hand must be ", e.getMessage().substring(0, 21));
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 1", "1, 1, 2", "4, 1, 1", "4, 2, 1"})
    void numbersStayNormalFromOneFillOfGradientsToTheNextAndInTheNextIteration(int tensors, int groups, int threads) {
        PipelineBenchmark benchmark = new PipelineBenchmark();
        benchmark.way = Way.FUSED;
        benchmark.n = 160;
        benchmark.tensors = tensors;
        benchmark.groups = groups;
        benchmark.threads = threads;
        benchmark.make();
        for (int iteration = 0; iteration < 2; iteration++) {
            benchmark.fill();
            for (int i = 0; i < 255; i++) {
                benchmark.step();
            }
            benchmark.check();
        }
        benchmark.close();
    }

    /** Gradients are what they were, the others are what they were after two steps. */
    @Test
    void theStreamFlipsAllPlanesByTheGradients() {
        PipelineControl control = new PipelineControl(64);
        control.fill(Workload.parameters(64), Workload.gradients(64));
        float[][] before = planes(control);
        control.stream();
        float[][] once = planes(control);
        assertArrayEquals(before[1], once[1]);
        for (int k : new int[] {2, 3, 4}) {
            assertArrayEquals(before[1], once[k]);
        }
        control.stream();
        assertArrayEquals(before[0], planes(control)[0]);
    }

    private static float[][] planes(PipelineControl control) {
        return Stream.of(control.planes()).map(plane -> Workload.first(plane, 64)).toArray(float[][]::new);
    }
}
