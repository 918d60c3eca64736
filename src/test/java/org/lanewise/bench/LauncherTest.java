package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.InputStream;
import java.util.Map;
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

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', value = {
        "UseCompiler, false, needs the C2 compiler",
        "TieredStopAtLevel, 1, \"-XX:TieredStopAtLevel must be 4, got 1\"",
        "UseFMA, false, needs fused multiply-add in hardware"})
    void aJvmThatWouldNotRunKernelsWellGetsASentence(String flag, String value, String sentence) {
        Map<String, String> good = Map.of("UseCompiler", "true", "TieredCompilation", "true", "TieredStopAtLevel", "4", "UseFMA", "true");
        assertEquals(Optional.empty(), Jvm.unusable(good::get, "mixed mode, sharing", true));
        String message = Jvm.unusable(name -> name.equals(flag) ? value : good.get(name), "mixed mode", true).orElseThrow();
        assertTrue(message.contains(sentence), message);
        assertTrue(Jvm.unusable(good::get, "interpreted mode", true).orElseThrow().contains("-Xint"));
        assertTrue(Jvm.unusable(good::get, "mixed mode", false).orElseThrow().contains("jdk.incubator.vector"));
    }

    @Test
    void thisJvmIsUsable() {
        assertEquals(Optional.empty(), Jvm.unusable());
    }
}
