package org.lanewise.distributed;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A program that {@code mpirun} runs as several processes. */
final class Job implements AutoCloseable {
    private static final int SECONDS = 120;

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final Thread reader;

    /** Skips the test, and says so, where there is no {@code mpirun} of Open MPI, whose options are used here. */
    static void requireMpi() {
        boolean isThere = isOpenMpi();
        if (!isThere) {
            System.out.println("NOT RUN: tests with several processes need Open MPI's mpirun (Debian: openmpi-bin)");
        }
        Assumptions.assumeTrue(isThere, "tests with several processes need Open MPI's mpirun");
    }

    private static boolean isOpenMpi() {
        try {
            Process version = new ProcessBuilder("mpirun", "--version").redirectErrorStream(true).start();
            return new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8).contains("Open MPI");
        } catch (IOException _) {
            return false;
        }
    }

    /** Runs {@link MpiMain}. */
    Job(int ranks, List<String> jvm, String... arguments) throws IOException {
        this(System.getProperty("java.class.path"), MpiMain.class.getName(), ranks, jvm, arguments);
    }

    Job(String classPath, String mainClass, int ranks, List<String> jvm, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n",
                Integer.toString(ranks), Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                "-XX:+UseSerialGC", "-XX:ActiveProcessorCount=2", "--add-modules", "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(jvm);
        command.addAll(List.of("-cp", classPath, mainClass));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        reader = Thread.ofPlatform().daemon().start(this::read);
    }

    private void read() {
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException e) {
            synchronized (lines) {
                lines.add(e.toString());
            }
        }
    }

    /** Waits for a line that begins so; returns what follows. */
    String await(String start) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        synchronized (lines) {
            for (int k = 0;; k++) {
                while (k >= lines.size()) {
                    assertTrue(System.nanoTime() < end && (process.isAlive() || reader.isAlive()), () -> "no '" + start + "' in " + lines);
                    lines.wait(100);
                }
                if (lines.get(k).startsWith(start)) {
                    return lines.get(k).substring(start.length());
                }
            }
        }
    }

    /** Waits until it ends; returns its exit code. */
    int end(int seconds) throws InterruptedException {
        assertTrue(process.waitFor(seconds, TimeUnit.SECONDS), () -> "job still runs after " + seconds + " seconds: " + output());
        reader.join(TimeUnit.SECONDS.toMillis(SECONDS));
        return process.exitValue();
    }

    int end() throws InterruptedException {
        return end(SECONDS);
    }

    String output() {
        synchronized (lines) {
            return String.join("\n", lines);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
