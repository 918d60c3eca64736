package org.lanewise.demo;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lanewise.tool.TemporaryFolder;

/**
 * Processes that {@code mpirun} starts and that train together, each with its part of the optimizer's states.
 *
 * @param count how many
 * @param mpirun the command
 * @param classPath where they find the demo
 * @param adapter where the build of lanewise-distributed leaves its classes, and {@link #MAIN} among its tests
 */
record Ranks(int count, String mpirun, String classPath, Path adapter) {
    static final int FEWEST = 2, MOST = 16;

    /** What each of them runs: knows lanewise-distributed, which the demo's own build does not. */
    private static final String MAIN = "org.lanewise.demo.DemoRank";

    /** As many, where the project's builds leave what they need. */
    static Ranks of(int count) {
        return new Ranks(count, "mpirun", System.getProperty("java.class.path"), Path.of("src", "adapters", "distributed", "target"));
    }

    /** A sentence if something is not there. */
    Optional<String> missing() {
        if (!isOpenMpi()) {
            return Optional.of("--ranks needs Open MPI's " + mpirun + " (Debian: openmpi-bin), which is not there");
        }
        Path main = adapter.resolve("test-classes").resolve(MAIN.replace('.', '/') + ".class");
        return Files.exists(main) ? Optional.empty()
                : Optional.of("--ranks needs lanewise-distributed, which is not in " + adapter
                        + "; ./mvnw install -Padapters -Dadapters=distributed -DskipTests builds it");
    }

    private boolean isOpenMpi() {
        try {
            Process version = new ProcessBuilder(mpirun, "--version").redirectErrorStream(true).start();
            return new String(version.getInputStream().readAllBytes(), StandardCharsets.UTF_8).contains("Open MPI");
        } catch (IOException _) {
            return false;
        }
    }

    /**
     * Trains in these processes and in this one, and compares.
     *
     * @throws IOException if one of them fails
     */
    DemoRanks train(Digits.Split digits, int epochs, long seed) throws IOException {
        Path folder = Files.createTempDirectory("lanewise-ranks");
        try {
            ImagesFile.write(folder, digits);
            List<String> command = new ArrayList<>(List.of(mpirun, "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "-n",
                    Integer.toString(count)));
            command.addAll(OtherJvm.command(List.of("-XX:+UseSerialGC", "-XX:ActiveProcessorCount=1", "--enable-native-access=ALL-UNNAMED"),
                    String.join(File.pathSeparator, classPath, adapter.resolve("classes").toString(),
                            adapter.resolve("test-classes").toString()),
                    MAIN, folder.toString(), Integer.toString(digits.train().size()), Integer.toString(epochs), Long.toString(seed)));
            OtherJvm.run("the " + count + " processes that train together", command);
            RankTraining.Course alone = new RankTraining(digits, count, epochs, seed).runAlone();
            boolean equal = true;
            for (int rank = 0; rank < count; rank++) {
                equal &= alone.lines().equals(Files.readAllLines(course(folder, rank)));
            }
            return new DemoRanks(count, alone.accuracy(), equal);
        } finally {
            TemporaryFolder.delete(folder);
        }
    }

    /** Where a rank writes how its training went. */
    static Path course(Path folder, int rank) {
        return folder.resolve("rank-" + rank + ".txt");
    }
}
