package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code Equivalence} in ordinary JVMs: equal means that C2's code was compared. */
@Tag("slow")
class CompiledEquivalenceTest {
    /** Ten times as early as usual. */
    private static final String EARLY_C2 = "-XX:-TieredCompilation -XX:Tier4MinInvocationThreshold=60 -XX:Tier4CompileThreshold=1500 "
            + "-XX:Tier4InvocationThreshold=500";

    @Test
    void withC2AllLoopsAreCompiledBeforeTheyAreCompared() throws Exception {
        List<String> lines = run("");
        assertEquals("true", lines.getFirst(), lines::toString);
        assertTrue(lines.getLast().matches("bits are equal: \\d+ comparisons, 0 differences, \\d+ loops, compiled by C2"), lines::toString);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "-XX:TieredStopAtLevel=1 | this JVM compiles without C2 (TieredStopAtLevel: 1), start java without -XX:TieredStopAtLevel",
        "-XX:+UnlockExperimentalVMOptions -XX:-EnableVectorSupport | C2 does not compile vectors (EnableVectorSupport: false)",
        "--limit-modules=java.base,jdk.incubator.vector | this JVM cannot say what it has compiled, start java with --add-modules "
                + "jdk.management"})
    void whereNothingShowsThatC2CompiledTheLoopsTheyAreNotEqual(String flags, String reason) throws Exception {
        List<String> lines = run(flags);
        assertEquals("false", lines.getFirst(), lines::toString);
        assertTrue(lines.getLast().matches("not shown to be equal: (\\d+) of \\1 loops were not compiled by C2, \\Q" + reason
                + "\\E.*; \\d+ comparisons, 0 differences"), lines::toString);
    }

    @Test
    void loopsThatC2IsToldToLeaveOutAreCounted() throws Exception {
        List<String> lines = run(EARLY_C2
                + " -XX:CompileCommand=quiet -XX:CompileCommand=exclude,org.lanewise.rule.GradientDescent$*::vector");
        assertEquals("false", lines.getFirst(), lines::toString);
        assertTrue(lines.getLast().matches("not shown to be equal: \\d+ of \\d+ loops were not compiled by C2, such as "
                + "org\\.lanewise\\.rule\\.GradientDescent\\$\\w+/0x[0-9a-f]+\\.vector; \\d+ comparisons, 0 differences"), lines::toString);
    }

    private static List<String> run(String flags) throws Exception {
        List<String> command = new ArrayList<>(flags.isEmpty() ? List.of() : List.of(flags.split(" ")));
        command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-cp",
                ChildJvm.CLASSES + File.pathSeparator + ChildJvm.TEST_CLASSES, CheckedRule.class.getName()));
        return ChildJvm.run(command).lines().toList();
    }
}
