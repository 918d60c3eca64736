package org.lanewise.bench.peers;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.lanewise.bench.plan.Doubts;
import org.lanewise.bench.plan.Measurement;
import org.lanewise.bench.plan.Quantile;
import org.lanewise.bench.result.Doubt;
import org.lanewise.bench.result.Row;
import org.lanewise.bench.work.Arithmetic;
import org.lanewise.bench.work.ForkProfiler;
import org.lanewise.bench.work.ParentWatch;
import org.lanewise.tool.Json;
import org.lanewise.tool.WholeFile;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** A JVM with one rival's class path: checks the rival against Lanewise, then measures it. */
public final class PeerProcess {
    private final Task task;
    private final Path outcome;
    private final List<Row> rows = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();

    private PeerProcess(Task task, Path outcome) {
        this.task = task;
        this.outcome = outcome;
    }

    /**
     * Carries out a task.
     *
     * @param args file with a {@link Task}, file for its {@link Task.Outcome}
     */
    public static void main(String[] args) throws IOException, RunnerException {
        ParentWatch.start();
        PeerProcess process = new PeerProcess(Json.FOR_FILE.fromJson(Files.readString(Path.of(args[0])), Task.class), Path.of(args[1]));
        process.run();
        process.write();
        // Threads of native libraries outlive main.
        System.exit(0);
    }

    private void write() throws IOException {
        WholeFile.write(outcome, Json.FOR_FILE.toJson(new Task.Outcome(rows, missing, wrong, null)));
    }

    private void run() throws RunnerException, IOException {
        for (String rule : task.rules()) {
            Recipe recipe = Recipe.byRule().get(rule);
            if (agrees(recipe)) {
                for (int n : task.sizes()) {
                    measure(recipe, n);
                    // If a rival takes the JVM down with it, what was measured before is there.
                    write();
                }
            }
        }
    }

    private boolean agrees(Recipe recipe) {
        Peer peer = task.peer();
        String name = peer + " " + recipe.rule();
        try (Rival rival = peer.create(recipe, Agreement.N, task.threads())) {
            Agreement agreement = Agreement.of(rival, recipe, peer.sameBits(recipe));
            System.out.println(name + ": " + agreement);
            if (!agreement.holds()) {
                wrong.add(name + " is " + agreement + "; not measured");
            }
            return agreement.holds();
        } catch (UnsupportedOperationException e) {
            missing.add(e.getMessage());
            System.out.println(name + ": " + e.getMessage());
            return false;
        }
    }

    private void measure(Recipe recipe, int n) throws RunnerException {
        int warmUp = task.measurement().warmUpMillis();
        Function<RunResult, Doubt> doubt = task.peer().isLanewise() ? found -> Doubts.of(found, n) : Doubts::ofLibrary;
        RunResult result = Doubts.measure(millis -> run(recipe, n, millis), warmUp, doubt);
        Row row = row(recipe, n, result.getBenchmarkResults().stream().flatMap(fork -> fork.getIterationResults().stream()).toList(),
                doubt.apply(result));
        rows.add(row);
        System.out.printf(Locale.ROOT, "  %-9s n %-9d threads %d  %9.3f ± %.3f ns per parameter%s%n",
                recipe.rule(), n, task.threads(), row.nsPerElement(), row.error(), row.doubt() == null ? "" : ", " + row.doubt().label());
    }

    private Row row(Recipe recipe, int n, List<IterationResult> iterations, Doubt doubt) {
        Peer peer = task.peer();
        double[] ns = sorted(iterations, iteration -> iteration.getPrimaryResult().getScore() / n);
        double bytes = recipe.bytesPerElement() * (double) peer.numberBytes() / Float.BYTES;
        Arithmetic arithmetic = Arithmetic.of(LanewiseRival.rule(recipe));
        return new Row(recipe.rule(), peer.form(), peer.storage(), peer.width(), n, task.threads(), Quantile.of(ns, 0.5),
                Quantile.error(ns), bytes, arithmetic.roots(), arithmetic.divisions(),
                Quantile.of(sorted(iterations, PeerProcess::allocated), 0.5), doubt);
    }

    /** What JMH and the rival print is shown only if something fails. */
    private RunResult run(Recipe recipe, int n, int warmUpMillis) throws RunnerException {
        Measurement how = task.measurement();
        Options options = new OptionsBuilder()
                .include("^" + RivalBenchmark.class.getName().replace(".", "\\.") + "\\.step$")
                .param("peer", task.peer().name()).param("rule", recipe.rule()).param("n", "" + n).param("threads", "" + task.threads())
                .threads(task.peer().callers(task.threads()))
                .forks(how.forks())
                .warmupIterations(1).warmupTime(TimeValue.milliseconds(warmUpMillis))
                .measurementIterations(how.iterations()).measurementTime(TimeValue.milliseconds(how.iterationMillis()))
                .addProfiler(ForkProfiler.class)
                .jvmArgsAppend(ParentWatch.flag())
                .shouldFailOnError(true)
                .build();
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(log, true, StandardCharsets.UTF_8)) {
            return new Runner(options, OutputFormatFactory.createFormatInstance(out, VerboseMode.NORMAL)).runSingle();
        } catch (RunnerException e) {
            System.err.println(log.toString(StandardCharsets.UTF_8));
            throw e;
        }
    }

    /** Bytes of Java's heap per step; 0 if JMH could not tell. */
    private static double allocated(IterationResult iteration) {
        double allocated = Doubts.allocated(iteration);
        return Double.isNaN(allocated) ? 0 : allocated;
    }

    private static double[] sorted(List<IterationResult> iterations, ToDoubleFunction<IterationResult> value) {
        return iterations.stream().mapToDouble(value).sorted().toArray();
    }
}
