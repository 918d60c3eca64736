package org.lanewise.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lanewise.bench.peers.Libraries;
import org.lanewise.bench.peers.Peer;
import org.lanewise.bench.peers.PeerRun;
import org.lanewise.bench.peers.PeerTable;
import org.lanewise.bench.peers.Recipe;
import org.lanewise.bench.peers.Task;
import org.lanewise.bench.plan.JmhLock;
import org.lanewise.bench.plan.Measurement;
import org.lanewise.bench.report.Report;
import org.lanewise.bench.report.Warnings;
import org.lanewise.bench.result.Findings;
import org.lanewise.bench.result.Results;
import org.lanewise.bench.result.ResultsFile;
import org.lanewise.bench.result.Row;
import org.lanewise.bench.result.Rows;
import org.lanewise.tool.Machine;
import org.lanewise.tool.Units;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures Lanewise against other libraries. Each runs in JVMs of its own: they need different versions of the same classes. */
@Command(
        name = "peers",
        sortOptions = false,
        description = "Measures Lanewise against other libraries, after checking that they compute the same.",
        footer = {"", "Leave the machine alone meanwhile. Filters take several values, separated by commas. Writes results.json "
                + "and report.html. A run that is ended early leaves what it has, marked as unfinished.",
            "Exit codes: 0 if all was measured, 1 if a rival failed, 2 if the command cannot run, 4 if another JMH runs on this machine."})
