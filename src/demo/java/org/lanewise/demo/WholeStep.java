package org.lanewise.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.lanewise.Average;
import org.lanewise.Averaged;
import org.lanewise.Group;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.StepReport;
import org.lanewise.rule.AdamW;
import org.lanewise.schedule.Schedule;

/**
 * Trains a network with all that a step can do, and the same network from the same start with the rule alone. The training with two
 * threads is done again with one, and the two are compared bit by bit.
 */
final class WholeStep {
    /** Hidden units. */
    static final int HIDDEN = 512;

    static final AdamW RULE = new AdamW(0.01).withWeightDecay(0.1);
    static final int LARGEST_NORM = 1;
    private static final double EMA = 0.98;
    private static final int THREADS = 2;

    /** One step in this many warms up. */
    private static final int WARM_UP_SHARE = 10;

    /** Steps from one look at the test images to the next. */
    private static final int INTERVAL = 15;

    private static final List<String> STATES = List.of("m", "v", "average");

    private final Digits.Split digits;
    private final Training plain;
    private final Training whole;
    private final Training onOneThread;
    private final double[] learningRate;
    private final double[] norm;
    private final List<Look> looks = new ArrayList<>();
    private int clipped;
    private boolean bitsEqual;

    /**
     * Shares of the test images that are read right after a number of steps.
     *
     * @param plain by the rule alone
     * @param parameters by the whole step
     * @param average by the whole step, with the averages in the place of the parameters
     */
    record Look(int steps, double plain, double parameters, double average) {}

    /**
     * How the training went.
     *
     * @param learningRate of each step
     * @param norm of all gradients in each step, before clipping
     */
    record Course(double[] learningRate, double[] norm, double largestNorm, List<Look> looks) {}

    WholeStep(Digits.Split digits, int epochs, long seed) {
        this.digits = digits;
        int steps = epochs * Math.ceilDiv(digits.train().size(), Training.BATCH);
        Function<Function<ParameterStore, Optimizer>, Training> training = optimizer ->
                new Training(new Network(seed, HIDDEN), optimizer, digits.train(), Training.BATCH, epochs, seed);
        this.plain = training.apply(store -> Optimizer.of(RULE, store));
        this.whole = training.apply(store -> optimizer(store, steps, THREADS));
        this.onOneThread = training.apply(store -> optimizer(store, steps, 1));
        this.learningRate = new double[whole.totalSteps()];
        this.norm = new double[whole.totalSteps()];
    }

    /** The optimizer that the page shows as code. */
    static Optimizer optimizer(ParameterStore store, int steps, int threads) {
        int warmUp = warmUp(steps);
        return Optimizer.builder(store)
                .rule(RULE).group(Group.noDecay())
                .schedule(Schedule.warmUp(warmUp).thenCosine(Math.max(steps, warmUp + 1)))
                .clipNorm(LARGEST_NORM)
                .average(Average.ema(EMA))
                .clearGradients(true).parallelism(threads, 0).build();
    }

    /** The calls of {@link #optimizer}, with their numbers. */
    String code() {
        int steps = whole.totalSteps();
        return String.format(Locale.ROOT, """
                Optimizer.builder(store)
                        .rule(new AdamW(%s).withWeightDecay(%s)).group(Group.noDecay())
                        .schedule(Schedule.warmUp(%d).thenCosine(%d))
                        .clipNorm(%d)
                        .average(Average.ema(%s))
                        .clearGradients(true).parallelism(%d, 0).build()""",
                RULE.learningRate(), RULE.weightDecay(), warmUp(steps), Math.max(steps, warmUp(steps) + 1), LARGEST_NORM, EMA, THREADS);
    }

    private static int warmUp(int steps) {
        return Math.max(1, steps / WARM_UP_SHARE);
    }

    int totalSteps() {
        return plain.totalSteps() + whole.totalSteps() + onOneThread.totalSteps();
    }

    /** Makes all steps of all trainings, and says so after each. */
    void run(Runnable afterStep) {
        List<Double> alone = new ArrayList<>();
        alone.add(accuracy(plain));
        plain.run(report -> {
            if (isLookedAt(report)) {
                alone.add(accuracy(plain));
            }
            afterStep.run();
        });
        look(0, alone);
        whole.run(report -> {
            follow(report);
            if (isLookedAt(report)) {
                look((int) report.step(), alone);
            }
            afterStep.run();
        });
        onOneThread.run(_ -> afterStep.run());
        bitsEqual = Bits.equal(whole.optimizer(), onOneThread.optimizer(), STATES);
    }

    private void follow(StepReport report) {
        int step = (int) report.step() - 1;
        learningRate[step] = report.learningRate();
        norm[step] = report.gradientNorm();
        clipped += report.clipFactor() < 1 ? 1 : 0;
    }

    private boolean isLookedAt(StepReport report) {
        return report.step() % INTERVAL == 0 || report.step() == whole.totalSteps();
    }

    private void look(int steps, List<Double> alone) {
        double parameters = accuracy(whole);
        try (Averaged _ = whole.optimizer().averaged()) {
            looks.add(new Look(steps, alone.get(looks.size()), parameters, accuracy(whole)));
        }
    }

    private double accuracy(Training training) {
        return training.network().score(digits.test()).accuracy();
    }

    /** What the averages take each test image for, once all steps are done. */
    int[] guesses() {
        try (Averaged _ = whole.optimizer().averaged()) {
            return whole.network().guesses(digits.test().pixels());
        }
    }

    Course course() {
        return new Course(learningRate, norm, LARGEST_NORM, List.copyOf(looks));
    }

    DemoResults.WholeResult result() {
        Look last = looks.getLast();
        return new DemoResults.WholeResult(code(), whole.optimizer().store().size(), whole.totalSteps(), clipped, last.plain(),
                last.parameters(), last.average(), THREADS, bitsEqual);
    }
}
