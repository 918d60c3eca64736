package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.bench.peers.Libraries;
import org.lanewise.tool.Cli;
import org.lanewise.tool.ExitCode;

/** What all commands have in common. Each run ends where the arguments have been read, for a reason that stands behind them. */
class GrammarTest {
    @TempDir
    private Path folder;

    private final StringWriter err = new StringWriter();

    @Test
    void rulesAreSeparatedByCommasOrRepeatedInAnyCase() {
        for (List<String> args : List.of(List.of("--rule", "adam,SGD"), List.of("--rule=aDAM", "--rule", "sgd"),
                List.of("--rule", "Adam, sgd,ADAM"))) {
            assertEnds(ExitCode.USAGE, "nothing to measure", "bench", args);
            assertEnds(ExitCode.FILE, "--json " + folder.resolve("none/v.json") + ": its directory does not exist", "verify", args);
            assertEnds(ExitCode.USAGE, "libraries of djl are not in ", "peers", args);
        }
    }

    @Test
    void rulesThatAreUnknownAreRefusedWithAllThatAreKnownAndTheNearest() {
        for (String command : List.of("bench", "verify", "peers")) {
            assertEnds(ExitCode.USAGE, "--rule must be one of ", command, List.of("--rule", "Adam,AdanW"));
            assertTrue(err.toString().contains(", AdamW, "), err::toString);
            assertTrue(err.toString().strip().endsWith(", got 'AdanW'; nearest is AdamW; see --help"), err::toString);
            assertEnds(ExitCode.USAGE, "--rule must be one of ", command, List.of("--rule", "Adam,"));
            assertTrue(err.toString().strip().endsWith(", got ''; see --help"), err::toString);
        }
    }

    @Test
    void sizesHaveOneFormInAllCommands() {
        for (String command : List.of("bench", "peers")) {
            String reason = command.equals("bench") ? "nothing to measure" : "libraries of djl are not in ";
            for (String size : List.of("65537,100003", "1,000,001", "1_000_001", "65537e0")) {
                assertEnds(ExitCode.USAGE, reason, command, List.of("--size", size));
                assertEnds(ExitCode.USAGE, "--size must be numbers from 1 to 1024Mi, ", command, List.of("--size", size + "x"));
            }
            assertEnds(ExitCode.USAGE, "--size 65,536 can be one number or several: ", command, List.of("--size", "65,536"));
        }
    }

    @Test
    void jmhTakesRulesAndSizesInTheSameForms() {
        assertArrayEquals(new String[] {"Step", "-p", "rule=Lion,AdamW", "-pn=65536,1000000", "-p", "width=BITS_128", "-prof", "gc"},
                JmhCommand.translated("jmh", "Step", "-p", "rule=lion,ADAMW", "-pn=64Ki,1_000_000", "-p", "width=BITS_128", "-prof", "gc"));
        assertEquals("-p n= must be numbers from 1 to 1024Mi, such as 5000, 64Ki, 16Mi or 1,000,000, got '64KB'",
                assertThrows(IllegalArgumentException.class, () -> JmhCommand.translated("jmh", "-p", "n=64KB")).getMessage());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> JmhCommand.translated("jmh", "-p", "rule=Lino")).getMessage()
                .endsWith("got 'Lino'; nearest is Lion"));
    }

    @Test
    void argumentsThatBeginWithAtAreNoFilesOfArguments() {
        assertEquals(ExitCode.USAGE, run("verify", "@/dev/zero"));
        assertEquals("Unmatched argument at index 1: '@/dev/zero'; see --help", err.toString().strip());
    }

    /** A pipe whose writer never comes, a device without end, and what is no JSON or other JSON. */
    @Test
    @Timeout(60)
    void filesOfOtherKindsEndWithOneSentence() throws Exception {
        List<Path> files = new ArrayList<>(List.of(folder.resolve("none.json"), folder));
        for (String text : List.of("", "results", "[1, 2", "{\"rows\": null}", "\u0000".repeat(1 << 16), "[".repeat(1 << 20))) {
            files.add(Files.writeString(folder.resolve(files.size() + ".json"), text));
        }
        Path zeros = Path.of("/dev/zero"), pipe = folder.resolve("pipe");
        if (Files.exists(zeros) && new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0) {
            files.addAll(List.of(zeros, pipe));
        }
        for (Path file : files) {
            for (String[] args : new String[][] {{"compare", file.toString(), file.toString()}, {"readme", file.toString()},
                {"torch", file.toString()}, {"checkpoint", file.toString()}}) {
                err.getBuffer().setLength(0);
                assertEquals(ExitCode.FILE, Main.run(new PrintWriter(StringWriter.nullWriter()), new PrintWriter(err, true), args),
                        err::toString);
                assertTrue(err.toString().startsWith(file.toString()), err::toString);
                assertEquals(1, err.toString().lines().count(), err::toString);
            }
        }
    }

    @Test
    void everyHelpSaysTheExitCodes() {
        for (String command : List.of("verify", "torch", "checkpoint", "bench", "compare", "peers", "jmh", "readme")) {
            StringWriter out = new StringWriter();
            assertEquals(0, Main.run(new PrintWriter(out, true), new PrintWriter(err, true), command, "--help"));
            assertTrue(out.toString().replaceAll("\\s+", " ").contains(ExitCode.COMMON), out::toString);
        }
    }

    private void assertEnds(int code, String beginning, String command, List<String> args) {
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(args);
        // What each refuses after it has read these arguments.
        all.addAll(switch (command) {
            case "bench" -> args.toString().contains("--size") ? List.of("--full", "--threads", "2")
                    : List.of("--full", "--threads", "2", "--size", "17");
            case "verify" -> List.of("--json", folder.resolve("none/v.json").toString());
            default -> args.toString().contains("--size") ? List.of("--rival", "Djl") : List.of("--rival", "DJL", "--threads", "1");
        });
        assertEquals(code, command.equals("peers") ? peers(all) : run(command, all.toArray(String[]::new)), err::toString);
        assertTrue(err.toString().startsWith(beginning), err::toString);
        assertEquals(1, err.toString().lines().count(), err::toString);
    }

    private int peers(List<String> args) {
        PrintWriter nowhere = new PrintWriter(StringWriter.nullWriter());
        return Cli.run(Cli.of(new PeersCommand(new Libraries(folder)), nowhere, new PrintWriter(err, true)), args.toArray(String[]::new));
    }

    private int run(String command, String... args) {
        String[] all = new String[args.length + 1];
        all[0] = command;
        System.arraycopy(args, 0, all, 1, args.length);
        return Main.run(new PrintWriter(StringWriter.nullWriter()), new PrintWriter(err, true), all);
    }
}
