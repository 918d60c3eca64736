package org.lanewise.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.lanewise.Optimizer;
import org.lanewise.tool.Machine;
import org.lanewise.tool.Progress;

/** Everything the demo computes: all trials, their times, and the walks. */
final class Experiment {
    private final Digits.Split digits;
    private final int epochs;
    private final long seed;

    Experiment(Digits digits, int epochs, long seed) {
        this.digits = digits.split(seed);
        this.epochs = epochs;
        this.seed = seed;
    }

    Content run(String source, Timing timing, Progress progress) {
        List<Trial> trials = Contender.forDigits().stream()
                .map(contender -> new Trial(contender, digits, epochs, seed)).toList();
        trials.forEach(trial -> trial.run(progress));
        List<Optimizer> optimizers = trials.stream().flatMap(trial -> trial.optimizers().stream()).toList();
        double[] times = timing.nanosPerParameter(optimizers, progress);
        List<DemoResults.RuleResult> rows = new ArrayList<>();
        Map<String, List<Curve.Point>> curves = new LinkedHashMap<>();
        for (int i = 0; i < trials.size(); i++) {
            rows.add(trials.get(i).row(times[2 * i], times[2 * i + 1]));
            curves.put(trials.get(i).name(), trials.get(i).curve());
        }
        long parameters = optimizers.getFirst().store().size();
        var data = new DemoResults.Data(source, digits.train().size(), digits.test().size(), epochs, seed, parameters);
        return new Content(
                new DemoResults(Machine.current(), data, rows), curves, Stream.of(Surface.values()).map(Landscape::of).toList());
    }
}
