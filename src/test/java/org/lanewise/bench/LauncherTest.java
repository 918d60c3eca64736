package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.DataInputStream;
import java.io.InputStream;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LauncherTest {
    private static final int JAVA_8 = 52;

    @Test
    void olderJavaCanReadIt() throws Exception {
        try (InputStream in = Launcher.class.getResourceAsStream("Launcher.class"); DataInputStream data = new DataInputStream(in)) {
            data.skipNBytes(6);
            assertEquals(JAVA_8, data.readUnsignedShort());
        }
    }

    @ParameterizedTest
    @CsvSource({"1.8, 1.8.0_402", "17, 17.0.15", "24, 24.0.1"})
    void olderJavaGetsASentence(String specification, String version) {
        assertEquals("Lanewise needs Java 25, this is " + version + " at /usr/java", Launcher.missing(specification, version, "/usr/java"));
    }

    @ParameterizedTest
    @CsvSource({"25, 25.0.3", "26, 26-ea"})
    void java25AndNewerGoOn(String specification, String version) {
        assertNull(Launcher.missing(specification, version, "/usr/java"));
    }

    @Test
    void aJavaWithoutTheVectorModuleGetsASentence() {
        assertEquals("Lanewise needs the module jdk.incubator.vector, which is not in the Java run-time image at "
                + System.getProperty("java.home"), Jvm.unusable(false).orElseThrow());
    }

    @Test
    void aJvmThatWasKilledIsSaidToBe() {
        assertEquals("the JVM that did the work was killed (exit code 137, SIGKILL), as Linux does where memory does not suffice: what it "
                + "had written before is there, the rest is missing", Jvm.killed(137).orElseThrow());
        for (int code : new int[] {0, 1, 5, 129, 130, 143}) {
            assertEquals(Optional.empty(), Jvm.killed(code));
        }
    }

    @Test
    void thisJvmIsUsable() {
        assertEquals(Optional.empty(), Jvm.unusable());
    }
}
