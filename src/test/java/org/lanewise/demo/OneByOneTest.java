package org.lanewise.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OneByOneTest {
    /** In the build's tests most of what the demo has on its class path are modules. */
    static final String CLASS_PATH = String.join(File.pathSeparator, Path.of("target", "classes").toString(),
            Path.of("target", "test-classes").toString(), System.getProperty("jdk.module.path", ""), System.getProperty("java.class.path"));

    @Test
    void saysThatTheOtherJvmFailed() {
        var nowhere = assertThrows(IOException.class, () -> OneByOne.measure(new Timing(1, 1, 1, true), "nowhere"));
        assertEquals("the JVM that measures plain loops with -XX:-UseSuperWord failed: exit code 1", nowhere.getMessage());
    }

    @Test
    void measuresEveryContenderInAnotherJvm() throws IOException {
        Times times = OneByOne.measure(new Timing(1, 1, 1, true), CLASS_PATH);
        assertEquals(Contender.forDigits().size(), times.nanosPerParameter().length);
        assertTrue(Arrays.stream(times.nanosPerParameter()).allMatch(nanos -> nanos > 0 && nanos < 1e6), times::toString);
        assertTrue(times.disturbance().running() > 0 && times.disturbance().running() <= 1);
    }
}
