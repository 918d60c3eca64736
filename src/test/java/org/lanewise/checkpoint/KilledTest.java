package org.lanewise.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.ChildJvm;
import org.lanewise.Optimizer;

/** Programs that are killed while they save: {@code -Dlanewise.test.kills=200} kills more of them. */
@Tag("slow")
class KilledTest {
    private static final int KILLS = Integer.getInteger("lanewise.test.kills", 20);

    @TempDir
    Path folder;

    private static Process start(Path file) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "--add-modules", "jdk.incubator.vector", "-cp", ChildJvm.CLASSES + File.pathSeparator + ChildJvm.TEST_CLASSES,
                SavesForever.class.getName(), file.toString()).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static long stepOf(Path file) throws IOException {
        Optimizer optimizer = SavesForever.optimizer();
        Checkpoint.of(optimizer).load(file);
        return optimizer.steps();
    }

    private List<Path> temporary() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(each -> each.getFileName().toString().endsWith("-tmp")).toList();
        }
    }

    @Test
    void theLastFileIsWholeAndAtMostOneSaveOld() throws IOException, InterruptedException {
        Path file = folder.resolve("x.safetensors");
        Random random = new Random();
        int leftovers = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = start(file);
            long printed = 0;
            try (BufferedReader lines = process.inputReader()) {
                // The first line says that it has begun.
                printed = Long.parseLong(lines.readLine());
                Thread.sleep(0, random.nextInt(1_000_000));
                Thread.sleep(random.nextInt(40));
                process.destroyForcibly().waitFor();
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    printed = line.matches("[0-9]+") ? Math.max(printed, Long.parseLong(line)) : printed;
                }
            }
            long saved = stepOf(file);
            assertTrue(saved == printed || saved == printed + 1, "kill " + kill + ": saved " + saved + ", printed " + printed);
            assertTrue(temporary().size() <= 1, () -> "more than one file is left");
            leftovers += temporary().size();
        }
        System.out.println("killed " + KILLS + " programs, of which " + leftovers + " left a temporary file");
        Checkpoint.of(SavesForever.optimizer()).save(file);
        assertEquals(List.of(), temporary());
    }

    @Test
    void twoProgramsMaySaveToOneFile() throws IOException, InterruptedException {
        Path file = folder.resolve("x.safetensors");
        Process one = start(file), other = start(file);
        try (BufferedReader first = one.inputReader(); BufferedReader second = other.inputReader()) {
            for (int k = 0; k < 30; k++) {
                assertTrue(Long.parseLong(first.readLine()) > 0);
                assertTrue(Long.parseLong(second.readLine()) > 0);
                assertTrue(stepOf(file) > 0);
            }
        } finally {
            one.destroyForcibly();
            other.destroyForcibly();
            assertTrue(one.waitFor(10, TimeUnit.SECONDS) && other.waitFor(10, TimeUnit.SECONDS));
        }
        Checkpoint.of(SavesForever.optimizer()).save(file);
        assertEquals(List.of(), temporary());
    }
}
