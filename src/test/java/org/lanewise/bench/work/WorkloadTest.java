package org.lanewise.bench.work;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Floats;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.Tensor;
import org.lanewise.Width;
import org.lanewise.WrittenKernel;
import org.lanewise.tool.RuleTable;
import org.lanewise.tool.StoreKind;

/** What is timed computes what it should: each benchmark's planes after some steps have the bits of the plain loops as they are written. */
@Tag("slow")
class WorkloadTest {
    private static final int N = 1_003;
    private static final int STEPS = 5;

    static Stream<Arguments> everyRuleStorageAndWidth() {
        return RuleTable.firstOfEach().keySet().stream().flatMap(rule -> Stream.of(StoreKind.values())
                .flatMap(kind -> Stream.of(Width.values()).map(width -> Arguments.of(rule, kind, width))));
    }

    static Stream<String> rules() {
        return RuleTable.firstOfEach().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("everyRuleStorageAndWidth")
    void stepBenchmarkStepsTheRule(String rule, StoreKind storage, Width width) {
        assumeTrue(width.isSupported(), () -> "not run: this CPU or JVM has no vectors of " + width.bits() + " bits");
        StepBenchmark benchmark = stepBenchmark(rule, storage, width);
        List<float[]> expected = expected(rule, storage);
        steps(benchmark::step);
        benchmark.check();
        List<float[]> actual = planes(benchmark.tensor(), Workload.rule(rule));
        benchmark.close();
        assertSame(expected, actual);
    }

    @ParameterizedTest
    @MethodSource("rules")
    void everyIterationStartsFromTheSameNumbers(String rule) {
        StepBenchmark benchmark = stepBenchmark(rule, StoreKind.F32_NATIVE, Width.SCALAR);
        List<float[]> before = planes(benchmark.tensor(), Workload.rule(rule));
        benchmark.step();
        benchmark.fill();
        assertSame(before, planes(benchmark.tensor(), Workload.rule(rule)));
        benchmark.close();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void numbersStayNormalForManyStepsOfLaterIterationsToo(String rule) {
        StepBenchmark benchmark = stepBenchmark(rule, StoreKind.F32_NATIVE, Width.preferred());
        benchmark.step();
        for (int iteration = 0; iteration < 2; iteration++) {
            benchmark.fill();
            for (int i = 0; i < 5_000; i++) {
                benchmark.step();
            }
            benchmark.check();
        }
        benchmark.close();
    }

    static Stream<String> elementwiseRules() {
        return rules().filter(rule -> Workload.isElementwise(Workload.rule(rule)));
    }

    @ParameterizedTest
    @MethodSource("elementwiseRules")
    void slabBenchmarkStepsTheRule(String rule) {
        SlabBenchmark benchmark = new SlabBenchmark();
        benchmark.rule = rule;
        benchmark.n = N;
        benchmark.make();
        benchmark.fill();
        steps(benchmark::step);
        benchmark.check();
        List<float[]> expected = expected(rule, StoreKind.F32_HEAP);
        for (int k = 0; k < expected.size(); k++) {
            assertArrayEquals(expected.get(k), benchmark.plane(k == 0 ? 0 : k + 1), "plane " + k);
        }
    }

    @ParameterizedTest
    @CsvSource({"Sgd, VECTOR_HEAP", "Sgd, VECTOR_NATIVE", "Sgd, PLAIN_HEAP", "Adam, VECTOR_HEAP", "Adam, VECTOR_NATIVE",
        "Adam, PLAIN_HEAP", "STREAM_28, VECTOR_HEAP", "STREAM_28, VECTOR_NATIVE"})
    void loopsByHandStepTheRule(String rule, ControlBenchmark.Loop loop) {
        ControlBenchmark benchmark = new ControlBenchmark();
        benchmark.rule = rule;
        benchmark.loop = loop;
        benchmark.n = N;
        benchmark.make();
        benchmark.fill();
        steps(benchmark::step);
        benchmark.check();
        List<float[]> expected = expected(rule, StoreKind.F32_HEAP);
        float[][] actual = benchmark.planes();
        for (int k = 0; k < expected.size(); k++) {
            assertArrayEquals(expected.get(k), Arrays.copyOf(actual[k], N), "plane " + k);
        }
    }

    @ParameterizedTest
    @CsvSource({"STREAM_12, 12", "STREAM_20, 20", "STREAM_28, 28", "STREAM_36, 36"})
    void streamsMoveTheBytesOfTheirNameAndFlipBits(String name, int bytes) {
        Rule stream = Workload.rule(name);
        assertEquals(bytes, Traffic.bytes(stream, StoreKind.F32_NATIVE));
        StepBenchmark benchmark = stepBenchmark(name, StoreKind.F32_NATIVE, Width.preferred());
        float[] w = Workload.parameters(N);
        float[] g = Workload.gradients(N);
        benchmark.step();
        List<float[]> once = planes(benchmark.tensor(), stream);
        for (int i = 0; i < N; i++) {
            int flipped = Float.floatToRawIntBits(w[i]) ^ Float.floatToRawIntBits(g[i]);
            assertEquals(flipped, Float.floatToRawIntBits(once.getFirst()[i]));
        }
        once.subList(1, once.size()).forEach(state -> assertArrayEquals(g, state));
        benchmark.step();
        assertArrayEquals(w, planes(benchmark.tensor(), stream).getFirst());
        benchmark.close();
    }

    @Test
    void arithmeticProbesComputeRootAndQuotient() {
        float[] g = Workload.gradients(N);
        for (String name : List.of("ROOT", "DIVISION", "ROOT_AND_DIVISION")) {
            StepBenchmark benchmark = stepBenchmark(name, StoreKind.F32_NATIVE, Width.preferred());
            benchmark.step();
            float[] actual = Floats.of(benchmark.tensor().parameter());
            benchmark.close();
            for (int i = 0; i < N; i++) {
                float root = (float) Math.sqrt(Math.abs(g[i]));
                float expected = switch (name) {
                    case "ROOT" -> root;
                    case "DIVISION" -> g[i] / Math.abs(g[i]);
                    default -> g[i] / root;
                };
                assertEquals(expected, actual[i], name);
            }
        }
    }

    @Test
    void bytesAreThoseOfTheRulesDocumentation() {
        assertEquals(12, bytes("GradientDescent", StoreKind.F32_NATIVE));
        assertEquals(20, bytes("Momentum", StoreKind.F32_NATIVE));
        assertEquals(36, bytes("Nesterov", StoreKind.F32_NATIVE));
        assertEquals(28, bytes("Adam", StoreKind.F32_NATIVE));
        assertEquals(20, bytes("Adam", StoreKind.BF16_STATES_NATIVE));
        assertEquals(14, bytes("Adam", StoreKind.BF16_NATIVE));
    }

    @ParameterizedTest
    @CsvSource({"NaN", "Infinity", "-Infinity", "1e-40"})
    void numbersThatAreTimedDifferentlyAreRefused(float value) {
        assertThrows(IllegalStateException.class, () -> Workload.requireNormal("w", new float[] {1, 0, value}, 3));
    }

    private static int bytes(String rule, StoreKind kind) {
        return Traffic.bytes(Workload.rule(rule), kind);
    }

    private static StepBenchmark stepBenchmark(String rule, StoreKind storage, Width width) {
        StepBenchmark benchmark = new StepBenchmark();
        benchmark.rule = rule;
        benchmark.storage = storage;
        benchmark.width = width;
        benchmark.n = N;
        benchmark.threads = 1;
        benchmark.make();
        benchmark.fill();
        return benchmark;
    }

    private static void steps(Runnable step) {
        for (int i = 0; i < STEPS; i++) {
            step.run();
        }
    }

    private static List<float[]> expected(String name, StoreKind storage) {
        Rule rule = Workload.rule(name);
        try (ParameterStore store = storage.builder().tensor("w", N).build()) {
            store.tensor("w").parameter().copyFrom(Workload.parameters(N));
            store.tensor("w").gradient().copyFrom(Workload.gradients(N));
            WrittenKernel plain = new WrittenKernel(rule, store, false);
            if (rule.states().stream().anyMatch(state -> state.name().equals(Workload.LAST_GRADIENT))) {
                store.tensor("w").state(Workload.LAST_GRADIENT).copyFrom(Workload.gradients(N));
            }
            steps(plain::step);
            return planes(store.tensor("w"), rule);
        }
    }

    /** Parameters, then states. */
    private static List<float[]> planes(Tensor tensor, Rule rule) {
        return Stream.concat(Stream.of(tensor.parameter()), rule.states().stream().map(state -> tensor.state(state.name())))
                .map(Floats::of).toList();
    }

    private static void assertSame(List<float[]> expected, List<float[]> actual) {
        for (int k = 0; k < expected.size(); k++) {
            assertArrayEquals(Floats.bits(expected.get(k)), Floats.bits(actual.get(k)), "plane " + k);
        }
    }
}
