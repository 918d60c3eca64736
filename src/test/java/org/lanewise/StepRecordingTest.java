package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.rule.GradientDescent;

/** Steps in recordings of the JDK's flight recorder. */
class StepRecordingTest {
    private static final String EVENT = "org.lanewise.Step";

    @Test
    void aRecordingHasAnEventWithTheNumbersOfEachStep(@TempDir Path folder) throws Exception {
        float[] w = {1, 2}, g = {3, 4};
        Optimizer optimizer = Optimizer.builder(ParameterStore.wrap(w, g)).rule(new GradientDescent(0.5)).clipNorm(1)
                .nonFinite(NonFinite.SKIP).build();
        optimizer.step();
        try (Recording recording = new Recording()) {
            recording.enable(EVENT).withThreshold(Duration.ZERO);
            recording.start();
            optimizer.step();
            g[0] = Float.NaN;
            optimizer.step();
            recording.stop();
            Path file = folder.resolve("steps.jfr");
            recording.dump(file);
            List<RecordedEvent> events =
                    RecordingFile.readAllEvents(file).stream().filter(event -> event.getEventType().getName().equals(EVENT)).toList();
            assertEquals(2, events.size());
            RecordedEvent done = events.getFirst();
            assertEquals(2, done.getLong("step"));
            assertEquals(0.5, done.getDouble("learningRate"));
            assertEquals(5, done.getDouble("gradientNorm"));
            assertEquals(1 / (5 + 1e-6f), done.getFloat("clipFactor"));
            assertEquals(1, done.getDouble("lossScale"));
            assertTrue(events.getLast().getBoolean("skipped"));
            assertEquals(3, events.getLast().getLong("step"));
            assertEquals(1, events.getLast().getLong("nonFiniteCount"));
        }
    }
}
