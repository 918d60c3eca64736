package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("width")
class WidthTest {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    @Test
    void widthsAreOneFloatTo512Bits() {
        assertEquals(List.of(32, 128, 256, 512), Stream.of(Width.values()).map(Width::bits).toList());
    }

    @Test
    void plainLoopsAreAlwaysSupported() {
        assertTrue(Width.SCALAR.isSupported());
    }

    @Test
    void preferredIsSupported() {
        assertTrue(Width.preferred().isSupported());
    }

    @Test
    void supportedAreExactlyTheWidthsUpToThePreferred() {
        for (Width width : Width.values()) {
            assertEquals(width.compareTo(Width.preferred()) <= 0, width.isSupported(), width.name());
        }
    }

    @Test
    void everyX86HasVectors() {
        assumeX86();
        assertNotEquals(Width.SCALAR, Width.preferred());
    }

    @Test
    void preferredFollowsTheFlagOfTheBuild() {
        assumeX86();
        String useAvx = System.getProperty("lanewise.test.useAvx");
        assumeTrue(useAvx != null, "not run: lanewise.test.useAvx is set by the build only");
        assertTrue(Set.of("default", "2").contains(useAvx), useAvx);
        if (useAvx.equals("2")) {
            assertTrue(Width.preferred().bits() <= 256, () -> Width.preferred() + " with -XX:UseAVX=2");
        }
    }

    @Test
    void preferredIsAtLeast256BitsWithAvx2() throws IOException {
        assumeX86();
        assumeTrue(Files.isReadable(CPU_INFO), () -> "not run: needs " + CPU_INFO);
        assumeTrue(List.of(Files.readString(CPU_INFO).split("\\s+")).contains("avx2"), "not run: this CPU has no AVX2");
        assertTrue(Width.preferred().bits() >= 256, () -> Width.preferred() + " on a CPU with AVX2");
    }

    @Test
    void preferredIsAsWideAsTheVectorsOfTheJvm() {
        assumeX86();
        var jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        int avx = Integer.parseInt(jvm.getVMOption("UseAVX").getValue());
        assumeTrue(avx >= 2, () -> "not run: -XX:UseAVX=" + avx);
        assertEquals(jvm.getVMOption("MaxVectorSize").getValue(), Integer.toString(Width.preferred().bits() / Byte.SIZE));
    }

    private static void assumeX86() {
        String arch = System.getProperty("os.arch");
        assumeTrue(Set.of("amd64", "x86_64").contains(arch), () -> "not run: this CPU is " + arch);
    }
}
