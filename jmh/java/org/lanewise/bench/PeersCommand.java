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
import org.lanewise.tool.ExitCode;
import org.lanewise.tool.Machine;
import org.lanewise.tool.RunFolder;
import org.lanewise.tool.SizeList;
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
        footer = {"", "Leave the machine alone meanwhile. " + Options.LISTS + " Each run writes results.json and report.html into a folder "
                + "of its own. A run that is ended early leaves what it has, marked as unfinished.",
            "Exit codes: 0 if all was measured, 1 if a rival failed, 4 if another JMH runs on this machine, " + ExitCode.COMMON + "."})
public final class PeersCommand implements Callable<Integer> {
    private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();
    /** Longer to warm up than Lanewise alone needs: of most rivals a good deal is Java. */
    private static final Measurement QUICK = new Measurement(1, 1000, 3, 100), FULL = new Measurement(5, 1000, 3, 100);

    @Option(names = "--rival", paramLabel = "NAME", completionCandidates = Rivals.class,
            description = "only these: ${COMPLETION-CANDIDATES}")
    private List<String> rivalNames = List.of();

    @Option(names = "--rule", paramLabel = "NAME", completionCandidates = Rules.class,
            description = "only these: ${COMPLETION-CANDIDATES}; Sgd with Nesterov's correction")
    private List<String> ruleNames = List.of();

    @Option(names = "--size", paramLabel = "N",
            description = "these numbers of parameters (default: 4Ki, 64Ki, 1Mi, 16Mi): " + SizeList.WHAT)
    private List<String> sizeTexts = List.of("4Ki", "64Ki", "1Mi", "16Mi");

    @Option(names = "--threads", split = ",", paramLabel = "N",
            description = "these numbers of threads, which share the parameters, up to one for each processor (default: 1, 2)")
    private Set<Integer> threads = new TreeSet<>(PROCESSORS > 1 ? Set.of(1, 2) : Set.of(1));

    @Option(names = "--forks", paramLabel = "N", description = "JVMs for each cell, 1 to 100 (default: 1, with --full 5)")
    private Integer forks;

    @Option(names = "--full", description = "5 JVMs for each cell: about two hours; without, 1 JVM: some twenty minutes")
    private boolean full;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "lanewise-peers",
            description = "where to make a folder for this run (default: ${DEFAULT-VALUE})")
    private Path out;

    @Spec
    private CommandSpec spec;

    private Set<Peer> peers;
    private Set<String> rules;
    private Set<Integer> sizes;
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
            return ExitCode.USAGE;
        }
        Optional<String> lacking = PeerRun.lackingMemory(sizes);
        if (lacking.isPresent()) {
            spec.commandLine().getErr().println(lacking.get());
            return ExitCode.MEMORY;
        }
        Optional<JmhLock> lock = Options.takeLock(spec.commandLine().getErr());
        if (lock.isEmpty()) {
            return ExitCode.BUSY;
        }
        try (JmhLock _ = lock.get(); EarlyEnd end = new EarlyEnd()) {
            return measureAndWrite(new RunFiles(RunFolder.create(out)), end);
        }
    }

    private int measureAndWrite(RunFiles files, EarlyEnd end) throws IOException, InterruptedException {
        Options.warnOfLoad(spec);
        long start = System.nanoTime();
        boolean finished = measure(files, start, end);
        PrintWriter console = spec.commandLine().getOut();
        console.println();
        PeerTable.print(rows, List.copyOf(peers), console);
        console.println();
        console.println("Nanoseconds per parameter and step, median of all iterations; ? after those in doubt.");
        Warnings.of(results(start, finished)).forEach(console::println);
        findings().forEach(console::println);
        console.flush();
        files.write(() -> texts(results(start, finished)));
        console.println("Report: " + files.report());
        console.flush();
        return finished ? ExitCode.OK : ExitCode.FAILED;
    }

    /** Whether no rival failed, and the run was not ended early. A rival that lacks a rule or computes it otherwise has not failed. */
    private boolean measure(RunFiles files, long start, EarlyEnd end) throws IOException, InterruptedException {
        PrintWriter console = spec.commandLine().getOut();
        List<Task> tasks = tasks();
        boolean complete = true;
        for (int i = 0; i < tasks.size() && !end.isAsked(); i++) {
            console.printf(Locale.ROOT, "[%d/%d] %s%s%n", i + 1, tasks.size(), tasks.get(i),
                    left(System.nanoTime() - start, i, tasks.size()));
            console.flush();
            Task.Outcome outcome = PeerRun.run(tasks.get(i), libraries, files.folder());
            rows.addAll(outcome.rows());
            notes.addAll(outcome.missing());
            notes.addAll(outcome.wrong());
            if (outcome.failure() != null) {
                complete = false;
                notes.add(outcome.failure());
            }
            writeSoFar(files, start);
        }
        return complete && !end.isAsked();
    }

    /** The disk may have room again when the run ends, and then the command fails if it has not. */
    private void writeSoFar(RunFiles files, long start) {
        try {
            files.writeSoFar(() -> texts(results(start, false)));
        } catch (IOException e) {
            spec.commandLine().getErr().println(e.getMessage());
        }
    }

    private void check() {
        peers = rivalNames.isEmpty() ? EnumSet.allOf(Peer.class) : Options.requireConstants(spec, "--rival", rivalNames, Peer.class);
        rules = ruleNames.isEmpty() ? new LinkedHashSet<>(Rules.KNOWN) : Options.requireRules(spec, ruleNames, Rules.KNOWN);
        sizes = Options.requireSizes(spec, sizeTexts);
        for (int count : threads) {
            require(count >= 1 && count <= PROCESSORS, "--threads must be 1 to " + PROCESSORS + ", the processors here, got " + count);
            sizes.forEach(n -> require(n >= count, "--size must be at least --threads, here " + count + ", got " + n));
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

    /** Names of libraries, for the help. */
    private static final class Rivals implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.of(Peer.values()).map(Peer::toString).iterator();
        }
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
