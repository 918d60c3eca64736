package org.lanewise.bench.result;

import java.util.ArrayList;
import java.util.List;

/** Made-up first steps. */
public final class SyntheticStarts {
    /** Two ways and a rival at two sizes, and how single steps differ. */
    public static final StartResults RESULTS = results(List.of(start("lanewise-heap", 1_000, null), start("plain-java", 1_000, null),
            start("djl", 1_000, null), start("lanewise-heap", 1 << 20, null), start("plain-java", 1 << 20, Doubt.BUSY)));

    private SyntheticStarts() {}

    /** Results of these. */
    public static StartResults results(List<Start> starts) {
        Results like = SyntheticResults.full();
        StepSpread.Percentiles steps = new StepSpread.Percentiles(20_000, 25_000, 30_000, 500_000);
        StepSpread.Percentiles spin = new StepSpread.Percentiles(20_000, 21_000, 24_000, 400_000);
        return new StartResults(true, like.machine(), like.settings(), starts,
                List.of(new StepSpread("lanewise-heap", 64 << 10, steps, spin, null)));
    }

    /** One whose steps become faster from 1 ms on. */
    public static Start start(String way, int n, Doubt doubt) {
        List<Start.Point> curve = new ArrayList<>();
        for (int k = 0; k < 10; k++) {
            curve.add(new Start.Point(Math.pow(2, k), n * Math.pow(2, -k)));
        }
        return new Start(way, n, 15, 70, 0.9, 3, 0.5, 0.25, 47, 600, 2, n / 4.0, curve, doubt);
    }
}
