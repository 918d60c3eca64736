package org.lanewise.execution;

import java.util.Optional;
import jdk.jfr.FlightRecorder;

/**
 * Tells the JDK's flight recorder of steps, where its module is there: an event, the same object for all steps. To make an event takes 300
 * classes and 50 to 100 ms, so that waits until somebody records.
 */
public final class StepRecording {
    private static final boolean HAS_RECORDER = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private Optional<Recorder> recorder = Optional.empty();

    /** In a class of its own, so that nothing of the recorder is loaded where it is not there. */
    private static final class Recorder {
        final StepEvent event = new StepEvent();

        static boolean isUsed() {
            return FlightRecorder.isInitialized();
        }
    }

    /** Before the first step, which does not load classes of the recorder then. */
    public StepRecording() {
        look();
    }

    /**
     * Whether somebody records, or has done so.
     *
     * @return false where there is no recorder
     */
    public static boolean isUsed() {
        return HAS_RECORDER && Recorder.isUsed();
    }

    private void look() {
        if (recorder.isEmpty() && isUsed()) {
            recorder = Optional.of(new Recorder());
        }
    }

    /** A step begins. */
    public void begin() {
        look();
        if (recorder.isPresent()) {
            recorder.get().event.begin();
        }
    }

    /**
     * Records the step that began, if somebody wants to know of it.
     *
     * @param step its number
     * @param learningRate its learning rate
     * @param gradientNorm norm of its gradients; {@code NaN} if it was not computed
     * @param clipFactor what they were multiplied by
     * @param lossScale what its loss was multiplied by
     * @param nonFiniteCount how many gradients were not finite
     * @param skipped whether it was left out
     */
    public void commit(long step, double learningRate, double gradientNorm, float clipFactor, double lossScale, long nonFiniteCount,
            boolean skipped) {
        if (recorder.isEmpty() || !recorder.get().event.shouldCommit()) {
            return;
        }
        StepEvent event = recorder.get().event;
        event.step = step;
        event.learningRate = learningRate;
        event.gradientNorm = gradientNorm;
        event.clipFactor = clipFactor;
        event.lossScale = lossScale;
        event.nonFiniteCount = nonFiniteCount;
        event.skipped = skipped;
        event.commit();
    }
}
