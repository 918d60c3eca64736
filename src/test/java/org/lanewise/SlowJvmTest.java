package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** JVMs started with flags that make kernels slow, or seem to: the preferred width, the warning, and the bits. */
@Tag("slow")
class SlowJvmTest {
    private static final String UNLOCK = "-XX:+UnlockExperimentalVMOptions ";
    private static final String COMPILE_FIRST = "-Xcomp -XX:CompileCommand=quiet -XX:CompileCommand=compileonly,org.lanewise.*::*";
    private static final String NO_MANAGEMENT = "--limit-modules=java.base,jdk.incubator.vector ";

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "-Xint | this JVM interprets all code (java.vm.info: interpreted mode",
        "-XX:-UseCompiler | this JVM interprets all code (UseCompiler: false)",
        "-XX:TieredStopAtLevel=1 | this JVM compiles without C2 (TieredStopAtLevel: 1), start java without -XX:TieredStopAtLevel",
        "-XX:TieredStopAtLevel=3 | this JVM compiles without C2 (TieredStopAtLevel: 3)",
        "-XX:CompilationMode=quick-only | this JVM compiles without C2 (java.vm.info: mixed mode, emulated-client",
        "-XX:+NeverActAsServerClassMachine | this JVM compiles without C2 (java.vm.info: mixed mode, emulated-client",
        "-XX:-UseFMA | Math.fma is computed by BigDecimal, because this CPU has no fused multiply-add or the JVM does not "
                + "use it (UseFMA: false)",
        NO_MANAGEMENT + "-Xint | this JVM interprets all code (java.vm.info: interpreted mode",
        NO_MANAGEMENT + "-XX:TieredStopAtLevel=1 | this JVM compiles without C2 (java.vm.info: mixed mode, emulated-client",
        NO_MANAGEMENT + "-XX:-UseFMA | Math.fma is computed by BigDecimal, because this CPU has no fused multiply-add or the JVM does not "
                + "use it (measured)"})
    void plainLoopsArePreferredAndAWarningSaysWhyOnce(String flags, String warning) throws Exception {
        List<String> lines = run(flags, "preferred,all");
        assertEquals("preferred SCALAR", lines.getFirst(), lines::toString);
        List<String> warnings = lines.stream().filter(line -> line.contains("steps are slow")).toList();
        assertEquals(List.of(lines.get(1)), warnings, lines::toString);
        assertTrue(warnings.getFirst().contains("steps are slow: " + warning), lines::toString);
        assertTrue(warnings.getFirst().contains("start java without -X"), lines::toString);
        assertBits(lines);
    }

    @Test
    void withoutFusedMultiplyAddOfAvxPlainLoopsArePreferred() throws Exception {
        assumeTrue(Set.of("amd64", "x86_64").contains(System.getProperty("os.arch")), "not run: UseAVX is a flag of x86");
        List<String> lines = run("-XX:UseAVX=0", "all");
        assertEquals("preferred SCALAR", lines.getFirst(), lines::toString);
        assertEquals(1, lines.stream().filter(line -> line.contains("steps are slow: Math.fma")).count(), lines::toString);
        assertBits(lines);
    }

    @ParameterizedTest
    @ValueSource(strings = {"EnableVectorSupport", "EnableVectorReboxing", "Inline"})
    void vectorsThatC2DoesNotCompileAreWarnedOfOnceTheyAreUsed(String flag) throws Exception {
        List<String> lines = run(UNLOCK + "-XX:-" + flag, "preferred,all");
        assertEquals("preferred SCALAR", lines.getFirst());
        List<String> warnings = lines.stream().filter(line -> line.contains("steps are slow")).toList();
        assertEquals(1, warnings.size(), lines::toString);
        assertTrue(warnings.getFirst().contains("C2 does not compile vectors (" + flag + ": false), start java without -XX:-" + flag),
                lines::toString);
        assertEquals(3, lines.stream().takeWhile(line -> line != warnings.getFirst()).filter(line -> line.startsWith("bits ")).count(),
                "runs of plain loops before the warning");
        assertBits(lines);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", COMPILE_FIRST, "-XX:-TieredCompilation", "-XX:-TieredCompilation -XX:TieredStopAtLevel=1",
        UNLOCK + "-XX:+EnableJVMCI", NO_MANAGEMENT})
    void withC2TheWidestVectorsArePreferredWithoutAWord(String flags) throws Exception {
        List<String> lines = run(flags, "preferred");
        assertEquals("preferred " + Width.preferred(), lines.getFirst(), lines::toString);
        assertEquals(List.of(), lines.stream().filter(line -> line.contains("steps are slow")).toList());
        assertBits(lines);
    }

    @ParameterizedTest
    @CsvSource({"8, SCALAR", "16, BITS_128"})
    void shorterVectorsArePreferredIfTheJvmIsToldSo(int bytes, Width width) throws Exception {
        assertEquals("preferred " + width, run("-XX:MaxVectorSize=" + bytes, "preferred").getFirst());
    }

    private static void assertBits(List<String> lines) {
        Set<String> bits = Set.copyOf(lines.stream().filter(line -> line.startsWith("bits ")).toList());
        assertEquals(Set.of("bits " + StepsOfAllWidths.bits(Width.SCALAR)), bits);
    }

    private static List<String> run(String flags, String widths) throws Exception {
        List<String> command = new ArrayList<>(flags.isBlank() ? List.of() : List.of(flags.strip().split(" ")));
        command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-cp",
                ChildJvm.CLASSES + File.pathSeparator + ChildJvm.TEST_CLASSES, StepsOfAllWidths.class.getName(), widths));
        // java.util.logging puts a line with the time before each message.
        return ChildJvm.run(command).lines().filter(line -> !line.contains("warnIfSlow")).toList();
    }
}