public final class PeersCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int REFUSED = 2;
    /** Longer to warm up than Lanewise alone needs: of most rivals a good deal is Java. */
    private static final Measurement QUICK = new Measurement(1, 1000, 3, 100), FULL = new Measurement(5, 1000, 3, 100);

    @Option(names = "--rival", split = ",", paramLabel = "NAME", description = "only these: ${COMPLETION-CANDIDATES}")
    private Set<Peer> peers = EnumSet.allOf(Peer.class);

    @Option(names = "--rule", split = ",", paramLabel = "NAME", completionCandidates = Rules.class,
            description = "only these: ${COMPLETION-CANDIDATES}; Sgd with Nesterov's correction")
    private Set<String> rules = new LinkedHashSet<>(Rules.KNOWN);

    @Option(names = "--size", split = ",", paramLabel = "N", converter = Options.Size.class,
            description = "these numbers of parameters (default: 4Ki, 64Ki, 1Mi, 16Mi)")
    private Set<Integer> sizes = new TreeSet<>(Set.of(1 << 12, 1 << 16, 1 << 20, 1 << 24));

    @Option(names = "--threads", split = ",", paramLabel = "N", description = "only these numbers of threads (default: 1, 2)")
    private Set<Integer> threads = new TreeSet<>(Set.of(1, 2));

    @Option(names = "--forks", paramLabel = "N", description = "JVMs for each cell, 1 to 100 (default: 1, with --full 5)")
    private Integer forks;

    @Option(names = "--full", description = "5 JVMs for each cell: about two hours; without, 1 JVM: some twenty minutes")
    private boolean full;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "lanewise-peers",
            description = "where to write (default: ${DEFAULT-VALUE})")
    private Path out;

    @Spec
    private CommandSpec spec;

    private final Libraries libraries;
    private final List<Row> rows = new ArrayList<>();
    /** Sentences about what was not measured. */
    private final Set<String> notes = new LinkedHashSet<>();

    /** With the libraries next to the benchmarks' jar. */
    public PeersCommand() {
        this(Libraries.nextToBenchmarks());
    }

    PeersCommand(Libraries libraries) {
        this.libraries = libraries;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        List<Peer> missing = libraries.missing(peers);
        if (!missing.isEmpty()) {
            spec.commandLine().getErr().println("libraries of " + names(missing) + " are not in " + libraries.folder()
                    + ": './mvnw -Ppeers package -DskipTests' in Lanewise's sources downloads 700 MB and builds them");
            return REFUSED;
        }
        Optional<JmhLock> lock = Options.takeLock(spec);
        if (lock.isEmpty()) {
            return Options.LOCKED;
        }
        try (JmhLock _ = lock.get(); EarlyEnd end = new EarlyEnd()) {
            Options.createDirectory(spec, out);
            return measureAndWrite(end);
        }
    }

    private int measureAndWrite(EarlyEnd end) throws IOException, InterruptedException {
        Options.warnOfLoad(spec);
        RunFiles files = new RunFiles(out);
        long start = System.nanoTime();
        boolean finished = measure(files, start, end);
        Path folder = files.write(finished, () -> texts(results(start, finished)));
        PrintWriter console = spec.commandLine().getOut();
        console.println();
        PeerTable.print(rows, List.copyOf(peers), console);
        console.println();
        console.println("Nanoseconds per parameter and step, median of all iterations; ? after those in doubt.");
        Warnings.of(results(start, finished)).forEach(console::println);
        findings().forEach(console::println);
        console.println("Report: " + folder.resolve(RunFiles.REPORT).toAbsolutePath().normalize());
        console.flush();
        return finished ? 0 : FAILED;
    }

    /** Whether no rival failed, and the run was not ended early. A rival that lacks a rule or computes it otherwise has not failed. */
    private boolean measure(RunFiles files, long start, EarlyEnd end) throws IOException, InterruptedException {
        PrintWriter console = spec.commandLine().getOut();
        List<Task> tasks = tasks();
        boolean complete = true;
        for (int i = 0; i < tasks.size() && !end.isAsked(); i++) {
            console.printf("[%d/%d] %s%s%n", i + 1, tasks.size(), tasks.get(i), left(System.nanoTime() - start, i, tasks.size()));
            console.flush();
            Task.Outcome outcome = PeerRun.run(tasks.get(i), libraries);
            rows.addAll(outcome.rows());
            notes.addAll(outcome.missing());
            notes.addAll(outcome.wrong());
            if (outcome.failure() != null) {
                complete = false;
                notes.add(outcome.failure());
            }
            files.writeSoFar(() -> texts(results(start, false)));
        }
        return complete && !end.isAsked();
    }

    private void check() {
        rules = Options.requireRules(spec, rules, Rules.KNOWN);
        for (int count : threads) {
            require(count >= 1, "--threads must be at least 1, got " + count);
            sizes.forEach(n -> require(n % count == 0, "--size must be a multiple of --threads, here " + count + ", got " + n));
        }
        Options.requireForks(spec, forks);
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private List<Task> tasks() {
        return threads.stream().flatMap(count -> peers.stream()
                .map(peer -> new Task(peer, List.copyOf(rules), List.copyOf(sizes), count, measurement()))).toList();
    }

    private Measurement measurement() {
        return (full ? FULL : QUICK).withForks(forks);
    }

    private static String left(long nanos, int done, int all) {
        return done == 0 ? "" : String.format(Locale.ROOT, ", about %s left", Units.seconds(Math.round(nanos / 1e9 / done * (all - done))));
    }

    private static String names(List<Peer> peers) {
        return peers.stream().map(Peer::toString).collect(Collectors.joining(", "));
    }

    private Results results(long start, boolean finished) {
        return new Results(Machine.current(), measurement().settings(spec.commandLine().getParseResult().originalArgs(),
                Duration.ofNanos(System.nanoTime() - start)), List.copyOf(rows), List.of()).withFinished(finished);
    }

    private List<String> findings() {
        Stream<String> threading = threads.stream().noneMatch(count -> count > 1) ? Stream.empty()
                : Stream.of("Lanewise has no threads of its own: each of the caller's threads steps a store with its share of the "
                        + "parameters. After every step they wait for each other in a spin loop, as the threads of other libraries do.");
        return Stream.of(notes.stream(), Findings.of(Rows.of(rows)).stream(), threading).flatMap(paragraphs -> paragraphs).toList();
    }

    private Map<String, String> texts(Results results) throws IOException {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put(RunFiles.RESULTS, ResultsFile.text(results));
        texts.put(RunFiles.REPORT, Report.html(results, findings()));
        return texts;
    }

    /** Names of recipes, for the help. */
    private static final class Rules implements Iterable<String> {
        static final List<String> KNOWN = Recipe.ALL.stream().map(Recipe::rule).toList();

        @Override
        public Iterator<String> iterator() {
            return KNOWN.iterator();
        }
    }
}
