package org.lanewise.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lanewise.Optimizer;
import org.lanewise.Rule;
import org.lanewise.Width;
import org.lanewise.rule.Adam;
import org.lanewise.tool.Machine;
import org.lanewise.tool.Progress;
import org.lanewise.tool.TemporaryFolder;

/** Everything the demo computes: all trainings, their times, and the walks. */
final class Experiment {
    /** The rule that is timed in several places. */
    private static final Rule PLACED = new Adam(0.01);

    private final Digits.Split digits;
    private final int epochs;
    private final long seed;

    Experiment(Digits digits, int epochs, long seed) {
        this.digits = digits.split(seed);
        this.epochs = epochs;
        this.seed = seed;
    }

    Findings run(String source, Timing timing, Optional<Ranks> ranks, Progress progress) throws IOException {
        List<Trial> trials = Contender.forDigits().stream()
                .map(contender -> new Trial(contender, digits, epochs, seed)).toList();
        var whole = new WholeStep(digits, epochs, seed);
        if (timing.otherJvm()) {
            Path folder = Files.createTempDirectory("lanewise-demo");
            try {
                whole.saveHalfWay(folder);
                train(trials, whole, progress);
                whole.resumeElsewhere(System.getProperty("java.class.path"));
            } finally {
                TemporaryFolder.delete(folder);
            }
        } else {
            train(trials, whole, progress);
        }
        if (ranks.isPresent()) {
            whole.trainTogether(ranks.get());
        }
        Map<String, List<Curve.Point>> curves = new LinkedHashMap<>();
        trials.forEach(trial -> curves.put(trial.name(), trial.curve()));
        long parameters = trials.getFirst().optimizers().getFirst().store().size();
        var data = new DemoResults.Data(source, digits.train().size(), digits.test().size(), epochs, seed, parameters);
        DemoResults results = timed(data, trials, whole, timing, progress);
        var content = new Content(results, curves, Stream.of(Surface.values()).map(Landscape::of).toList(), whole.course());
        return new Findings(content, Gallery.of(digits.test(), whole.guesses()));
    }

    /** All trainings, on as many threads as there are processors: each is by itself, so its numbers are the same on any number. */
    private static void train(List<Trial> trials, WholeStep whole, Progress progress) throws IOException {
        List<Consumer<Runnable>> trainings = new ArrayList<>(List.of(whole::run));
        trials.forEach(trial -> trainings.add(trial::run));
        long steps = whole.totalSteps() + trials.stream().mapToLong(Trial::totalSteps).sum();
        try (Progress.Bar bar = progress.start("Training", steps);
                ExecutorService threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            List<Callable<Object>> tasks = new ArrayList<>();
            trainings.forEach(training -> tasks.add(Executors.callable(() -> training.accept(bar::step))));
            for (Future<Object> task : threads.invokeAll(tasks)) {
                task.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while networks were trained", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a training failed", e.getCause());
        }
    }

    private DemoResults timed(DemoResults.Data data, List<Trial> trials, WholeStep whole, Timing timing, Progress progress)
            throws IOException {
        List<Optimizer> optimizers = new ArrayList<>();
        trials.forEach(trial -> optimizers.addAll(trial.optimizers()));
        List<String> places = new ArrayList<>();
        int size = Math.toIntExact(data.parameters());
        for (Width width : List.of(Width.preferred(), Width.SCALAR)) {
            Place.all(size).forEach(place -> {
                places.add(place.name());
                optimizers.add(Optimizer.of(PLACED, place.store(), width));
            });
        }
        Times times = timing.measure(optimizers, progress);
        Times scalar = timing.measureOneByOne(trials.size(), progress);
        double[] nanos = times.nanosPerParameter();
        List<DemoResults.RuleResult> rows = IntStream.range(0, trials.size()).mapToObj(i -> trials.get(i).row(
                new DemoResults.Cost(nanos[2 * i], nanos[2 * i + 1], scalar.nanosPerParameter()[i]))).toList();
        int first = 2 * trials.size(), count = places.size() / 2;
        List<DemoResults.PlaceResult> placed = IntStream.range(0, count).mapToObj(i -> new DemoResults.PlaceResult(
                places.get(i), nanos[first + i], nanos[first + count + i])).toList();
        return new DemoResults(Machine.current(), data, rows, whole.result(), placed, times.disturbance().and(scalar.disturbance()));
    }
}
