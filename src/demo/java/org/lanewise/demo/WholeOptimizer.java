package org.lanewise.demo;

import java.util.Locale;
import org.lanewise.Average;
import org.lanewise.Group;
import org.lanewise.Optimizer;
import org.lanewise.OptimizerBuilder;
import org.lanewise.ParameterStore;
import org.lanewise.rule.AdamW;
import org.lanewise.schedule.Schedule;

/** What an optimizer is told that does all that a step can do. */
final class WholeOptimizer {
    static final AdamW RULE = new AdamW(0.01).withWeightDecay(0.1);
    static final int LARGEST_NORM = 1;
    private static final double EMA = 0.98;

    /** One step in this many warms up. */
    private static final int WARM_UP_SHARE = 10;

    private WholeOptimizer() {}

    /** All but the threads. */
    static OptimizerBuilder builder(ParameterStore store, int steps) {
        int warmUp = warmUp(steps);
        return Optimizer.builder(store)
                .rule(RULE).group(Group.noDecay())
                .schedule(Schedule.warmUp(warmUp).thenCosine(Math.max(steps, warmUp + 1)))
                .clipNorm(LARGEST_NORM)
                .average(Average.ema(EMA))
                .clearGradients(true);
    }

    /** The calls of {@link #builder} and those that follow, with their numbers. */
    static String code(int steps, int threads) {
        return String.format(Locale.ROOT, """
                Optimizer.builder(store)
                        .rule(new AdamW(%s).withWeightDecay(%s)).group(Group.noDecay())
                        .schedule(Schedule.warmUp(%d).thenCosine(%d))
                        .clipNorm(%d)
                        .average(Average.ema(%s))
                        .clearGradients(true).parallelism(%d, 0).build()""",
                RULE.learningRate(), RULE.weightDecay(), warmUp(steps), Math.max(steps, warmUp(steps) + 1), LARGEST_NORM, EMA, threads);
    }

    private static int warmUp(int steps) {
        return Math.max(1, steps / WARM_UP_SHARE);
    }
}
