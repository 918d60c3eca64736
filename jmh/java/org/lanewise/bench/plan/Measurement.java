package org.lanewise.bench.plan;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.lanewise.bench.result.Doubt;
import org.lanewise.bench.result.Latency;
import org.lanewise.bench.result.Results;
import org.lanewise.bench.result.Row;
import org.lanewise.bench.work.ForkProfiler;
import org.lanewise.bench.work.JvmFlags;
import org.lanewise.bench.work.ParentWatch;
import org.lanewise.tool.TemporaryFolder;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Measures cells with JMH, each fork in a JVM of its own. All cells get their first fork before any gets its second, so that a machine
 * that becomes slower or faster does so for all forms.
 *
 * <p>Iterations are longer where a step takes long, so that about 20 steps of a loop at the speed of memory fit in: at 16 Mi parameters
 * 60 ms would be 3 steps of Adam. A full run takes a quarter longer for it.
 *
 * @param forks JVMs for each cell
 * @param warmUpMillis length of the iteration that does not count
 * @param iterations that count, in each fork
 * @param iterationMillis length of one, at least
 */
public record Measurement(int forks, int warmUpMillis, int iterations, int iterationMillis) {
    private static final int LATENCY_MILLIS = 500;
    private static final int START_MILLIS = 600;
    /** For each parameter: 0.8 s for 16 Mi. */
    private static final double LARGE_MILLIS = 5e-5;
    private static final int HEAP_MEBIBYTES = 1024;
    /** Of the heap for each parameter: up to eight planes, and as much again for copies. */
    private static final int HEAP_BYTES = 64;
    private static final int STEPS = 20;
    /** For each byte that a step moves: 22 GB/s, about what memory gives to a thread on the machines seen so far. */
    private static final double MEMORY_MILLIS = 4.5e-8;

    /**
     * What came out.
     *
     * @param rows times per element
     * @param latencies times of single steps
     * @param failures one sentence for each fork that failed
     * @param finished whether every cell was measured in every fork
     */
    public record Outcome(List<Row> rows, List<Latency> latencies, List<String> failures, boolean finished) {}

    /** Who is told of a run. */
    public interface Observer {
        /** A fork begins. */
        void begins(Cell cell);

        /** A fork has ended, well or not; what was measured so far is there for the asking. */
        void ended(Cell cell, Supplier<Outcome> soFar);

        /** Whether to end the run early. */
        boolean isStopped();
    }

    /**
     * The same in another number of JVMs.
     *
     * @param forks JVMs for each cell; null for as many as here
     */
    public Measurement withForks(Integer forks) {
        return forks == null ? this : new Measurement(forks, warmUpMillis, iterations, iterationMillis);
    }

    /**
     * What results say of it.
     *
     * @param command the arguments of the command
     * @param time length of the whole run
     */
    public Results.Settings settings(List<String> command, Duration time) {
        return new Results.Settings(command, forks, warmUpMillis, iterations, iterationMillis, time.toSeconds());
    }

    /**
     * About how long a run takes, if no JVM has to be run again. A JVM starts in some 300 ms and has its kernel compiled after as much;
     * before each iteration planes are filled, and a step is finished that began within it.
     */
    public Duration estimate(List<Cell> cells) {
        double millis = cells.stream().mapToDouble(cell -> START_MILLIS + warmUpMillis
                + (cell.latency() ? LATENCY_MILLIS : iterations * iterationMillis(cell)) + cell.n() * LARGE_MILLIS).sum();
        return Duration.ofMillis((long) (forks * millis));
    }

    /** How long an iteration of a cell is. */
    int iterationMillis(Cell cell) {
        return Math.max(iterationMillis, (int) (STEPS * (double) cell.n() * cell.bytesPerElement() * MEMORY_MILLIS));
    }

    /** The part of a fork's heap that its planes take. */
    static long heapBytes(Cell cell) {
        return (long) cell.n() * HEAP_BYTES;
    }

    /**
     * Where forks write.
     *
     * @param log what JMH says
     * @param crashes the folder for what JVMs say that crash
     */
    public record Traces(PrintStream log, Path crashes) {}

