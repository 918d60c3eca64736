package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.lanewise.kernel.Species.LANES;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.invoke.MethodHandles;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.management.ObjectName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Rule;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.rule.GradientDescent;
import org.lanewise.tool.ExitCode;
import org.lanewise.tool.RuleTable;
import org.lanewise.verify.Equivalence;
import org.lanewise.verify.IdleRule;
import org.lanewise.verify.Place;
import org.lanewise.verify.WrongRule;
import picocli.CommandLine;

class VerifyCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path directory;

    @Tag("early")
    @Test
    void aRuleWithoutDifferencesExitsWith0() throws Exception {
        Path json = directory.resolve("verify.json");
        assertEquals(0, run("verify", "--rule", "GradientDescent", "--seed", "7", "--json", json.toString()), err::toString);
        List<Rule> rows = RuleTable.all().stream().filter(GradientDescent.class::isInstance).toList();
        Equivalence treated = Equivalence.of(rows.getFirst()).withTreatedGradients(true);
        List<Equivalence> checks = Stream.concat(rows.stream().map(Equivalence::of), Stream.of(treated)).toList();
        long comparisons = checks.stream().mapToLong(Equivalence::comparisons).sum();
        assertEquals("verified: " + comparisons + " comparisons, 0 differences", lastLine());
        JsonObject report = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
        assertEquals(comparisons, report.get("comparisons").getAsLong());
        assertEquals(0, report.get("differences").getAsLong());
        assertEquals(7, report.get("seed").getAsLong());
        long loops = report.get("loops").getAsLong();
        assertTrue(loops >= 2L * Place.values().length, () -> "loops: " + loops);
        assertEquals(loops, report.get("compiledLoops").getAsLong());
        String compiled = "compiled by C2 before and during these comparisons: " + loops + " of " + loops + " loops of ";
        assertTrue(out.toString().contains(compiled), out::toString);
        assertEquals(checks.stream().mapToInt(check -> Place.values().length * check.widths().size()).sum(),
                report.getAsJsonArray("cells").size());
        for (JsonElement cell : report.getAsJsonArray("cells")) {
            assertTrue(cell.getAsJsonObject().get("comparisons").getAsLong() > 0, cell::toString);
        }
    }

    @Tag("early")
    @Test
    void whatAFullDiskDoesNotTakeIsOnTheConsole() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "not run: no /dev/full on this system");
        Path json = Files.createSymbolicLink(directory.resolve("verify.json"), full);
        assertEquals(ExitCode.FILE, run("verify", "--rule", "GradientDescent", "--json", json.toString()), err::toString);
        assertTrue(lastLine().matches("verified: \\d+ comparisons, 0 differences"), lastLine());
        assertTrue(err.toString().contains(json + ": cannot be written: "), err::toString);
    }

    /** C2 is told not to compile some loops of a rule that no other test runs. */
    @Tag("early")
    @Test
    void loopsThatC2DidNotCompileAreNamedAndExitWith3() throws Exception {
        Path directives = directory.resolve("directives.json");
        Files.writeString(directives, "[{match: \"org/lanewise/bench/VerifyCommandTest$Uncompiled$*.vector\", c2: {Exclude: true}}]");
        diagnose("compilerDirectivesAdd", directives.toString());
        try {
            CommandLine line = new CommandLine(new VerifyCommand(List.of(new Uncompiled(0.1))));
            assertEquals(3, line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(), out::toString);
        } finally {
            diagnose("compilerDirectivesRemove");
        }
        String vectors = "not compiled by C2 while it was compared: " + Uncompiled.Update.class.getName() + "/0x";
        assertEquals(out.toString().lines().filter(text -> text.startsWith("not compiled")).toList(),
                out.toString().lines().filter(text -> text.startsWith(vectors) && text.endsWith(".vector")).toList());
        assertTrue(out.toString().contains(vectors), out::toString);
        assertTrue(lastLine().matches("verified: \\d+ comparisons, 0 differences"), lastLine());
    }

    private static void diagnose(String command, String... arguments) throws Exception {
        ManagementFactory.getPlatformMBeanServer().invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), command,
                arguments.length == 0 ? new Object[0] : new Object[] {arguments},
                arguments.length == 0 ? new String[0] : new String[] {String[].class.getName()});
    }

    @Tag("early")
    @Test
    void flagsOfTheBuildAreThoseOfTheCommand() {
        List<String> expected = VerifyCommand.JVM_FLAGS.stream()
                .filter(flag -> !flag.contains("CompilerThreads") && !flag.contains("CICompilerCount")).toList();
        List<String> found = ManagementFactory.getRuntimeMXBean().getInputArguments();
        assertTrue(found.containsAll(expected), () -> found + " lack some of " + expected);
    }

    @Tag("early")
    @Test
    void aDifferenceIsReportedAndExitsWith1() {
        VerifyCommand command = new VerifyCommand(List.of(new WrongRule(0.1)));
        CommandLine line = new CommandLine(command).setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        assertEquals(1, line.execute());
        String text = out.toString();
        assertTrue(text.contains("WrongRule[learningRate=0.1] F32_NATIVE BITS_128: parameter[1] of "), text);
        assertTrue(text.contains("WrongRule[learningRate=0.1] maximizing flushing subnormals treating gradients F32_NATIVE BITS_128: "
                + "parameter[1] of "), text);
        assertTrue(text.matches("(?s).* is [0-9a-f]{8} \\(.+?\\), plain loop [0-9a-f]{8} \\(.+?\\)\\R"
                + "    from parameter [0-9a-f]{8} \\(.*"), text);
        assertTrue(text.contains(" more of this rule on F32_NATIVE at BITS_128"), text);
        assertTrue(lastLine().matches("verified: \\d+ comparisons, [1-9]\\d* differences"), lastLine());
    }

    @Tag("early")
    @Test
    void onlyTheWidthsThatAreAskedForAreCompared() {
        assertEquals(0, run("verify", "--rule", "GradientDescent", "--width", "128"), err::toString);
        assertTrue(out.toString().lines().anyMatch(line -> line.endsWith("differences by width:  128 bits")), out::toString);
    }

    @Test
    void anUnknownWidthIsNamedAndExitsWith2() {
        assertEquals(2, run("verify", "--width", "64"));
        assertTrue(err.toString().startsWith("--width must be one of 128"), err::toString);
        assertTrue(err.toString().contains(", got 64"), err::toString);
    }

    @Test
    void anUnknownRuleIsNamedAndExitsWith2() {
        assertEquals(2, run("verify", "--rule", "Adagrad2"));
        assertEquals("--rule must be one of " + String.join(", ", RuleTable.firstOfEach().keySet())
                + ", got 'Adagrad2'; nearest is Adagrad; see --help",
                err.toString().strip());
    }

    @Test
    void aFileThatCannotBeWrittenIsNamedAndExitsWith5() {
        Path json = directory.resolve("none/verify.json");
        assertEquals(5, run("verify", "--rule", "GradientDescent", "--json", json.toString()));
        assertTrue(err.toString().contains(json + ": its directory does not exist or is not writable"), err::toString);
        assertEquals("", out.toString());
    }

    @Tag("early")
    @Test
    void rulesAreSeparatedByCommasOrRepeatedInAnyCase() {
        assertEquals(0, run("verify", "--rule", "gradientdescent, GRADIENTDESCENT", "--rule=gradientDescent"), err::toString);
        assertEquals(1, out.toString().lines().filter(line -> line.startsWith("GradientDescent ")).count(), out::toString);
    }

    @Tag("early")
    @Test
    void aRuleOfTheUsersOwnIsVerifiedFromAJar() throws Exception {
        String jar = OwnRuleJar.of(directory, "my.SignDescent", OwnRuleJar.ruleOfReadme("my")).toString();
        assertEquals(0, run("verify", "--class-path", jar, "--rule", "my.SignDescent, my.SignDescent"), () -> err + "\n" + out);
        // Named twice it is verified once: minimizing, and maximizing.
        assertEquals(1, out.toString().lines().filter(line -> line.matches("SignDescent +2 .*")).count(), out::toString);
        assertTrue(lastLine().matches("verified: [1-9]\\d+ comparisons, 0 differences"), lastLine());
    }

    @Tag("early")
    @Test
    void aRuleThatMovesNoParameterExitsWith3() {
        assertEquals(3, run("verify", "--class-path", ".", "--rule", IdleRule.class.getName()), () -> err + "\n" + out);
        String reason = "IdleRule[learningRate=0.1] is not shown to be equal: no step moved a parameter; ";
        assertTrue(out.toString().contains(reason), out::toString);
    }

    @Test
    void rulesOfOneNameAreToldApartByTheirPackages() {
        List<Rule> rules = List.of(new GradientDescent(0.1), new IdleRule(0.1), new Sgd(0.1), new Sgd(0.2));
        assertEquals(List.of("GradientDescent", "IdleRule", "Sgd", "Sgd"),
                rules.stream().map(rule -> VerifyCommand.name(rule.getClass(), rules)).toList());
        List<Rule> ambiguous = List.of(new Sgd(0.1), new org.lanewise.rule.Sgd(0.1));
        assertEquals(List.of(Sgd.class.getName(), "org.lanewise.rule.Sgd"),
                ambiguous.stream().map(rule -> VerifyCommand.name(rule.getClass(), ambiguous)).toList());
    }

    private record Sgd(double learningRate) implements Rule {
        @Override
        public Kernel kernel() {
            return new GradientDescent(learningRate).kernel();
        }
    }

    /** Whatever a rule throws while it is verified, and whatever its message is. */
    @Test
    void aRuleThatThrowsIsRefusedByName() {
        Map<Runnable, String> failures = Map.of(VerifyCommandTest::endless, "StackOverflowError", () -> {
            throw new IllegalStateException("\u001b[2J\u202ex");
        }, "IllegalStateException: ?[2J?x");
        failures.forEach((failure, words) -> {
            Failing.failure = failure;
            err.getBuffer().setLength(0);
            assertEquals(ExitCode.USAGE, run("verify", "--class-path", ".", "--rule", Failing.class.getName()), () -> err + "\n" + out);
            String last = err.toString().strip().lines().reduce((_, line) -> line).orElseThrow();
            assertEquals("--rule " + Failing.class.getName() + ": throws java.lang." + words + "; see --help", last);
        });
    }

    private static void endless() {
        endless();
    }

    @Test
    void aClassPathWithoutRulesIsRefused() {
        assertEquals(2, run("verify", "--class-path", "."));
        assertEquals("--class-path needs --rule with the names of its classes that are rules; see --help", err.toString().strip());
    }

    @Test
    void helpSaysHowToVerifyAvx2() {
        assertEquals(0, run("verify", "--help"));
        assertTrue(out.toString().contains("-XX:UseAVX=2"), out::toString);
    }

    private int run(String... args) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    private String lastLine() {
        return out.toString().strip().lines().reduce((_, last) -> last).orElseThrow();
    }

    /** Fails in its second step. */
    public record Failing(double learningRate) implements Rule {
        static Runnable failure;

        @Override
        public Kernel kernel() {
            return new Update(this);
        }

        /** For the kernel, whose executed class is another one. */
        public static void fail() {
            failure.run();
        }

        private static final class Update extends Kernel {
            Update(Failing rule) {
                super(MethodHandles.lookup());
            }

            @Override
            public void prepare(long step, double learningRate) {
                if (step > 1) {
                    fail();
                }
            }

            @Override
            public void vector(Plane[] planes, int from, int to) {
                Plane w = planes[0], g = planes[1];
                for (int i = from; i < to; i += LANES) {
                    w.store(i, g.load(i).add(w.load(i)));
                }
            }

            @Override
            public void scalar(Plane[] planes, int from, int to) {
                Plane w = planes[0], g = planes[1];
                for (int i = from; i < to; i++) {
                    w.set(i, g.get(i) + w.get(i));
                }
            }
        }
    }

    /** Gradient descent. */
    private record Uncompiled(double learningRate) implements Rule {
        @Override
        public Kernel kernel() {
            return new Update(this);
        }

        private static final class Update extends Kernel {
            Update(Uncompiled rule) {
                super(MethodHandles.lookup());
            }

            @Override
            public void vector(Plane[] planes, int from, int to) {
                Plane w = planes[0], g = planes[1];
                for (int i = from; i < to; i += LANES) {
                    w.store(i, g.load(i).mul(minusLearningRate).add(w.load(i)));
                }
            }

            @Override
            public void scalar(Plane[] planes, int from, int to) {
                Plane w = planes[0], g = planes[1];
                for (int i = from; i < to; i++) {
                    w.set(i, g.get(i) * minusLearningRate + w.get(i));
                }
            }
        }
    }
}
