package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.bench.peers.Libraries;
import org.lanewise.tool.Cli;
import org.lanewise.tool.ExitCode;

class PeersCommandTest {
    @TempDir
    private Path folder;

    private final StringWriter err = new StringWriter();

    @Test
    void withoutLibrariesItSaysHowToBuildThem() {
        assertEquals(2, run("--rival", "djl,lanewise,tribuo"));
        assertEquals("libraries of djl, tribuo are not in " + folder + ": './mvnw -Ppeers package -DskipTests' in Lanewise's sources "
                + "downloads 700 MB and builds them" + System.lineSeparator(), err.toString());
    }

    @Test
    void refusedArgumentsAreNamedWithWhatIsAllowed() {
        int processors = Runtime.getRuntime().availableProcessors();
        assertRefused("--rule must be one of Adam, ", "got 'Lion'", "--rule", "Lion");
        assertRefused("--threads must be 1 to " + processors + ", the processors here, got ", "", "--threads", "1,0");
        assertRefused("--threads must be 1 to " + processors, "got " + (processors + 1), "--threads", "" + (processors + 1));
        if (processors > 1) {
            assertRefused("--size must be at least --threads, here 2, got 1", "", "--size", "4096,1", "--threads", "2");
        }
        assertRefused("--forks must be 1 to 100, got 0", "", "--forks", "0");
        assertRefused("--rival must be one of lanewise, ", "libtorch-fused", "--rival", "numpy");
    }

    @Test
    void aDirectoryThatIsAFileIsRefusedBeforeTheWork() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertRefused(ExitCode.FILE, file + ": cannot be made a folder", "", "--rival", "lanewise", "--out", file.toString());
    }

    private void assertRefused(String start, String part, String... args) {
        assertRefused(ExitCode.USAGE, start, part, args);
    }

    private void assertRefused(int code, String start, String part, String... args) {
        err.getBuffer().setLength(0);
        assertEquals(code, run(args));
        assertTrue(err.toString().startsWith(start) && err.toString().contains(part), err::toString);
    }

    private int run(String... args) {
        PrintWriter nowhere = new PrintWriter(StringWriter.nullWriter());
        return Cli.run(Cli.of(new PeersCommand(new Libraries(folder)), nowhere, new PrintWriter(err, true)), args);
    }
}
