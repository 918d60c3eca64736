package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.rule.Adam;
import org.lanewise.staging.StagedKernels;

/** Optimizers as users have them: on plain loops first, and then on those that the background thread has had compiled. */
class FirstStepsTest {
    @ParameterizedTest
    @Tag("slow")
    @ValueSource(strings = {"-XX:+TieredCompilation", "-XX:ActiveProcessorCount=1", "-XX:-TieredCompilation"})
    void comeToFullSpeedWithTheSameBitsAndLeaveNeitherGarbageNorAThread(String flag) throws Exception {
        List<String> lines = run(List.of(flag), 120);
        assertEquals(Set.of("bits " + FirstSteps.bits(Width.SCALAR, 0)), with(lines, "bits "));
        assertEquals(List.of("thread gone"), List.copyOf(with(lines, "thread ")));
        List<String> ready = lines.stream().filter(line -> line.endsWith("at full speed")).toList();
        assertEquals(12, ready.size());
        for (String line : ready) {
            String[] words = line.split(" ");
            assertEquals(words[2], words[0], lines::toString);
            assertTrue(Integer.parseInt(words[2]) > 3, lines::toString);
        }
        // A loop of vectors that is not compiled leaves 20,000 and more; steps themselves some until they are compiled, Lamb's 1,040.
        assertTrue(with(lines, "garbage ").stream().allMatch(line -> Integer.parseInt(line.substring(8)) < 5_000), lines::toString);
    }

    @ParameterizedTest
    @Tag("slow")
    @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-XX:TieredStopAtLevel=3", "-Dlanewise.plainFirst=false"})
    void whereNothingBecomesFasterWarmUpEndsAtOnce(String flag) throws Exception {
        long start = System.nanoTime();
        List<String> lines = run(List.of(flag), 120);
        assertTrue(System.nanoTime() - start < Duration.ofSeconds(100).toNanos());
        assertEquals(Set.of("bits " + FirstSteps.bits(Width.SCALAR, 0)), with(lines, "bits "));
        assertEquals(List.of("thread gone"), List.copyOf(with(lines, "thread ")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"heap", "native"})
    void inAFreshJvmTheFirstStepLoadsNoClassAndNothingIsSpliced(String memory) throws Exception {
        List<String> lines = run(FirstClasses.class, List.of("-Xlog:class+load"), memory, "60");
        assertEquals(Set.of("classes 0"), with(lines, "classes "));
        assertEquals(Set.of("1 of 1 loops at full speed"), with(lines, "1 of"));
        assertTrue(lines.stream().anyMatch(line -> line.contains(" org.lanewise.splicer.GivenVariants ")));
        assertTrue(lines.stream().noneMatch(line -> line.contains(" org.lanewise.splicer.Splicer ")));
    }

    /** In a JVM of its own, as blocks that plain loops run over are used again. */
    @Test
    void aFirstLookAheadThatReadsNoGradientIsNotScaled() throws Exception {
        List<String> lines = run(FirstLookAhead.class, List.of());
        assertEquals(List.of(FirstLookAhead.bits(Width.SCALAR)), lines);
    }

    @Test
    void warmUpTellsHowManyLoopsWentOver() {
        List<Runnable> kernels = new ArrayList<>();
        ParameterStore store = ParameterStore.wrap(new float[20], new float[20]);
        Optimizer optimizer = StagedKernels.staged(kernels::add, () -> Optimizer.of(new Adam(0.1), store));
        assertEquals(new Readiness(1, 0), optimizer.warmUp(Duration.ofSeconds(100)));
        assertEquals(1, kernels.size());
    }

    @Test
    void warmUpOfLoopsThatDoNotBeginAsPlainOnesIsComplete() {
        Optimizer optimizer = Optimizer.builder(ParameterStore.wrap(new float[20], new float[20])).rule(new Adam(0.1))
                .warmUp(Duration.ofSeconds(100)).build();
        Readiness readiness = optimizer.warmUp(Duration.ZERO);
        assertTrue(readiness.isComplete());
        assertEquals("0 of 0 loops at full speed", readiness.toString());
        assertEquals("limit must not be null",
                assertThrowsExactly(NullPointerException.class, () -> optimizer.warmUp(null)).getMessage());
    }

    private static Set<String> with(List<String> lines, String start) {
        return lines.stream().filter(line -> line.startsWith(start)).collect(Collectors.toSet());
    }

    private static List<String> run(List<String> flags, int limitSeconds) throws Exception {
        return run(FirstSteps.class, flags, Integer.toString(limitSeconds));
    }

    private static List<String> run(Class<?> program, List<String> flags, String... args) throws Exception {
        List<String> command = new ArrayList<>(flags);
        command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-cp",
                ChildJvm.CLASSES + File.pathSeparator + ChildJvm.TEST_CLASSES, program.getName()));
        command.addAll(List.of(args));
        return ChildJvm.run(command).lines().toList();
    }
}
