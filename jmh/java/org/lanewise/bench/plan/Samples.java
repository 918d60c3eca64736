package org.lanewise.bench.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lanewise.bench.result.Doubt;
import org.lanewise.bench.result.Latency;
import org.lanewise.bench.result.Row;
import org.lanewise.bench.work.Arithmetic;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/** What the forks of one cell have measured so far. */
final class Samples {
    private final Cell cell;
    private final List<Double> nanosPerStep = new ArrayList<>();
    private final List<Double> bytesPerStep = new ArrayList<>();
    private final List<Statistics> steps = new ArrayList<>();
    private final List<Doubt> doubts = new ArrayList<>();
    private int forks;

    Samples(Cell cell) {
        this.cell = cell;
    }

    Cell cell() {
        return cell;
    }

    boolean isEmpty() {
        return nanosPerStep.isEmpty();
    }

    /**
     * Adds a fork.
     *
     * @param doubt what speaks against it; null if nothing does
     */
    void add(RunResult result, Doubt doubt) {
        forks++;
        if (doubt != null) {
            doubts.add(doubt);
        }
        result.getBenchmarkResults().forEach(fork -> {
            for (IterationResult iteration : fork.getIterationResults()) {
                nanosPerStep.add(iteration.getPrimaryResult().getScore());
                double allocated = Doubts.allocated(iteration);
                if (Double.isFinite(allocated)) {
                    bytesPerStep.add(allocated);
                }
            }
            steps.add(fork.getPrimaryResult().getStatistics());
        });
    }

    /** What was measured of this cell. */
    Row row() {
        double[] sorted = sorted(nanosPerStep);
        double perElement = Quantile.of(sorted, 0.5) / cell.n();
        Arithmetic arithmetic = cell.arithmetic();
        Double allocated = bytesPerStep.isEmpty() ? null : Quantile.of(sorted(bytesPerStep), 0.5);
        return new Row(cell.rule(), cell.form(), cell.storage().name(), cell.width(), cell.n(), cell.threads(), perElement,
                Quantile.error(sorted) / cell.n(), cell.bytesPerElement(), arithmetic.roots(), arithmetic.divisions(), allocated, doubt());
    }

    /** Percentiles of single steps: the median of the forks'; the longest step of all. */
    Latency latency() {
        return new Latency(cell.rule(), cell.form(), cell.storage().name(), cell.width(), cell.n(), percentile(50), percentile(99),
                percentile(99.9), steps.stream().mapToDouble(Statistics::getMax).max().orElse(Double.NaN), doubt());
    }

    /** Of more than a quarter of the forks; fewer reach neither the median nor the quartiles. */
    private Doubt doubt() {
        return 4 * doubts.size() > forks ? doubts.getFirst() : null;
    }

    private double percentile(double percent) {
        return Quantile.of(sorted(steps.stream().map(s -> s.getPercentile(percent)).toList()), 0.5);
    }

    private static double[] sorted(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }
}
