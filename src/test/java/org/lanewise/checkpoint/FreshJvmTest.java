package org.lanewise.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.ChildJvm;
import org.lanewise.Optimizer;

/** Trainings that go on in another JVM, from the heap in native memory. */
@Tag("slow")
class FreshJvmTest {
    @TempDir
    Path folder;

    @Test
    void anotherJvmGoesOnWithTheSameBits() throws IOException, InterruptedException {
        for (String training : GoesOn.TRAININGS) {
            Path file = folder.resolve(training);
            Optimizer optimizer = Trainings.started(GoesOn.optimizer(training, false));
            Trainings.step(optimizer, GoesOn.STEPS);
            Checkpoint.of(optimizer).save(file);
            Trainings.step(optimizer, GoesOn.STEPS);
            assertEquals(Trainings.bits(optimizer), ChildJvm.run(List.of("--add-modules", "jdk.incubator.vector", "-cp",
                    ChildJvm.CLASSES + System.getProperty("path.separator") + ChildJvm.TEST_CLASSES, GoesOn.class.getName(), training,
                    file.toString())), training);
        }
    }
}
