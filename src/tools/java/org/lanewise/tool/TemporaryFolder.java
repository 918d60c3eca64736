package org.lanewise.tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The folder for what JMH, and the JVMs that it starts, leave for each other for a while. */
public final class TemporaryFolder {
    /** The archive of classes that forks share has 10 MiB, and a JVM that has no room for it does not start. */
    private static final int PROBE_BYTES = 16 << 20;

    private TemporaryFolder() {}

    /** Where it is. */
    public static Path path() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    /**
     * Requires that a file of 16 MiB can be written there.
     *
     * @throws IOException if not; the message names the folder and says how another is taken
     */
    public static void require() throws IOException {
        Path probe = path().resolve("lanewise-" + ProcessHandle.current().pid() + ".probe");
        try {
            Files.write(probe, new byte[PROBE_BYTES]);
        } catch (IOException e) {
            throw new IOException(path() + ": cannot hold temporary files: " + WholeFile.reason(e)
                    + "; -Djava.io.tmpdir=DIR before -jar takes another folder", e);
        } finally {
            // Where it could not be made there is none, and its folder may be no folder.
            if (Files.exists(probe)) {
                Files.delete(probe);
            }
        }
    }

    /** Deletes a folder in it with its files, as far as that is possible: what is left is for the system to delete. */
    public static void delete(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.delete(folder);
        } catch (IOException _) {
            // No reason to lose what was measured.
        }
    }
}
