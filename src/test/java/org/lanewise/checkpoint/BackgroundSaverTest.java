package org.lanewise.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Width;
import org.lanewise.rule.Adam;

class BackgroundSaverTest {
    @TempDir
    Path folder;

    private final Optimizer optimizer = optimizer();

    private static Optimizer optimizer() {
        return Optimizer.of(new Adam(0.1), Trainings.tensors(ParameterStore.builder()).build(), Width.SCALAR);
    }

    @BeforeEach
    void someSteps() {
        Trainings.step(Trainings.started(optimizer), 2);
    }

    @Test
    void whatIsWrittenIsWhatWasWhenItWasSaved() throws IOException {
        Path file = folder.resolve("x");
        String expected = Trainings.bits(optimizer);
        try (BackgroundSaver saver = new BackgroundSaver()) {
            saver.save(Checkpoint.of(optimizer), file);
            Trainings.step(optimizer, 3);
        }
        Optimizer resumed = optimizer();
        Checkpoint.of(resumed).load(file);
        assertEquals(expected, Trainings.bits(resumed));
        assertEquals(2, resumed.steps());
    }

    @Test
    void itsFileHasTheBytesOfOneThatWasSavedAtOnce() throws IOException {
        Path behind = folder.resolve("behind"), atOnce = folder.resolve("at once");
        try (BackgroundSaver saver = new BackgroundSaver()) {
            for (int k = 0; k < 3; k++) {
                Trainings.step(optimizer, 1);
                saver.save(Checkpoint.of(optimizer), behind);
                Checkpoint.of(optimizer).save(atOnce);
                saver.join();
                assertEquals(-1, Files.mismatch(behind, atOnce));
            }
        }
    }

    @Test
    void whatWentWrongReachesTheNextCallAndOnlyThat() throws IOException {
        Path missing = folder.resolve("missing").resolve("x"), file = folder.resolve("x");
        try (BackgroundSaver saver = new BackgroundSaver()) {
            saver.save(Checkpoint.of(optimizer), missing);
            assertEquals(missing + ": not saved: there is no such file or folder",
                    assertThrowsExactly(IOException.class, () -> saver.save(Checkpoint.of(optimizer), file)).getMessage());
            saver.save(Checkpoint.of(optimizer), file);
            saver.join();
            assertTrue(Files.exists(file));
            saver.save(Checkpoint.of(optimizer), missing);
            assertThrowsExactly(IOException.class, saver::join);
            saver.join();
        }
    }

    @Test
    void closingThrowsWhatWentWrongAndEndsSaving() throws IOException {
        BackgroundSaver saver = new BackgroundSaver();
        saver.save(Checkpoint.of(optimizer), folder.resolve("missing").resolve("x"));
        assertThrowsExactly(IOException.class, saver::close);
        saver.close();
        assertEquals("saver is closed", assertThrowsExactly(IllegalStateException.class,
                () -> saver.save(Checkpoint.of(optimizer), folder.resolve("x"))).getMessage());
    }

    @Test
    void anInterruptedThreadWaitsAndStaysInterrupted() throws IOException {
        try (BackgroundSaver saver = new BackgroundSaver()) {
            Thread.currentThread().interrupt();
            saver.save(Checkpoint.of(optimizer), folder.resolve("x"));
            saver.join();
            assertTrue(Thread.interrupted());
            assertTrue(Files.exists(folder.resolve("x")));
        }
    }

    @Test
    void aFolderKeepsTheLastOnes() throws IOException {
        CheckpointFolder run = new CheckpointFolder(folder.resolve("a").resolve("run"), 2);
        assertTrue(run.newest().isEmpty());
        try (BackgroundSaver saver = new BackgroundSaver()) {
            for (int k = 0; k < 4; k++) {
                saver.save(Checkpoint.of(optimizer), run);
                Trainings.step(optimizer, 3);
            }
        }
        Files.writeString(run.folder().resolve("notes.txt"), "mine");
        run.save(Checkpoint.of(optimizer));
        assertEquals(List.of("step-000000000011.safetensors", "step-000000000014.safetensors"),
                run.files().stream().map(file -> file.getFileName().toString()).toList());
        assertTrue(Files.exists(run.folder().resolve("notes.txt")));
        Optimizer resumed = optimizer();
        Path refused = run.folder().resolve("step-000000000000.safetensors");
        assertEquals(refused + ": not saved: the folder has a checkpoint of a later step, step-000000000014.safetensors",
                assertThrowsExactly(IOException.class, () -> run.save(Checkpoint.of(resumed))).getMessage());
        Checkpoint.of(resumed).load(run.newest().orElseThrow());
        assertEquals(14, resumed.steps());
        run.save(Checkpoint.of(resumed));
        assertEquals(2, run.files().size());
    }
}
