package org.lanewise.bench.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.lanewise.bench.Latency;
import org.lanewise.bench.Row;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures cells with JMH, each fork in a JVM of its own. All cells get their first fork before any gets its second, so that a machine
 * that becomes slower or faster does so for all forms.
 *
 * @param forks JVMs for each cell
 * @param warmUpMillis length of the iteration that does not count
 * @param iterations that count, in each fork
 * @param iterationMillis length of one
 */
public record Measurement(int forks, int warmUpMillis, int iterations, int iterationMillis) {
    private static final int LATENCY_MILLIS = 1_000;
    private static final String HEAP = "1g";

    /** A fork whose loop was not compiled yet is measured again after a longer warm-up: on a busy machine C2 has to wait. */
    private static final int LONG_WARM_UP = 5;

    /** Times and single-step times. */
    public record Outcome(List<Row> rows, List<Latency> latencies) {}

    /**
     * Measures.
     *
     * @param cells what to measure
     * @param progress told before each fork
     * @param log where JMH writes
     * @throws IllegalStateException if a fork fails; its output is in the log
     */
    public Outcome run(List<Cell> cells, Consumer<Cell> progress, String log) {
        List<Samples> all = cells.stream().map(Samples::new).toList();
        for (int fork = 0; fork < forks; fork++) {
            for (Samples samples : all) {
                progress.accept(samples.cell());
                RunResult result = fork(samples.cell(), warmUpMillis, log);
                samples.add(samples.isTooEarly(result) ? fork(samples.cell(), LONG_WARM_UP * warmUpMillis, log) : result);
            }
        }
        List<Row> rows = new ArrayList<>();
        List<Latency> latencies = new ArrayList<>();
        for (Samples samples : all) {
            if (samples.cell().latency()) {
                latencies.add(samples.latency());
            } else {
                rows.add(samples.row());
            }
        }
        return new Outcome(Ratios.of(rows), latencies);
    }

    private RunResult fork(Cell cell, int warmUp, String log) {
        int millis = cell.latency() ? LATENCY_MILLIS : iterationMillis;
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + cell.benchmark().getName().replace(".", "\\.") + "\\.step$")
                .mode(cell.latency() ? Mode.SampleTime : Mode.AverageTime)
                .forks(1)
                .threads(cell.threads())
                .warmupIterations(1)
                .warmupTime(TimeValue.milliseconds(warmUp))
                .measurementIterations(cell.latency() ? 1 : iterations)
                .measurementTime(TimeValue.milliseconds(millis))
                .jvmArgs(flags(cell))
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT)
                .output(log);
        cell.parameters().forEach(options::param);
        try {
            return new Runner(options.build()).runSingle();
        } catch (RunnerException e) {
            throw new IllegalStateException("measuring " + cell + " failed: " + e.getMessage() + "; JMH's output is in " + log, e);
        }
    }

    private static String[] flags(Cell cell) {
        List<String> flags = new ArrayList<>(List.of("--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow", "-Xms" + HEAP, "-Xmx" + HEAP));
        flags.addAll(cell.jvmFlags());
        return flags.toArray(String[]::new);
    }
}
