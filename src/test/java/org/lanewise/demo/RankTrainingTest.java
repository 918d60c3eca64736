package org.lanewise.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class RankTrainingTest {
    private static final Digits.Split DIGITS = DigitsCsv.builtIn().rows(IntStream.range(0, 150).toArray()).split(1);

    @TempDir
    private Path folder;

    @Test
    void sharesAreTheBatch() {
        var training = new RankTraining(DIGITS, 3, 1, 1);
        Digits batch = DIGITS.train().rows(4, 9, 2, 7);
        List<Integer> labels = IntStream.range(0, 3).boxed()
                .flatMap(rank -> Arrays.stream(training.share(batch, rank).labels()).boxed()).sorted().toList();
        assertEquals(Arrays.stream(batch.labels()).sorted().boxed().toList(), labels);
        assertEquals(0, new RankTraining(DIGITS, 5, 1, 1).share(batch, 4).size());
    }

    @Test
    void trainingLearnsAndEndsInTheSameBitsEveryTimeAndInOthersForOtherRanks() {
        RankTraining.Course course = new RankTraining(DIGITS, 2, 4, 1).runAlone();
        assertTrue(course.accuracy() > 0.7, course::toString);
        assertEquals(4 * 4 + 4 + 1, course.lines().size());
        assertEquals(course, new RankTraining(DIGITS, 2, 4, 1).runAlone());
        assertNotEquals(course, new RankTraining(DIGITS, 3, 4, 1).runAlone());
    }

    @Test
    void imagesComeBackFromTheFile() throws Exception {
        ImagesFile.write(folder, DIGITS);
        Digits.Split read = ImagesFile.read(folder, DIGITS.train().size());
        assertTrue(Arrays.deepEquals(DIGITS.train().pixels(), read.train().pixels()));
        assertTrue(Arrays.equals(DIGITS.test().labels(), read.test().labels()));
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the command is a script")
    void saysWhatIsMissing() throws Exception {
        Path mpirun = Files.writeString(folder.resolve("mpirun"), "#!/bin/sh\necho 'mpirun (Open MPI) 4.1.4'\n");
        assertTrue(mpirun.toFile().setExecutable(true));
        var ranks = new Ranks(2, mpirun.toString(), "nowhere", folder);
        assertEquals(Optional.of("--ranks needs lanewise-distributed, which is not in " + folder
                + "; ./mvnw install -Padapters -Dadapters=distributed -DskipTests builds it"), ranks.missing());
        Path classes = Files.createDirectories(folder.resolve("test-classes/org/lanewise/demo"));
        Files.createFile(classes.resolve("DemoRank.class"));
        assertEquals(Optional.empty(), ranks.missing());
    }

    @Test
    void saysWhetherBitsAreThoseOfOneProcess() {
        assertEquals(Optional.empty(), DemoRanks.NONE.sentence());
        assertTrue(new DemoRanks(2, 1, true).sentence().orElseThrow().startsWith("2 processes, each with its share"));
        assertTrue(new DemoRanks(2, 1, false).sentence().orElseThrow().contains("OTHER bits"));
    }
}
