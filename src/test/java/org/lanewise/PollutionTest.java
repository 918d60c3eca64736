package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Native steps stay within twice their clean time when other code in the JVM used vectors on heap segments. */
@Tag("slow")
@Tag("width")
class PollutionTest {
    private static final int TRIES = 3;

    @Test
    void kernelCompiledBeforeKeepsItsSpeed() throws Exception {
        double[] times = {};
        for (int i = 0; i < TRIES && (times.length == 0 || times[1] >= 2 * times[0]); i++) {
            times = Arrays.stream(times("after").split(" ")).mapToDouble(Double::parseDouble).toArray();
        }
        String measured = Arrays.toString(times);
        assertTrue(times[1] < 2 * times[0], () -> "ns before and after: " + measured);
    }

    @Test
    void kernelCompiledAfterwardsIsAsFast() throws Exception {
        double clean = 0;
        double polluted = 0;
        for (int i = 0; i < TRIES && (i == 0 || polluted >= 2 * clean); i++) {
            clean = Double.parseDouble(times("after").split(" ")[0]);
            polluted = Double.parseDouble(times("first"));
        }
        String measured = clean + " and " + polluted;
        assertTrue(polluted < 2 * clean, () -> "ns clean and polluted: " + measured);
    }

    private static String times(String order) throws Exception {
        return ChildJvm.run(List.of("--add-modules", "jdk.incubator.vector", "-cp",
                ChildJvm.CLASSES + File.pathSeparator + ChildJvm.TEST_CLASSES, PollutedSteps.class.getName(), order));
    }
}
