package org.lanewise.tool;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A folder for each run, named by when it began, so that no run overwrites another. The names sort by time. */
public final class RunFolder {
    /** In UTC, so that no hour comes twice; without colons, which Windows does not have in names. */
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH-mm-ss'Z'").withZone(ZoneOffset.UTC);

    private static final Pattern OF_A_RUN = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d-\\d\\d-\\d\\dZ");

    private RunFolder() {}

    /**
     * Makes a folder for a run that begins now.
     *
     * @param parent where, made if it is not there
     * @return a new folder in it
     * @throws IOException if it cannot be made; the message names it
     */
    public static Path create(Path parent) throws IOException {
        Path folder = parent;
        try {
            Files.createDirectories(parent);
            while (true) {
                folder = parent.resolve(NAME.format(Instant.now()));
                try {
                    return Files.createDirectory(folder);
                } catch (FileAlreadyExistsException _) {
                    // Another run of this second: the next one has another name.
                    Thread.sleep(100);
                }
            }
        } catch (IOException e) {
            throw new IOException(folder + ": cannot be made a folder: " + WholeFile.reason(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(folder + ": cannot be made a folder: interrupted", e);
        }
    }

    /**
     * Finds what a run wrote.
     *
     * @param path the file itself, the folder of its run, or the folder of all runs, which stands for the latest by the
     *     names that {@link #create} gives; folders of other names do not count
     * @param name of the file
     * @return the file; if the path is no folder, the path
     * @throws IOException if the folder has no such file
     */
    public static Path file(Path path, String name) throws IOException {
        if (!Files.isDirectory(path)) {
            return path;
        }
        if (Files.isRegularFile(path.resolve(name))) {
            return path.resolve(name);
        }
        try (Stream<Path> folders = Files.list(path)) {
            return folders.filter(folder -> OF_A_RUN.matcher(folder.getFileName().toString()).matches())
                    .map(folder -> folder.resolve(name)).filter(Files::isRegularFile)
                    .max(Comparator.comparing(file -> file.getParent().getFileName().toString()))
                    .orElseThrow(() -> new IOException(path + ": no " + name
                            + " in this folder, nor in one of its folders that is named by a time"));
        }
    }
}
