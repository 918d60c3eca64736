package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.lanewise.bench.plan.OwnLock;
import org.lanewise.tool.ExitCode;

/** What ends JMH's runner before it has measured is one sentence. */
@Isolated("changes system properties")
class JmhCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter err = new StringWriter();
    @RegisterExtension
    final OwnLock lock = new OwnLock(() -> folder);

    @Test
    void whileAnotherJmhRunsNothingIsMeasured() throws IOException {
        try (FileChannel jmh = FileChannel.open(folder.resolve("jmh.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = jmh.lock()) {
            assertEnds(ExitCode.BUSY, "another JMH runs on this machine and holds " + folder.resolve("jmh.lock") + ": ", "StepBenchmark");
        }
    }

    @Test
    void filesThatCannotBeWrittenAreNamed() throws IOException {
        Path bad = folder.resolve("none/file");
        for (String option : new String[] {"-rff", "-o"}) {
            assertEnds(ExitCode.FILE, option + " " + bad + ": its directory does not exist or is not writable", option, bad.toString());
            assertEnds(ExitCode.FILE, option + " " + folder + ": is a directory", option, folder.toString());
        }
        System.setProperty("java.io.tmpdir", Files.createFile(folder.resolve("tmp")).toString());
        assertEnds(ExitCode.FILE, folder.resolve("tmp") + ": cannot hold temporary files: ", "StepBenchmark");
    }

    @Test
    void argumentsThatJmhDoesNotTakeAreNamed() {
        assertEnds(ExitCode.USAGE, "-p n= must be numbers from ", "-p", "n=x");
        assertEnds(ExitCode.USAGE, "", "-f", "many");
        assertTrue(err.toString().contains("many") && err.toString().strip().endsWith("; see jmh -h"), err::toString);
        assertEnds(ExitCode.FAILED, "no benchmark has a name that fits; jmh -l lists them", "NoSuchBenchmark");
        assertEnds(ExitCode.FAILED, "", "StepBenchmark", "-prof", "nosuch");
        assertTrue(err.toString().contains("nosuch"), err::toString);
    }

    private void assertEnds(int code, String beginning, String... args) {
        err.getBuffer().setLength(0);
        String[] all = new String[args.length + 1];
        all[0] = JmhCommand.NAME;
        System.arraycopy(args, 0, all, 1, args.length);
        assertEquals(code, JmhCommand.run(new PrintWriter(StringWriter.nullWriter()), new PrintWriter(err, true), all), err::toString);
        assertTrue(err.toString().startsWith(beginning), err::toString);
        assertEquals(1, err.toString().lines().count(), err::toString);
        assertFalse(err.toString().contains("Exception"), err::toString);
    }
}
