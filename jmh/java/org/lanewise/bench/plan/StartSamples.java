package org.lanewise.bench.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.lanewise.bench.result.Doubt;
import org.lanewise.bench.result.Start;
import org.lanewise.bench.result.StepSpread;
import org.lanewise.bench.work.Spread;
import org.lanewise.bench.work.Spreads;
import org.lanewise.bench.work.StartTimes;

/** Makes one row of what several JVMs took. */
public final class StartSamples {
    /** Share of the JVMs that others may have disturbed: medians bear half. */
    private static final double MOST_DISTURBED = 1 / 3.0;

    private StartSamples() {}

    /**
     * First steps.
     *
     * @param way what stepped
     * @param n number of parameters
     * @param times of each JVM
     * @param disturbed how many of them other programs disturbed
     */
    public static Start start(String way, int n, List<StartTimes> times, int disturbed) {
        return new Start(way, n, times.size(), median(times, StartTimes::make), median(times, StartTimes::again),
                median(times, StartTimes::first), median(times, StartTimes::tenth), median(times, StartTimes::hundredth),
                median(times, StartTimes::thousand), median(times, StartTimes::full), median(times, StartTimes::slowest),
                median(times, StartTimes::nanos), curve(times), doubt(times.size(), disturbed));
    }

    /** Single steps at full speed; parameters as above. */
    public static StepSpread spread(String way, int n, List<Spreads> times, int disturbed) {
        return new StepSpread(way, n, percentiles(times.stream().map(Spreads::steps).toList()),
                percentiles(times.stream().map(Spreads::machine).toList()), doubt(times.size(), disturbed));
    }

    private static StepSpread.Percentiles percentiles(List<Spread> times) {
        return new StepSpread.Percentiles(median(times, Spread::p50), median(times, Spread::p99), median(times, Spread::p999),
                median(times, Spread::max));
    }

    private static Doubt doubt(int jvms, int disturbed) {
        return disturbed > MOST_DISTURBED * jvms ? Doubt.BUSY : null;
    }

    /** NaN if half of them have none. */
    private static <T> double median(List<T> times, ToDoubleFunction<T> time) {
        double[] sorted = times.stream().mapToDouble(time).filter(Double::isFinite).sorted().toArray();
        return 2 * sorted.length <= times.size() ? Double.NaN : Quantile.of(sorted, 0.5);
    }

    private static List<Start.Point> curve(List<StartTimes> times) {
        List<Start.Point> curve = new ArrayList<>();
        for (int k = 0; k < StartTimes.INSTANTS.size(); k++) {
            int at = k;
            double nanos = median(times, one -> one.curve()[at]);
            if (Double.isFinite(nanos)) {
                curve.add(new Start.Point(StartTimes.INSTANTS.get(k), nanos));
            }
        }
        return List.copyOf(curve);
    }
}
