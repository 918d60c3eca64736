package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.OperatingSystemMXBean;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lanewise.tool.ExitCode;

class BenchCommandTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "--rule=Adagrand, '--rule must be one of GradientDescent, '",
        "--size=0, '--size must be numbers from 1 to 1024Mi'",
        "--size=64KB, '--size must be numbers from 1 to 1024Mi'",
        "'--size=65,536', '--size 65,536 can be one number or several'",
        "--width=1024, '--width must be one of '",
        "--threads=2, '--threads must be 1, or 2 with --full or --pipeline, got 2'",
        "--seconds=1, '--seconds needs --start'",
        "--forks=0, '--forks must be 1 to 100, got 0'",
        "--forks=101, '--forks must be 1 to 100, got 101'",
        "--storage=F16, '--storage must be one of F32_HEAP, '",
        "--forks=x, 'Invalid value for option ''--forks'': must be a whole number, got ''x'''",
        "--forks=1.5, 'Invalid value for option ''--forks'': must be a whole number, got ''1.5'''"
    })
    void refusesWhatItDoesNotKnow(String option, String beginning) {
        StringWriter err = new StringWriter();
        assertEquals(2, run(err, "bench", option, "--out", directory.resolve("out").toString()));
        assertTrue(err.toString().startsWith(beginning), err::toString);
        assertTrue(err.toString().strip().endsWith("see --help"), err::toString);
        assertFalse(Files.exists(directory.resolve("out")));
    }

    @ParameterizedTest
    @CsvSource({
        "--rule=Adam, '--start goes together with --size, --seconds, --forks and --out'",
        "--full, '--start goes together with --size, --seconds, --forks and --out'",
        "--seconds=0, '--seconds must be 0.01 to 600, got 0.0'",
        "--seconds=NaN, '--seconds must be 0.01 to 600, got NaN'"
    })
    void refusesWhatFirstStepsAreNotMeasuredBy(String option, String beginning) {
        StringWriter err = new StringWriter();
        assertEquals(2, run(err, "bench", "--start", option, "--out", directory.resolve("out").toString()));
        assertTrue(err.toString().startsWith(beginning), err::toString);
        assertFalse(Files.exists(directory.resolve("out")));
    }

    @Test
    void refusesADirectoryThatIsAFile() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        StringWriter err = new StringWriter();
        assertEquals(ExitCode.FILE, run(err, "bench", "--out", file.toString()));
        assertEquals(file + ": cannot be made a folder: " + file + " is no directory", err.toString().strip());
    }

    /** Before the lock and the folder: no JVM is started that would crash. A heap of 64 GiB is needed. */
    @Test
    void refusesSizesThatMemoryDoesNotSufficeFor() {
        var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        assumeTrue(system.getTotalMemorySize() < 64L << 30, "not run: this machine has more memory");
        StringWriter err = new StringWriter();
        Path out = directory.resolve("out");
        assertEquals(ExitCode.MEMORY, run(err, "bench", "--rule", "Adam", "--size", "1Gi", "--out", out.toString()));
        assertTrue(err.toString().matches("memory does not suffice: .* n=1073741824 needs \\d+ MiB, available are \\d+ MiB; --size "
                + "takes fewer parameters\\R"), err::toString);
        assertFalse(Files.exists(out));
    }

    @Test
    void refusesFiltersThatLeaveNothing() {
        StringWriter err = new StringWriter();
        assertEquals(2, run(err, "bench", "--full", "--threads=2", "--size=16", "--out", directory.toString()));
        assertTrue(err.toString().startsWith("nothing to measure"), err::toString);
    }

    private static int run(StringWriter err, String... args) {
        return Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), args);
    }
}
