package org.lanewise.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.rule.AdamW;
import org.lanewise.tool.RuleTable;

/** Ranks that are processes, where there is {@code mpirun}. */
class MpiTest {
    /** Starts faster than with C2, and leaves the same bits. */
    private static final List<String> SHORT = List.of("-XX:TieredStopAtLevel=1");

    private static final List<String> RULES = List.of("AdamW", "Lamb", "Adafactor", "ScheduleFreeSgd");
    private static final int KILLS = Integer.getInteger("lanewise.test.kills", 2);
    private static final int STEPS = 120;

    @TempDir
    Path folder;

    @BeforeAll
    static void needsMpi() {
        Job.requireMpi();
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void processesLeaveTheBitsOfOne(int ranks) throws Exception {
        leaveTheBitsOfOne(ranks, RULES);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    @Tag("slow")
    void soTheyDoWithEveryRule(int ranks) throws Exception {
        leaveTheBitsOfOne(ranks, List.copyOf(RuleTable.firstOfEach().keySet()));
    }

    private static void leaveTheBitsOfOne(int ranks, List<String> rules) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("rules"));
        arguments.addAll(rules);
        try (Job job = new Job(ranks, List.of(), arguments.toArray(String[]::new))) {
            for (String name : rules) {
                Session session = MpiMain.session(RuleTable.firstOfEach().get(name));
                try (ParameterStore store = session.model().store();
                        Optimizer alone = session.told().apply(Optimizer.builder(store)).build()) {
                    session.runAlone(alone, ranks, 50);
                    for (int rank = 0; rank < ranks; rank++) {
                        assertEquals(" " + MpiMain.checksum(store), job.await("rank " + rank + ": " + name));
                    }
                }
            }
            assertEquals(0, job.end(), job::output);
        }
    }

    @Test
    void ranksThatDifferAllEndWithBothValues() throws Exception {
        try (Job job = new Job(2, SHORT, "differ")) {
            assertNotEquals(0, job.end());
            assertTrue(job.output().contains("all ranks must be made alike, but learningRate of rule of group 'rest' is 0.01 on rank 0, "
                    + "0.02 on rank 1"), job::output);
        }
    }

    @Test
    void anErrorOfOneRankEndsTheOthersAndIsShown() throws Exception {
        try (Job job = new Job(3, SHORT, "throw")) {
            job.await("rank 1: process");
            assertNotEquals(0, job.end());
            assertTrue(job.output().contains("the loss of rank 1 is wrong"), job::output);
            assertTrue(job.output().contains("rank 1 has left while rank"), job::output);
        }
    }

    @Test
    void aRankThatIsKilledEndsTheJobWhichGoesOnByTheBitsOfAnUndisturbedOne() throws Exception {
        String expected;
        Session session = MpiMain.session(new AdamW(0.01));
        try (ParameterStore store = session.model().store();
                Optimizer alone = session.told().apply(Optimizer.builder(store)).build()) {
            for (int k = 0; k < STEPS; k++) {
                alone.step(() -> MpiMain.gradients(session, store, alone.steps()));
            }
            expected = " " + MpiMain.checksum(store);
        }
        SplittableRandom random = new SplittableRandom();
        for (int kill = 0; kill < KILLS; kill++) {
            Path checkpoints = folder.resolve("kill-" + kill);
            kill(random, checkpoints);
            int ranks = kill % 2 == 0 ? 2 : 1;
            try (Job job = new Job(ranks, SHORT, "train", checkpoints.toString(), Integer.toString(STEPS))) {
                for (int rank = 0; rank < ranks; rank++) {
                    assertEquals(expected, job.await("rank " + rank + ": trained"), job::output);
                }
                assertEquals(0, job.end(), job::output);
            }
        }
    }

    /** Kills a rank at some moment after all have started: on a machine of any speed as often late as early. */
    private static void kill(SplittableRandom random, Path checkpoints) throws Exception {
        try (Job job = new Job(2, SHORT, "train and wait", checkpoints.toString(), Integer.toString(STEPS))) {
            List<ProcessHandle> processes = new ArrayList<>();
            for (int rank = 0; rank < 2; rank++) {
                processes.add(ProcessHandle.of(Long.parseLong(job.await("rank " + rank + ": process").strip())).orElseThrow());
            }
            int checkpoint = random.nextInt(STEPS / MpiMain.SAVED_EVERY + 1);
            if (checkpoint > 0) {
                job.await("rank 0: " + MpiMain.saved((long) checkpoint * MpiMain.SAVED_EVERY));
            }
            TimeUnit.MILLISECONDS.sleep(random.nextInt(50));
            ProcessHandle victim = processes.get(random.nextInt(2));
            long began = System.nanoTime();
            assertTrue(victim.destroyForcibly());
            assertNotEquals(0, job.end(10));
            for (ProcessHandle process : processes) {
                long left = TimeUnit.SECONDS.toMillis(10) - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
                process.onExit().get(Math.max(1, left), TimeUnit.MILLISECONDS);
                assertFalse(process.isAlive());
            }
            assertTrue(job.output().contains("signal 9"), job::output);
        }
    }
}
