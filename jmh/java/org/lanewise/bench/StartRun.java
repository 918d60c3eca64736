package org.lanewise.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.lanewise.bench.peers.Libraries;
import org.lanewise.bench.peers.Peer;
import org.lanewise.bench.peers.StartRival;
import org.lanewise.bench.plan.StartSamples;
import org.lanewise.bench.report.StartChart;
import org.lanewise.bench.report.StartTable;
import org.lanewise.bench.result.Results;
import org.lanewise.bench.result.Sizes;
import org.lanewise.bench.result.Start;
import org.lanewise.bench.result.StartResults;
import org.lanewise.bench.result.StepSpread;
import org.lanewise.bench.work.JvmFlags;
import org.lanewise.bench.work.OtherPrograms;
import org.lanewise.bench.work.ParentWatch;
import org.lanewise.bench.work.ProcessorTimes;
import org.lanewise.bench.work.Spreads;
import org.lanewise.bench.work.StartProgram;
import org.lanewise.bench.work.StartTimes;
import org.lanewise.tool.Json;
import org.lanewise.tool.Machine;
import org.lanewise.tool.Progress;

/** First steps: fresh JVMs, one after the other, the ways in turns. */
final class StartRun {
    private static final List<Integer> SIZES = List.of(1_000, 10 << 10, 1 << 20);
    private static final String LOG = "jvms.log";
    /** Ways that others are only compared with have a third of the JVMs, and rivals, which compile little, step for less long. */
    private static final int PART = 3, RIVAL_PART = 2;
    private static final int MILLIS = 1_000;

    private final List<Integer> sizes;
    private final List<Way> ways;
    private final boolean spreads;
    private final Results.Settings settings;
    private final double seconds;
    private final RunFiles files;
    private final EarlyEnd end;
    private final long begin = System.nanoTime();
    private final List<Start> starts = new ArrayList<>();
    private final List<StepSpread> stepSpreads = new ArrayList<>();
    private final Set<String> failed = new LinkedHashSet<>();

    /**
     * What to run.
     *
     * @param sizes numbers of parameters; the usual ones if there are none
     * @param forks JVMs of each
     * @param seconds how long each steps
     * @param command the arguments
     */
    record Asked(Set<Integer> sizes, int forks, double seconds, List<String> command) {}

    /** One way to step: its name, its share of JVMs and of seconds, whether single steps are looked at, and its command. */
    private record Way(String name, int part, int secondsPart, boolean hasSpread, List<String> options, List<String> program) {
        static Way lanewise(String name, int part, StartProgram.Way way, String... options) {
            return new Way(name, part, 1, part == 1, Stream.concat(Stream.of(options), Stream.of("-cp",
                    System.getProperty("java.class.path"))).toList(), List.of(StartProgram.class.getName(), "", way.name()));
        }

        static Way rival(Peer peer, Libraries libraries) {
            List<String> options = new ArrayList<>(peer.options(1));
            options.addAll(List.of(JvmFlags.UNSAFE, "-cp", libraries.classPath(System.getProperty("java.class.path"), peer)));
            return new Way(peer.form().id(), PART, RIVAL_PART, false, options, List.of(StartRival.class.getName(), peer.name()));
        }

        int forks(int forks) {
            return (forks + part - 1) / part;
        }
    }

    /** Writes into the folder of a run. */
    StartRun(Asked asked, Libraries libraries, RunFiles files, EarlyEnd end) {
        this.sizes = asked.sizes().isEmpty() ? SIZES : asked.sizes().stream().sorted().toList();
        this.spreads = asked.sizes().isEmpty() || asked.sizes().contains(Sizes.LAYER);
        this.seconds = asked.seconds();
        this.settings = new Results.Settings(asked.command(), asked.forks(), 0, 1, (int) (seconds * MILLIS), 0);
        this.ways = ways(libraries);
        this.files = files;
        this.end = end;
    }

    private static List<Way> ways(Libraries libraries) {
        List<Way> ways = new ArrayList<>(List.of(Way.lanewise("lanewise-heap", 1, StartProgram.Way.HEAP),
                Way.lanewise("lanewise-native", 1, StartProgram.Way.NATIVE), Way.lanewise("plain-java", 1, StartProgram.Way.PLAIN),
                Way.lanewise("vectors-heap", PART, StartProgram.Way.HEAP, JvmFlags.VECTORS_FIRST),
                Way.lanewise("vectors-native", PART, StartProgram.Way.NATIVE, JvmFlags.VECTORS_FIRST)));
        // Tribuo's Adam is another one.
        Set<Peer> rivals = EnumSet.range(Peer.LIBTORCH_FUSED, Peer.ND4J);
        rivals.removeAll(libraries.missing(rivals));
        rivals.forEach(peer -> ways.add(Way.rival(peer, libraries)));
        return ways;
    }