    /**
     * Measures.
     *
     * @param cells what to measure
     * @param observer told before and after each fork
     * @param traces where forks write
     * @return what was measured; a fork that fails leaves the others as they are
     */
    public Outcome run(List<Cell> cells, Observer observer, Traces traces) {
        Path archive = classArchive();
        try {
            return run(cells, observer, traces, archive);
        } finally {
            TemporaryFolder.delete(archive.getParent());
        }
    }

    private Outcome run(List<Cell> cells, Observer observer, Traces traces, Path archive) {
        List<Samples> all = cells.stream().map(Samples::new).toList();
        List<String> failures = new ArrayList<>();
        for (int fork = 1; fork <= forks; fork++) {
            for (Samples samples : all) {
                if (observer.isStopped()) {
                    return outcome(all, failures, false);
                }
                observer.begins(samples.cell());
                try {
                    measure(samples, traces, archive);
                } catch (RunnerException | IllegalStateException e) {
                    // JMH throws the second where it cannot write.
                    if (observer.isStopped()) {
                        return outcome(all, failures, false);
                    }
                    failures.add("Not measured: " + samples.cell() + ", JVM " + fork + ": " + JmhFailure.sentence(e)
                            + "; jmh.log has more");
                }
                observer.ended(samples.cell(), () -> outcome(all, failures, false));
            }
        }
        return outcome(all, failures, failures.isEmpty());
    }

    private static Outcome outcome(List<Samples> all, List<String> failures, boolean finished) {
        List<Samples> measured = all.stream().filter(samples -> !samples.isEmpty()).toList();
        return new Outcome(measured.stream().filter(samples -> !samples.cell().latency()).map(Samples::row).toList(),
                measured.stream().filter(samples -> samples.cell().latency()).map(Samples::latency).toList(), List.copyOf(failures),
                finished);
    }

    private void measure(Samples samples, Traces traces, Path archive) throws RunnerException {
        Cell cell = samples.cell();
        Function<RunResult, Doubt> doubt = result -> Doubts.of(result, cell.n(), cell.threads() - cell.callers());
        RunResult result = Doubts.measure(warmUp -> fork(cell, warmUp, traces, archive), warmUpMillis, doubt);
        samples.add(result, doubt.apply(result));
    }

    private RunResult fork(Cell cell, int warmUp, Traces traces, Path archive) throws RunnerException {
        int millis = cell.latency() ? LATENCY_MILLIS : iterationMillis(cell);
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include("^" + cell.benchmark().getName().replace(".", "\\.") + "\\.step$")
                .mode(cell.latency() ? Mode.SampleTime : Mode.AverageTime)
                .forks(1)
                .threads(cell.callers())
                .warmupIterations(1)
                .warmupTime(TimeValue.milliseconds(warmUp))
                .measurementIterations(cell.latency() ? 1 : iterations)
                .measurementTime(TimeValue.milliseconds(millis))
                .jvmArgs(flags(cell, archive, traces.crashes()))
                .addProfiler(ForkProfiler.class)
                .shouldFailOnError(true);
        cell.parameters().forEach(options::param);
        return new Runner(options.build(), OutputFormatFactory.createFormatInstance(traces.log(), VerboseMode.NORMAL)).runSingle();
    }

    /**
     * Where the first JVM leaves the classes that it loaded, parsed, for the others: they start in half the time, and then compile what
     * they would have compiled. The JVM makes no archive of classes in folders.
     */
    private static Path classArchive() {
        try {
            return Files.createTempDirectory(TemporaryFolder.path(), "lanewise-bench").resolve("classes.jsa");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those of this JVM too, as the user gave them, but for what is set here. */
    private static String[] flags(Cell cell, Path archive, Path crashes) {
        long heap = Math.max(HEAP_MEBIBYTES, heapBytes(cell) >> 20);
        List<String> flags = new ArrayList<>(List.of(
                JvmFlags.MODULE, JvmFlags.NATIVE_ACCESS, JvmFlags.UNSAFE, JvmFlags.VECTORS_FIRST,
                ParentWatch.flag(), "-Xms" + heap + "m", "-Xmx" + heap + "m"));
        Stream<Path> classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).map(Path::of);
        if (classPath.noneMatch(Files::isDirectory)) {
            flags.addAll(List.of("-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + archive));
        }
        flags.addAll(JvmFlags.crashesIn(crashes));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(flag -> flag.startsWith("-XX:")).forEach(flags::add);
        flags.addAll(cell.jvmFlags());
        return flags.toArray(String[]::new);
    }
}
