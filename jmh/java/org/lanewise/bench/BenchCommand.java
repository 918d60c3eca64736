package org.lanewise.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.lanewise.bench.peers.Libraries;
import org.lanewise.bench.plan.Cell;
import org.lanewise.bench.plan.JmhLock;
import org.lanewise.bench.plan.Measurement;
import org.lanewise.bench.plan.Memory;
import org.lanewise.bench.plan.Plan;
import org.lanewise.bench.report.Chart;
import org.lanewise.bench.report.MeasuredTable;
import org.lanewise.bench.report.Report;
import org.lanewise.bench.report.ResultsTable;
import org.lanewise.bench.result.Findings;
import org.lanewise.bench.result.Results;
import org.lanewise.bench.result.ResultsFile;
import org.lanewise.bench.result.Rows;
import org.lanewise.bench.work.JvmFlags;
import org.lanewise.tool.ExitCode;
import org.lanewise.tool.Machine;
import org.lanewise.tool.Progress;
import org.lanewise.tool.RuleTable;
import org.lanewise.tool.RunFolder;
import org.lanewise.tool.SizeList;
import org.lanewise.tool.StoreKind;
import org.lanewise.tool.Units;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures what steps cost on this CPU. */
@Command(
        name = BenchCommand.NAME,
        sortOptions = false,
        description = "Measures what a step of each rule costs on this CPU: with vectors of each width and in each storage, as plain Java "
                + "with and without C2's own vectorization, as loops by hand, and what the machine's memory and arithmetic allow.",
        footer = {"", "Leave the machine alone meanwhile. " + Options.LISTS + " Sizes under 2Ki are measured for overhead only. Options of "
                + "the JVM that begin with -XX: hold for all JVMs it starts. Each run writes results.json, report.html, table.md and, "
                + "where 64Ki parameters were measured, chart.svg into a folder of its own. A run that is ended early leaves what it has, "
                + "marked as unfinished.",
            "Rows that were measured while other programs had the processors, or before C2 had compiled the loop, are marked and left out "
                + "of charts and ratios.",
            "Exit codes: 0 if all was measured, 1 if a JVM failed, 4 if another JMH runs on this machine, " + ExitCode.COMMON + "."})
final class BenchCommand implements Callable<Integer> {
    static final String NAME = "bench";

    static final List<String> JVM_FLAGS = List.of(JvmFlags.UNSAFE);

    private static final int START_FORKS = 15;
    private static final double START_SECONDS = 2.5, LEAST_SECONDS = 0.01, MOST_SECONDS = 600;
    private static final Measurement QUICK = new Measurement(1, 100, 3, 60);
    private static final Measurement FULL = new Measurement(5, 100, 3, 60);

    @Option(names = "--full", description = "more sizes, widths, storages and forms, and 5 JVMs for each cell: more than an hour; "
                    + "without, 1 JVM for each of fewer cells: some minutes")
    private boolean full;

    @Option(names = "--pipeline", description = "whole training steps in place of rules: loss scale, clipping by the global norm, AdamW, "
                    + "gradients cleared and an average in one pass, against passes by hand and a stream of as many bytes; 1 and 2 "
                    + "threads, many tensors, two groups")
    private boolean pipeline;

    @Option(names = "--start", description = "the first steps of Adam in fresh JVMs, in place of rules: what it takes to make an "
                    + "optimizer, single steps, the first thousand, how long until full speed, and how much single steps differ then; "
                    + "beside plain Java and the libraries of peers, as far as these are there: some 12 minutes")
    private boolean start;

    @Option(names = "--seconds", paramLabel = "S", description = "how long each JVM of --start steps, 0.01 to 600 (default: 2.5; other "
                    + "libraries half as long)")
    private Double seconds;

    @Option(names = "--rule", paramLabel = "NAME", description = "only these rules, in detail")
    private List<String> rules = List.of();

    @Option(names = "--storage", paramLabel = "KIND", completionCandidates = Options.Storages.class,
            description = "only these: ${COMPLETION-CANDIDATES}")
    private List<String> storages = List.of();

