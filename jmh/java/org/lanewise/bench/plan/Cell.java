package org.lanewise.bench.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lanewise.Rule;
import org.lanewise.Storage;
import org.lanewise.Width;
import org.lanewise.bench.result.Form;
import org.lanewise.bench.work.Arithmetic;
import org.lanewise.bench.work.ControlBenchmark;
import org.lanewise.bench.work.PipelineBenchmark;
import org.lanewise.bench.work.SlabBenchmark;
import org.lanewise.bench.work.StepBenchmark;
import org.lanewise.bench.work.Traffic;
import org.lanewise.bench.work.Workload;
import org.lanewise.kernel.Extent;
import org.lanewise.tool.StoreKind;

/**
 * One thing to measure.
 *
 * @param benchmark class of the benchmark
 * @param parameters its JMH parameters
 * @param rule name of the rule
 * @param form what steps, of this project
 * @param storage how planes are kept
 * @param width bits of a vector, 32 for plain loops
 * @param n number of parameters, of all threads together
 * @param threads number of threads
 * @param jvmFlags what its JVM is started with
 * @param latency whether the times of single steps are wanted, not their mean
 */
public record Cell(Class<?> benchmark, Map<String, String> parameters, String rule, Form form, StoreKind storage, int width, int n,
        int threads, List<String> jvmFlags, boolean latency) {
    /** What whole training steps are named in place of a rule. */
    public static final String PIPELINE = "pipeline";

    private static final String NO_SUPERWORD = "-XX:-UseSuperWord";
    private static final String AVX2 = "-XX:UseAVX=2";

    /** Lanewise: a kernel of a width. */
    public static Cell lanewise(String rule, StoreKind storage, Width width, int n) {
        return step(rule, Form.LANEWISE, storage, width, n, 1, List.of(), false, false);
    }

    /** Lanewise on several threads, each of which steps its share of the parameters in a store of its own. */
    public static Cell lanewise(String rule, StoreKind storage, Width width, int n, int threads) {
        return step(rule, Form.LANEWISE, storage, width, n, threads, List.of(), false, false);
    }

    /** Lanewise in a JVM that has no more than AVX2. */
    public static Cell avx2(String rule, StoreKind storage, int n) {
        return step(rule, Form.LANEWISE_AVX2, storage, Width.BITS_256, n, 1, List.of(AVX2), false, false);
    }

    /** Lanewise in a JVM where much else ran. */
    public static Cell polluted(String rule, StoreKind storage, Width width, int n) {
        return step(rule, Form.LANEWISE_POLLUTED, storage, width, n, 1, List.of(), true, false);
    }

    /** Single steps of Lanewise. */
    public static Cell latency(String rule, StoreKind storage, Width width, int n) {
        return step(rule, Form.LANEWISE, storage, width, n, 1, List.of(), false, true);
    }

    /** The plain loop, one element at a time. */
    public static Cell scalar(String rule, int n) {
        return step(rule, Form.SCALAR, StoreKind.F32_HEAP, Width.SCALAR, n, 1, List.of(NO_SUPERWORD), false, false);
    }

    /** The plain loop as C2 vectorizes it at best. */
    public static Cell auto(String rule, int n) {
        return step(rule, Form.AUTO, StoreKind.F32_HEAP, Width.SCALAR, n, 1, List.of(), false, false);
    }

    /** The plain loop as C2 vectorizes it with AVX2. */
    public static Cell autoAvx2(String rule, int n) {
        return step(rule, Form.AUTO_AVX2, StoreKind.F32_HEAP, Width.SCALAR, n, 1, List.of(AVX2), false, false);
    }

    /** The plain loop over one slab. */
    public static Cell slab(String rule, int n) {
        return new Cell(SlabBenchmark.class, Map.of("rule", rule, "n", "" + n), rule, Form.AUTO_SOA, StoreKind.F32_HEAP, Float.SIZE, n, 1,
                List.of(), false);
    }

    /** A loop by hand. */
    public static Cell control(String rule, ControlBenchmark.Loop loop, Width width, int n) {
        boolean plain = loop == ControlBenchmark.Loop.PLAIN_HEAP;
        return new Cell(ControlBenchmark.class, Map.of("rule", rule, "loop", loop.name(), "n", "" + n), rule,
                plain ? Form.CONTROL_AUTO : Form.CONTROL,
                loop == ControlBenchmark.Loop.VECTOR_NATIVE ? StoreKind.F32_NATIVE : StoreKind.F32_HEAP,
                plain ? Float.SIZE : width.bits(), n, 1, List.of(), false);
    }

    /** A limit of the machine as a loop by hand finds it. */
    public static Cell roofControl(String stream, ControlBenchmark.Loop loop, Width width, int n) {
        return new Cell(ControlBenchmark.class, Map.of("rule", stream, "loop", loop.name(), "n", "" + n), stream, Form.ROOF_CONTROL,
                loop == ControlBenchmark.Loop.VECTOR_NATIVE ? StoreKind.F32_NATIVE : StoreKind.F32_HEAP, width.bits(), n, 1, List.of(),
                false);
    }

    /** A limit of the machine. */
    public static Cell probe(String probe, Form form, StoreKind storage, Width width, int n, int threads) {
        return step(probe, form, storage, width, n, threads, List.of(), false, false);
    }

    /** A whole training step. Several tensors share the parameters, and belong to so many groups in turn. */
    public static Cell pipeline(PipelineBenchmark.Way way, int n, int tensors, int groups, int threads) {
        Form form = switch (way) {
            case FUSED -> Form.LANEWISE;
            case PASSES -> Form.CONTROL;
            case TORCH_PASSES -> Form.TORCH_PASSES;
            case STREAM -> Form.ROOF;
        };
        int callers = callers(way, threads);
        Map<String, String> parameters = Map.of("way", way.name(), "n", "" + n / callers, "tensors", "" + tensors, "groups", "" + groups,
                "threads", "" + threads);
        String name = PIPELINE + (tensors == 1 ? "" : "-" + tensors + "x" + n / tensors) + (groups == 1 ? "" : "-" + groups + "-groups");
        return new Cell(PipelineBenchmark.class, parameters, name, form, StoreKind.F32_NATIVE, Width.preferred().bits(), n, threads,
                List.of(), false);
    }

    /** Lanewise has threads of its own here. */
    private static int callers(PipelineBenchmark.Way way, int threads) {
        return way == PipelineBenchmark.Way.FUSED ? 1 : threads;
    }

    private Optional<PipelineBenchmark.Way> way() {
        return Optional.ofNullable(parameters.get("way")).map(PipelineBenchmark.Way::valueOf);
    }

    /** Threads of the benchmark; those that are not are Lanewise's own. */
    int callers() {
        return way().map(way -> callers(way, threads)).orElse(threads);
    }

    private static Cell step(String rule, Form form, StoreKind storage, Width width, int n, int threads, List<String> jvmFlags,
            boolean polluted, boolean latency) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("rule", rule);
        parameters.put("storage", storage.name());
        parameters.put("width", width.name());
        parameters.put("n", "" + n / threads);
        parameters.put("threads", "" + threads);
        parameters.put("polluted", "" + polluted);
        return new Cell(StepBenchmark.class, parameters, rule, form, storage, width.bits(), n, threads, jvmFlags, latency);
    }

    /** Bytes that a step reads and writes for each parameter. */
    public int bytesPerElement() {
        return way().map(PipelineBenchmark.Way::bytes).orElseGet(() -> Traffic.bytes(made(), storage));
    }

    /** Bytes of its planes outside of Java's heap. */
    long nativeBytes() {
        if (way().isPresent()) {
            return (long) n * PipelineBenchmark.PLANE_BYTES;
        }
        long bytes = 2L * storage.parameters().bytes() + made().states().stream()
                .filter(state -> state.extent() == Extent.PARAMETER)
                .mapToLong(state -> (state.exact() ? Storage.F32 : storage.states()).bytes()).sum();
        return storage.isNative() ? n * bytes : 0;
    }

    /** Roots and divisions of a step for each parameter. */
    public Arithmetic arithmetic() {
        return Arithmetic.of(made());
    }

    /** Around AdamW's roots and divisions a whole step has none for each parameter. */
    private Rule made() {
        return Workload.rules().get(way().map(way -> way == PipelineBenchmark.Way.STREAM ? "STREAM_28" : "AdamW").orElse(rule));
    }

    /** Short enough for a line of progress. */
    @Override
    public String toString() {
        return rule + " " + form.id() + " " + storage + " " + width + " n=" + n + (threads > 1 ? " threads=" + threads : "")
                + (latency ? " single steps" : "");
    }
}
