package org.lanewise.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.lanewise.Averaged;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.StepReport;
import org.lanewise.checkpoint.Checkpoint;

/**
 * Trains a network with all that a step can do, and the same network from the same start with the rule alone. The training with two
 * threads is done again with one, and the two are compared bit by bit.
 */
final class WholeStep {
    private static final int THREADS = 2;

    /** Steps from one look at the test images to the next. */
    private static final int INTERVAL = 15;

    private static final List<String> STATES = List.of("m", "v", "average");

    private final Digits.Split digits;
    private final int epochs;
    private final long seed;
    private final Training plain;
    private final Training whole;
    private final Training onOneThread;
    private final double[] learningRate;
    private final double[] norm;
    private final List<Look> looks = new ArrayList<>();
    private int clipped;
    private boolean bitsEqual;
    private Optional<Path> folder = Optional.empty();
    private Resumed resumed = Resumed.NOT_TRIED;
    private DemoRanks together = DemoRanks.NONE;

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
        this.epochs = epochs;
        this.seed = seed;
        this.plain = new Training(new Network(seed, Network.MANY_HIDDEN), store -> Optimizer.of(WholeOptimizer.RULE, store), digits.train(),
                Training.BATCH, epochs, seed);
        this.whole = training(digits.train(), epochs, seed);
        this.onOneThread = training(digits.train(), epochs, seed, 1);
        this.learningRate = new double[whole.totalSteps()];
        this.norm = new double[whole.totalSteps()];
    }

    /** The training with all that a step can do. */
    static Training training(Digits images, int epochs, long seed) {
        return training(images, epochs, seed, THREADS);
    }

    private static Training training(Digits images, int epochs, long seed, int threads) {
        int steps = epochs * Math.ceilDiv(images.size(), Training.BATCH);
        return new Training(new Network(seed, Network.MANY_HIDDEN), store -> optimizer(store, steps, threads), images,
                Training.BATCH, epochs, seed);
    }

    /** The optimizer that the page shows as code. */
    static Optimizer optimizer(ParameterStore store, int steps, int threads) {
        return WholeOptimizer.builder(store, steps).parallelism(threads, 0).build();
    }

    int totalSteps() {
        return plain.totalSteps() + whole.totalSteps() + onOneThread.totalSteps();
    }

    /** Has the training saved half way, for {@link #resumeElsewhere}. */
    void saveHalfWay(Path folder) {
        this.folder = Optional.of(folder);
    }

    /**
     * Has another JVM go on from half way, once all steps are done, and compares.
     *
     * @param classPath where that JVM finds the demo
     * @throws IOException if that JVM fails
     */
    void resumeElsewhere(String classPath) throws IOException {
        SecondJvm.Course course = SecondJvm.goOn(folder.orElseThrow(), digits, epochs, seed, classPath);
        Path own = folder.get().resolve("own.safetensors");
        Checkpoint.of(whole.optimizer()).save(own);
        boolean same = Arrays.equals(course.norms(), Arrays.copyOfRange(norm, resumedAfter(), norm.length))
                && Files.mismatch(own, SecondJvm.ended(folder.get())) < 0;
        resumed = same ? Resumed.SAME_BITS : Resumed.OTHER_BITS;
    }

    /**
     * Has several processes train together, from the same start.
     *
     * @throws IOException if one of them fails
     */
    void trainTogether(Ranks ranks) throws IOException {
        together = ranks.train(digits, epochs, seed);
    }

    private int resumedAfter() {
        return whole.totalSteps() / 2;
    }

    private void save() {
        try {
            Checkpoint.of(whole.optimizer()).save(SecondJvm.saved(folder.orElseThrow()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
            if (folder.isPresent() && report.step() == resumedAfter()) {
                save();
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
        return new Course(learningRate, norm, WholeOptimizer.LARGEST_NORM, List.copyOf(looks));
    }

    DemoResults.WholeResult result() {
        Look last = looks.getLast();
        return new DemoResults.WholeResult(WholeOptimizer.code(whole.totalSteps(), THREADS), whole.optimizer().store().size(),
                whole.totalSteps(), clipped, last.plain(), last.parameters(), last.average(), THREADS, bitsEqual,
                resumedAfter(), resumed, together);
    }
}
