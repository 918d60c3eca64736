package org.lanewise.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lanewise.Width;
import org.lanewise.bench.plan.Cell;
import org.lanewise.bench.plan.Measurement;
import org.lanewise.bench.plan.Plan;
import org.lanewise.bench.plan.Remarks;
import org.lanewise.bench.plan.ThisMachine;
import org.lanewise.bench.report.ReadmeChart;
import org.lanewise.bench.report.ReadmeTable;
import org.lanewise.bench.report.Report;
import org.lanewise.bench.report.ResultsFile;
import org.lanewise.bench.report.ResultsTable;
import org.lanewise.tool.RuleTable;
import org.lanewise.tool.StoreKind;
import picocli.CommandLine;
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
        footer = {"", "Leave the machine alone meanwhile. Filters take several values, separated by commas. Options of the JVM "
                + "that begin with -XX: hold for all JVMs it starts. Writes results.json, "
                + "report.html, table.md and, where 64 Ki parameters were measured, chart.svg."})
final class BenchCommand implements Callable<Integer> {
    static final String NAME = "bench";

    private static final int FAILED = 1;

    /** JMH 1.37 reads field offsets by Unsafe, of which the JVM warns. */
    static final List<String> JVM_FLAGS = List.of("--sun-misc-unsafe-memory-access=allow");

    private static final Measurement QUICK = new Measurement(1, 100, 3, 60);
    private static final Measurement FULL = new Measurement(5, 100, 3, 60);

    @Option(names = "--full", description = "more sizes, widths, storages and forms, and 5 JVMs for each cell: about an hour; "
                    + "without, 1 JVM for each of fewer cells: some minutes")
    private boolean full;

    @Option(names = "--rule", split = ",", paramLabel = "NAME", description = "only these rules, in detail")
    private Set<String> rules = Set.of();

    @Option(names = "--storage", split = ",", paramLabel = "KIND", description = "only these: ${COMPLETION-CANDIDATES}")
    private Set<StoreKind> storages = Set.of();

    @Option(names = "--size", split = ",", paramLabel = "N", description = "only these numbers of parameters")
    private Set<Integer> sizes = Set.of();

    @Option(names = "--width", split = ",", paramLabel = "BITS", description = "only these widths of Lanewise: 128, 256, 512")
    private Set<Integer> widths = Set.of();

    @Option(names = "--threads", split = ",", paramLabel = "N", description = "only these numbers of threads: 1, 2")
    private Set<Integer> threads = Set.of();

    @Option(names = "--forks", paramLabel = "N", description = "JVMs for each cell, 1 to 100 (default: 1, with --full 5)")
    private Integer forks;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "lanewise-bench",
            description = "where to write (default: ${DEFAULT-VALUE})")
    private Path out;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        requireKnown("--rule", rules, RuleTable.firstOfEach().keySet());
        requireKnown("--width", widths, supportedWidths());
        List<Cell> all = cells(_ -> true);
        requireKnown("--size", sizes, all.stream().map(Cell::n).collect(Collectors.toCollection(TreeSet::new)));
        requireKnown("--threads", threads, all.stream().map(Cell::threads).collect(Collectors.toCollection(TreeSet::new)));
        Options.requireForks(spec, forks);
        Options.createDirectory(spec, out);
        return measure(cells(wanted()), measurement());
    }

    private Measurement measurement() {
        return (full ? FULL : QUICK).withForks(forks);
    }

    private List<Cell> cells(Predicate<Cell> filter) {
        return full ? Plan.full(filter, !rules.isEmpty()) : Plan.quick(filter, !rules.isEmpty());
    }

    /** Limits and plain loops stay in, whatever the storage and width, as far as something wanted is compared with them. */
    private Predicate<Cell> wanted() {
        Predicate<Cell> asked = cell -> (rules.isEmpty() || rules.contains(cell.rule()) || !isRule(cell))
                && (sizes.isEmpty() || sizes.contains(cell.n())
                        || cell.form().equals(Form.ARITHMETIC) && (sizes.contains(Plan.IN_CACHE) || sizes.contains(Plan.LAYER)))
                && (threads.isEmpty() || threads.contains(cell.threads()));
        return asked.and(cell -> !cell.form().startsWith(Form.LANEWISE)
                || (storages.isEmpty() || storages.contains(cell.storage())) && (widths.isEmpty() || widths.contains(cell.width())));
    }

    private static boolean isRule(Cell cell) {
        return RuleTable.firstOfEach().containsKey(cell.rule());
    }

    private static Set<Integer> supportedWidths() {
        return Set.of(Width.values()).stream().filter(width -> width != Width.SCALAR && width.isSupported()).map(Width::bits)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private int measure(List<Cell> cells, Measurement measurement) throws IOException {
        PrintWriter console = spec.commandLine().getOut();
        if (cells.stream().noneMatch(cell -> isRule(cell) && cell.form().startsWith(Form.LANEWISE))) {
            throw refused("nothing to measure: no cell of this run fits all filters");
        }
        long start = System.nanoTime();
        Measurement.Outcome outcome;
        console.printf(Locale.ROOT, "%,d cells, %,d JVMs, about %s on a machine with nothing else to do%n", cells.size(),
                cells.size() * measurement.forks(), minutes(measurement.estimate(cells)));
        console.flush();
        try (BenchProgress progress = new BenchProgress(spec.commandLine().getErr(), (long) cells.size() * measurement.forks());
                PrintStream log = new PrintStream(out.resolve("jmh.log").toFile())) {
            outcome = measurement.run(cells, progress::next, log);
        }
        long seconds = (System.nanoTime() - start) / 1_000_000_000;
        Results results = new Results(ThisMachine.now(), new Results.Settings(spec.commandLine().getParseResult().originalArgs(),
                measurement.forks(), measurement.warmUpMillis(), measurement.iterations(), measurement.iterationMillis(), seconds),
                outcome.rows(), outcome.latencies());
        write(results, outcome.failures(), console);
        return outcome.failures().isEmpty() ? CommandLine.ExitCode.OK : FAILED;
    }

    private static String minutes(Duration time) {
        return time.toMinutes() == 0 ? time.toSeconds() + " s" : String.format(Locale.ROOT, "%d min %02d s", time.toMinutes(),
                time.toSecondsPart());
    }

    private void write(Results results, List<String> failures, PrintWriter console) throws IOException {
        List<String> remarks = Stream.concat(Remarks.of(results.rows()).stream(), failures.stream()).toList();
        ResultsFile.write(out.resolve("results.json"), results);
        Files.writeString(out.resolve("report.html"), Report.html(results, remarks));
        Optional<String> chart = ReadmeChart.svg(results);
        if (chart.isPresent()) {
            Files.writeString(out.resolve("chart.svg"), chart.get());
        }
        Files.writeString(out.resolve("table.md"), ReadmeTable.markdown(results));
        ResultsTable.print(results, console);
        console.println();
        remarks.forEach(console::println);
        console.println();
        console.printf(Locale.ROOT, "%d cells in %d s. Report: %s%n", results.rows().size() + results.latencies().size(),
                results.settings().seconds(), out.resolve("report.html").toAbsolutePath().normalize());
        console.flush();
    }

    private <T> void requireKnown(String option, Set<T> asked, Set<T> known) {
        for (T value : asked) {
            if (!known.contains(value)) {
                throw refused(option + " must be one of " + known.stream().map(String::valueOf).collect(Collectors.joining(", "))
                        + (option.equals("--width") ? " on this CPU and JVM" : "") + ", got " + value);
            }
        }
    }

    private ParameterException refused(String reason) {
        return new ParameterException(spec.commandLine(), reason);
    }
}
