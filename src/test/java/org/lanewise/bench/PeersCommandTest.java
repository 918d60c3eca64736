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
import picocli.CommandLine;

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
        assertRefused("--rule must be one of Adam, ", "got Lion", "--rule", "Lion");
        assertRefused("--threads must be at least 1, got 0", "", "--threads", "0");
        assertRefused("--size must be a multiple of --threads, here 2, got 4097", "", "--size", "4096,4097", "--threads", "2");
        assertRefused("--forks must be 1 to 100, got 0", "", "--forks", "0");
        assertRefused("Invalid value for option '--rival'", "libtorch-fused", "--rival", "numpy");
    }

    @Test
    void aDirectoryThatIsAFileIsRefusedBeforeTheWork() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        assertRefused("--out " + file + ": cannot be made a directory", "", "--rival", "lanewise", "--out", file.toString());
    }

    private void assertRefused(String start, String part, String... args) {
        err.getBuffer().setLength(0);
        assertEquals(2, run(args));
        assertTrue(err.toString().startsWith(start) && err.toString().contains(part), err::toString);
    }

    private int run(String... args) {
        return new CommandLine(new PeersCommand(new Libraries(folder))).setErr(new PrintWriter(err, true))
                .setOut(new PrintWriter(StringWriter.nullWriter())).execute(args);
    }
}