    @Option(names = "--size", paramLabel = "N", description = "these numbers of parameters in place of the usual ones: " + SizeList.WHAT)
    private List<String> sizes = List.of();

    @Option(names = "--width", split = ",", paramLabel = "BITS", description = "only these widths of Lanewise: 128, 256, 512")
    private Set<Integer> widths = Set.of();

    @Option(names = "--threads", split = ",", paramLabel = "N", description = "only these numbers of threads: 1, with --full or "
                    + "--pipeline also 2, which share sizes that are even")
    private Set<Integer> threads = Set.of();

    @Option(names = "--forks", paramLabel = "N", description = "JVMs for each cell, 1 to 100 (default: 1, with --full 5, with --start 15 "
                    + "and a third of them for what is only compared with)")
    private Integer forks;

    @Option(names = "--out", paramLabel = "DIR",
            description = "where to make a folder for this run (default: lanewise-bench, or lanewise- and the option's name)")
    private Path out;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Set<String> known = Options.requireRules(spec, rules, RuleTable.firstOfEach().keySet());
        Options.requireWidths(spec, widths);
        requireThreads();
        Options.requireForks(spec, forks);
        Plan.Asked asked = new Plan.Asked(known, Options.requireConstants(spec, "--storage", storages, StoreKind.class),
                Options.requireSizes(spec, sizes), widths, threads);
        if (pipeline && !(rules.isEmpty() && storages.isEmpty() && widths.isEmpty())) {
            throw new ParameterException(spec.commandLine(), "--pipeline goes together with --full, --size, --threads, --forks and --out");
        }
        requireStart();
        if (start) {
            return measureStart(asked.sizes());
        }
        List<Cell> cells = pipeline ? Plan.pipeline(asked) : full ? Plan.full(asked) : Plan.quick(asked);
        if (cells.stream().noneMatch(cell -> cell.form().isLanewise())) {
            throw new ParameterException(spec.commandLine(), "nothing to measure: no cell of this run fits all filters");
        }
        return measure(cells, (full ? FULL : QUICK).withForks(forks));
    }

    private void requireThreads() {
        for (int count : threads) {
            if (count != 1 && (count != 2 || !(full || pipeline))) {
                throw new ParameterException(spec.commandLine(), "--threads must be 1, or 2 with --full or --pipeline, got " + count);
            }
        }
    }

    private void requireStart() {
        if (start && (full || pipeline || !(rules.isEmpty() && storages.isEmpty() && widths.isEmpty() && threads.isEmpty()))) {
            throw new ParameterException(spec.commandLine(), "--start goes together with --size, --seconds, --forks and --out");
        }
        if (seconds != null && (!start || !(seconds >= LEAST_SECONDS && seconds <= MOST_SECONDS))) {
            throw new ParameterException(spec.commandLine(), start ? "--seconds must be 0.01 to 600, got " + seconds
                    : "--seconds needs --start");
        }
    }

    private int measureStart(Set<Integer> sizes) throws IOException {
        Optional<JmhLock> lock = Options.takeLock(spec.commandLine().getErr());
        if (lock.isEmpty()) {
            return ExitCode.BUSY;
        }
        try (JmhLock _ = lock.get(); EarlyEnd end = new EarlyEnd()) {
            Options.warnOfLoad(spec);
            StartRun.Asked asked = new StartRun.Asked(sizes, forks == null ? START_FORKS : forks, seconds == null ? START_SECONDS : seconds,
                    spec.commandLine().getParseResult().originalArgs());
            StartRun run = new StartRun(asked, Libraries.nextToBenchmarks(), new RunFiles(RunFolder.create(folder())), end);
            return run.run(spec.commandLine().getOut(), spec.commandLine().getErr()) ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    /** Others than rules have a folder of their own, since the latest run of rules goes into documents. */
    private Path folder() {
        return out != null ? out : Path.of(start ? "lanewise-start" : pipeline ? "lanewise-pipeline" : "lanewise-bench");
    }

    /** Holds JMH's lock for the whole run; without it, or without the memory that forks take, nothing is begun. */
    private int measure(List<Cell> cells, Measurement measurement) throws IOException {
        Optional<String> lacking = Memory.lacking(cells);
        if (lacking.isPresent()) {
            spec.commandLine().getErr().println(lacking.get());
            return ExitCode.MEMORY;
        }
        Optional<JmhLock> lock = Options.takeLock(spec.commandLine().getErr());
        if (lock.isEmpty()) {
            return ExitCode.BUSY;
        }
        try (JmhLock _ = lock.get(); EarlyEnd end = new EarlyEnd()) {
            return measure(cells, measurement, new RunFiles(RunFolder.create(folder())), end);
        }
    }

    private int measure(List<Cell> cells, Measurement measurement, RunFiles files, EarlyEnd end) throws IOException {
        PrintWriter console = spec.commandLine().getOut();
        long start = System.nanoTime();
        long jvms = (long) cells.size() * measurement.forks();
        Options.warnOfLoad(spec);
        console.printf(Locale.ROOT, "%,d cells, %,d JVMs, about %s on a machine with nothing else to do%n", cells.size(), jvms,
                Units.seconds(measurement.estimate(cells).toSeconds()));
        console.flush();
        Measurement.Outcome outcome;
        try (Progress.Bar progress = Progress.onTerminalOr(spec.commandLine().getErr()).start("Measuring", jvms);
                PrintStream log = files.log()) {
            outcome = measurement.run(cells, new Watch(files, measurement, start, progress, log, end),
                    new Measurement.Traces(log, files.folder()));
        }
        Results results = results(outcome, measurement, start);
        print(results, outcome, console);
        files.write(() -> texts(results, outcome));
        console.println("Report: " + files.report());
        console.flush();
        return outcome.failures().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }

    private Results results(Measurement.Outcome outcome, Measurement measurement, long start) {
        return new Results(Machine.current(), measurement.settings(spec.commandLine().getParseResult().originalArgs(),
                Duration.ofNanos(System.nanoTime() - start)), outcome.rows(), outcome.latencies()).withFinished(outcome.finished());
    }

    private static List<String> findings(Results results, Measurement.Outcome outcome) {
        return Stream.concat(Findings.of(Rows.of(results)).stream(), outcome.failures().stream()).toList();
    }

    private static Map<String, String> texts(Results results, Measurement.Outcome outcome) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put(RunFiles.RESULTS, ResultsFile.text(results));
        texts.put(RunFiles.REPORT, Report.html(results, findings(results, outcome)));
        texts.put(RunFiles.TABLE, MeasuredTable.withWarnings(results));
        Chart.svg(List.of(results)).ifPresent(chart -> texts.put(RunFiles.CHART, chart));
        return texts;
    }

    /** Before files are written: what a disk has no room for is on the console. */
    private static void print(Results results, Measurement.Outcome outcome, PrintWriter console) {
        ResultsTable.print(results, console);
        console.println();
        findings(results, outcome).forEach(console::println);
        console.println();
        console.printf(Locale.ROOT, "%d cells in %d s%n", results.rows().size() + results.latencies().size(),
                results.settings().seconds());
        console.flush();
    }

    /** Shows how far the run is, and has what was measured so far written. */
    private final class Watch implements Measurement.Observer {
        private final RunFiles files;
        private final Measurement measurement;
        private final long start;
        private final Progress.Bar progress;
        private final PrintStream log;
        private final EarlyEnd end;

        Watch(RunFiles files, Measurement measurement, long start, Progress.Bar progress, PrintStream log, EarlyEnd end) {
            this.files = files;
            this.measurement = measurement;
            this.start = start;
            this.progress = progress;
            this.log = log;
            this.end = end;
        }

        @Override
        public void begins(Cell cell) {
            progress.next(cell.toString());
        }

        @Override
        public void ended(Cell cell, Supplier<Measurement.Outcome> soFar) {
            progress.step();
            try {
                files.writeSoFar(() -> texts(results(soFar.get(), measurement, start), soFar.get()));
            } catch (IOException e) {
                // The disk may have room again when the run ends, and then the command fails if it has not.
                log.println(e.getMessage());
            }
        }

        @Override
        public boolean isStopped() {
            return end.isAsked();
        }
    }
}
