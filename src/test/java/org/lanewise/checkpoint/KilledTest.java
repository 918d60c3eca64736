package org.lanewise.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

    @TempDir
    Path outputs;

    /** Prints to a file: a killed program's pipe may be closed before it is read. */
    private static Process start(Path file, Path printed) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1",
                "--add-modules", "jdk.incubator.vector", "-cp", ChildJvm.CLASSES + File.pathSeparator + ChildJvm.TEST_CLASSES,
                SavesForever.class.getName(), file.toString()).redirectOutput(printed.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static long stepOf(Path file) throws IOException {
        Optimizer optimizer = SavesForever.optimizer();
        Checkpoint.of(optimizer).load(file);
        return optimizer.steps();
    }

    /** The last number that was printed whole; 0 if there is none. */
    private static long lastLine(Path output) throws IOException {
        String text = Files.readString(output);
        List<String> whole = text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
        return whole.isEmpty() ? 0 : Long.parseLong(whole.getLast());
    }

    private List<Path> temporary() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(each -> each.getFileName().toString().endsWith("-tmp")).toList();
        }
    }

    @Test
    void theLastFileIsWholeAndAtMostOneSaveOld() throws IOException, InterruptedException {
        Path file = folder.resolve("x.safetensors"), output = outputs.resolve("output");
        Random random = new Random();
        int leftovers = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = start(file, output);
            // The first line says that it has begun.
            while (lastLine(output) == 0 && process.isAlive()) {
                Thread.sleep(5);
            }
            Thread.sleep(random.nextInt(40), random.nextInt(1_000_000));
            process.destroyForcibly().waitFor();
            long printed = lastLine(output);
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
        Path first = outputs.resolve("first"), second = outputs.resolve("second");
        Process one = start(file, first), other = start(file, second);
        try {
            while (lastLine(first) < 30 || lastLine(second) < 30) {
                assertTrue(one.isAlive() && other.isAlive());
                assertTrue(!Files.exists(file) || stepOf(file) > 0);
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
