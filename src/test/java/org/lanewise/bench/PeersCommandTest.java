package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.bench.peers.Libraries;
import org.lanewise.bench.report.ResultsFile;
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
        assertRefused("--into must be a results.json of an earlier run, got '" + folder.resolve("none") + "'", "",
                "--into", folder.resolve("none").toString());
        assertRefused("Invalid value for option '--rival'", "libtorch-fused", "--rival", "numpy");
    }

    @Test
    void earlierResultsThatAreNoneOrOfAnotherMachineAreRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("results.json"), "{}");
        assertRefused("--into: " + file + " does not hold results", "", "--rival", "lanewise", "--into", file.toString());
        Machine machine = new Machine("abacus", List.of(), List.of(), 1, 0, "", "", "");
        ResultsFile.write(file, new Results(machine, new Results.Settings(List.of(), 1, 1, 1, 1, 1), List.of(), List.of()));
        assertRefused("--into must be of this CPU, ", "got one of abacus", "--rival", "lanewise", "--into", file.toString());
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
