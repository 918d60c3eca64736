package org.lanewise.bench.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lanewise.bench.plan.JmhLock;
import org.lanewise.bench.plan.Memory;
import org.lanewise.bench.work.JvmFlags;
import org.lanewise.bench.work.ParentWatch;
import org.lanewise.tool.Json;
import org.lanewise.tool.TemporaryFolder;

/** Starts a {@link PeerProcess} for a task and fetches what came of it. */
public final class PeerRun {
    private static final int HEAP_GIBIBYTES = 2;
    /** The JVM that checks, and the fork that it starts, which measures. */
    private static final int JVMS = 2;
    /** Outside of the heap, for each parameter: up to eight planes. */
    private static final int NATIVE_BYTES = 32;

    private PeerRun() {}

    /** One sentence that says how much memory the largest of some sizes needs and how much there is; empty if it suffices. */
    public static Optional<String> lackingMemory(Collection<Integer> sizes) {
        int largest = Collections.max(sizes);
        return Memory.lacking("a rival at n=" + largest, ((long) JVMS * HEAP_GIBIBYTES << 30) + (long) largest * NATIVE_BYTES);
    }

    /**
     * Carries out a task in a new JVM, which prints its progress.
     *
     * @param crashes the folder for what JVMs say that crash
     * @return what was measured, all of it or what there was when the JVM failed
     * @throws IOException if no JVM can be started
     */
    public static Task.Outcome run(Task task, Libraries libraries, Path crashes) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(TemporaryFolder.path(), "lanewise-peers");
        Path taskFile = folder.resolve("task.json"), outcomeFile = folder.resolve("outcome.json");
        try {
            Files.writeString(taskFile, Json.FOR_FILE.toJson(task));
            List<String> command = command(task, libraries);
            command.addAll(1, JvmFlags.crashesIn(crashes));
            command.addAll(List.of(PeerProcess.class.getName(), taskFile.toString(), outcomeFile.toString()));
            ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
            builder.environment().putAll(environment(task.threads()));
            int exit = builder.start().waitFor();
            Task.Outcome outcome = Files.exists(outcomeFile)
                    ? Json.FOR_FILE.fromJson(Files.readString(outcomeFile), Task.Outcome.class) : Task.Outcome.NONE;
            return exit == 0 ? outcome : outcome.withFailure(task.peer() + " failed, exit code " + exit);
        } finally {
            TemporaryFolder.delete(folder);
        }
    }

    static List<String> command(Task task, Libraries libraries) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                JvmFlags.MODULE, JvmFlags.NATIVE_ACCESS, JvmFlags.UNSAFE,
                ParentWatch.flag(), "-D" + JmhLock.IGNORE + "=true", "-Xms" + HEAP_GIBIBYTES + "g", "-Xmx" + HEAP_GIBIBYTES + "g",
                "-XX:+AlwaysPreTouch"));
        command.addAll(task.peer().options(task.threads()));
        command.addAll(List.of("-cp", libraries.classPath(System.getProperty("java.class.path"), task.peer())));
        return command;
    }

    /** Bound threads: otherwise the kernel may leave both on one processor, and each step then waits some milliseconds. */
    private static Map<String, String> environment(int threads) {
        return Map.of("OMP_NUM_THREADS", "" + threads, "OMP_PROC_BIND", threads > 1 ? "true" : "false", "OPT_OUT_TRACKING", "true",
                "TF_CPP_MIN_LOG_LEVEL", "2");
    }
}
