package org.lanewise.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.lanewise.bench.peers.LanewiseRival;
import org.lanewise.bench.peers.Libraries;
import org.lanewise.bench.peers.Merge;
import org.lanewise.bench.peers.Peer;
import org.lanewise.bench.peers.PeerRun;
import org.lanewise.bench.peers.PeerTable;
import org.lanewise.bench.peers.Plan;
import org.lanewise.bench.peers.Recipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Measures Lanewise against other libraries. Each runs in JVMs of its own: they need different versions of the same classes. */
@Command(name = "peers", mixinStandardHelpOptions = true, sortOptions = false,
        description = "Measures Lanewise against other libraries, after checking that they compute the same.")
public final class PeersCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int REFUSED = 2;
    private static final int WARM_UPS = 10;
    private static final int ITERATIONS = 5;

    @Option(names = "--rival", split = ",", paramLabel = "NAME", description = "Some of ${COMPLETION-CANDIDATES}; all by default.")
    private List<Peer> peers = List.of(Peer.values());

    @Option(names = "--rule", split = ",", paramLabel = "NAME", description = "Some of Adam, Momentum, Sgd, RmsProp; all by default.")
    private List<String> rules = known();

    @Option(names = "--size", split = ",", paramLabel = "N", converter = Size.class,
            description = "Numbers of parameters; 4Ki,64Ki,1Mi,16Mi by default.")
    private List<Integer> sizes = List.of(1 << 12, 1 << 16, 1 << 20, 1 << 24);

    @Option(names = "--threads", split = ",", paramLabel = "N", description = "Threads that share them; 1,2 by default.")
    private List<Integer> threads = List.of(1, 2);

    @Option(names = "--forks", paramLabel = "N", description = "JVMs for each cell; 1 by default, 5 with --full.")
    private Integer forks;

    @Option(names = "--full", description = "Measure longer and in more JVMs, for some hours; --quick is the default.")
    private boolean full;

    @Option(names = "--quick", description = "A quarter of an hour for everything.")
    private boolean quick;

    @Option(names = "--out", paramLabel = "DIR", description = "Folder for results.json; ${DEFAULT-VALUE} by default.")
    private Path out = Path.of("lanewise-peers");

    @Option(names = "--into", paramLabel = "FILE", description = "An earlier results.json to put the rows into, instead of --out.")
    private Path into;

    @Spec
    private CommandSpec spec;

    private final Gson gson = new GsonBuilder().setPrettyPrinting().serializeNulls().disableHtmlEscaping().create();
    private final Libraries libraries;

    /** With the libraries next to the benchmarks' jar. */
    public PeersCommand() {
        this(Libraries.nextToBenchmarks());
    }

    PeersCommand(Libraries libraries) {
        this.libraries = libraries;
    }

    private static List<String> known() {
        return Recipe.ALL.stream().filter(recipe -> LanewiseRival.rule(recipe).isPresent()).map(Recipe::rule).toList();
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        Results earlier = into == null ? null : gson.fromJson(Files.readString(into), Results.class);
        PrintWriter err = spec.commandLine().getErr();
        List<Peer> missing = libraries.missing(peers);
        if (!missing.isEmpty()) {
            err.println("libraries of " + names(missing) + " are not in " + libraries.folder()
                    + ": './mvnw -Ppeers package -DskipTests' in Lanewise's sources downloads 700 MB and builds them");
            return REFUSED;
        }
        PrintWriter print = spec.commandLine().getOut();
        long start = System.nanoTime();
        List<Row> rows = new ArrayList<>();
        Set<String> remarks = new LinkedHashSet<>();
        boolean failed = false;
        List<Plan> plans = plans();
        for (int i = 0; i < plans.size(); i++) {
            Plan plan = plans.get(i);
            print.printf("[%d/%d] %s, %d thread%s%s%n", i + 1, plans.size(), plan.peer(), plan.threads(), plan.threads() == 1 ? "" : "s",
                    left(System.nanoTime() - start, i, plans.size()));
            print.flush();
            try {
                Plan.Outcome outcome = PeerRun.run(plan, libraries);
                rows.addAll(outcome.rows());
                remarks.addAll(outcome.missing());
                remarks.addAll(outcome.wrong());
            } catch (IOException e) {
                failed = true;
                remarks.add(e.getMessage());
            }
        }
        print.println();
        print.print(PeerTable.of(rows, peers));
        print.println("\nnanoseconds per parameter and step, median of all iterations");
        remarks.forEach(print::println);
        print.println("written: " + write(earlier, rows, Duration.ofNanos(System.nanoTime() - start)));
        print.flush();
        return failed ? FAILED : 0;
    }

    private void check() {
        for (String rule : rules) {
            require(known().contains(rule), "--rule must be among " + String.join(", ", known()) + ", got '" + rule + "'");
        }
        for (int count : threads) {
            require(count >= 1, "--threads must be at least 1, got " + count);
            sizes.forEach(n -> require(n % count == 0, "--size must be a multiple of --threads " + count + ", got " + n));
        }
        require(forks == null || forks >= 1, "--forks must be at least 1, got " + forks);
        require(!(full && quick), "--full and --quick exclude each other");
        require(into == null || Files.isRegularFile(into), "--into must be a results.json of an earlier run, got '" + into + "'");
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private List<Plan> plans() {
        return threads.stream().flatMap(count -> peers.stream()
                .map(peer -> new Plan(peer, rules, sizes, count, forks(), WARM_UPS, ITERATIONS, iterationMillis()))).toList();
    }

    private int forks() {
        return forks != null ? forks : full ? 5 : 1;
    }

    private int iterationMillis() {
        return full ? 500 : 150;
    }

    private static String left(long nanos, int done, int all) {
        return done == 0 ? "" : String.format(Locale.ROOT, ", about %d min left", Math.round(nanos / 6e10 / done * (all - done)));
    }

    private static String names(List<Peer> peers) {
        return peers.stream().map(Peer::toString).collect(Collectors.joining(", "));
    }

    private Path write(Results earlier, List<Row> rows, Duration time) throws IOException {
        Results results = earlier == null
                ? new Results(null, new Results.Settings(spec.commandLine().getParseResult().originalArgs(), forks(),
                        WARM_UPS * iterationMillis(), ITERATIONS, iterationMillis(), time.toSeconds()), rows, List.of())
                : new Results(earlier.machine(), earlier.settings(), Merge.rows(earlier.rows(), rows), earlier.latencies());
        Path file = into != null ? into : Files.createDirectories(out).resolve("results.json");
        return Files.writeString(file, gson.toJson(results) + "\n");
    }

    /** A number, {@code Ki} and {@code Mi} allowed. */
    private static final class Size implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            try {
                int unit = text.endsWith("Ki") ? 1 << 10 : text.endsWith("Mi") ? 1 << 20 : 1;
                int n = Math.multiplyExact(Integer.parseInt(unit == 1 ? text : text.substring(0, text.length() - 2)), unit);
                if (n >= 1) {
                    return n;
                }
            } catch (ArithmeticException | NumberFormatException e) {
                // Refused below.
            }
            throw new TypeConversionException("must be a number of parameters as 4096 or 4Ki, got '" + text + "'");
        }
    }
}