    /** Measures, prints and writes; whether all was measured. */
    boolean run(PrintWriter console, PrintWriter err) throws IOException {
        int forks = settings.forks();
        long jvms = ways.stream().mapToLong(way -> (long) sizes.size() * way.forks(forks)
                + (spreads && way.hasSpread() ? Way.lanewise("", PART, StartProgram.Way.PLAIN).forks(forks) : 0)).sum();
        try (Progress.Bar progress = Progress.onTerminalOr(err).start("Measuring", jvms)) {
            for (int n : sizes) {
                starts(n, progress);
                files.writeSoFar(() -> texts(results(false)));
            }
            if (spreads) {
                spreads(progress);
            }
        }
        StartResults results = results(!end.isAsked() && failed.isEmpty());
        StartTable.print(results, console);
        failed.forEach(console::println);
        files.write(() -> texts(results));
        console.println("Table: " + files.folder().resolve(RunFiles.TABLE).toAbsolutePath().normalize());
        console.flush();
        return results.finished();
    }

    private StartResults results(boolean finished) {
        Results.Settings full = new Results.Settings(settings.command(), settings.forks(), 0, 1, settings.iterationMillis(),
                Duration.ofNanos(System.nanoTime() - begin).toSeconds());
        return new StartResults(finished, Machine.current(), full, List.copyOf(starts), List.copyOf(stepSpreads));
    }

    private static Map<String, String> texts(StartResults results) {
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put(RunFiles.RESULTS, results.text());
        texts.put(RunFiles.TABLE, StartTable.page(results));
        StartChart.svg(results).ifPresent(chart -> texts.put(RunFiles.CHART, chart));
        return texts;
    }

    private void starts(int n, Progress.Bar progress) throws IOException {
        Map<Way, Times<StartTimes>> times = new LinkedHashMap<>();
        for (int fork = 0; fork < settings.forks(); fork++) {
            for (Way way : ways) {
                if (fork < way.forks(settings.forks()) && !end.isAsked()) {
                    progress.next(way.name() + " n=" + n);
                    measure(way, StartProgram.What.START, n, StartTimes.class, StartTimes::processorNanos)
                            .ifPresent(times.computeIfAbsent(way, _ -> new Times<>())::add);
                    progress.step();
                }
            }
        }
        times.forEach((way, of) -> starts.add(StartSamples.start(way.name(), n, of.times, of.disturbed)));
    }

    private void spreads(Progress.Bar progress) throws IOException {
        for (Way way : ways.stream().filter(Way::hasSpread).toList()) {
            Times<Spreads> times = new Times<>();
            for (int fork = 0; fork < (settings.forks() + PART - 1) / PART && !end.isAsked(); fork++) {
                progress.next("single steps of " + way.name());
                measure(way, StartProgram.What.SPREAD, Sizes.LAYER, Spreads.class, Spreads::processorNanos).ifPresent(times::add);
                progress.step();
            }
            if (!times.times.isEmpty()) {
                stepSpreads.add(StartSamples.spread(way.name(), Sizes.LAYER, times.times, times.disturbed));
            }
        }
    }

    /** What the JVMs of one way took. */
    private static final class Times<T> {
        private final List<T> times = new ArrayList<>();
        private int disturbed;

        void add(Measured<T> one) {
            times.add(one.times);
            disturbed += one.disturbed ? 1 : 0;
        }
    }

    /** What one JVM took, and whether other programs disturbed it. */
    private record Measured<T>(T times, boolean disturbed) {}

    private <T> Optional<Measured<T>> measure(Way way, StartProgram.What what, int n, Class<T> type, ToDoubleFunction<T> processorNanos)
            throws IOException {
        ProcessorTimes before = ProcessorTimes.now();
        Optional<T> times = line(way, what, n).map(line -> Json.read(line, type));
        Function<T, Boolean> disturbed = one -> ProcessorTimes.now().othersSince(before, processorNanos.applyAsDouble(one))
                .filter(OtherPrograms::disturb).isPresent();
        return times.map(one -> new Measured<>(one, disturbed.apply(one)));
    }

    /** The line of JSON; empty if there is none, which is noted unless the run ends. */
    private Optional<String> line(Way way, StartProgram.What what, int n) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), JvmFlags.MODULE,
                JvmFlags.NATIVE_ACCESS, ParentWatch.flag()));
        command.addAll(way.options());
        way.program().forEach(word -> command.add(word.isEmpty() ? what.name() : word));
        command.addAll(List.of(Integer.toString(n), Double.toString(seconds / way.secondsPart())));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.appendTo(files.folder().resolve(LOG).toFile()));
        builder.environment().putAll(Map.of("OMP_NUM_THREADS", "1", "OPT_OUT_TRACKING", "true", "TF_CPP_MIN_LOG_LEVEL", "2"));
        Process process = builder.start();
        Optional<String> line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
                .filter(text -> text.startsWith("{")).reduce((_, last) -> last);
        if (line.isEmpty() && !end.isAsked()) {
            failed.add(way.name() + " at " + n + " parameters failed; " + files.folder().resolve(LOG) + " has what it said");
        }
        return line;
    }
}
