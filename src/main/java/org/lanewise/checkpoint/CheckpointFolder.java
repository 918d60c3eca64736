package org.lanewise.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.lanewise.check.Check;
import org.lanewise.safetensors.Replacement;
import org.lanewise.snapshot.Snapshot;

/**
 * A folder of a training's last checkpoints, named by their steps: {@code step-000000001000.safetensors}. Other files in it are left alone.
 *
 * <pre>{@code
 * var folder = new CheckpointFolder(Path.of("run"), 3);
 * var newest = folder.newest();
 * if (newest.isPresent()) {
 *     checkpoint.load(newest.get());
 * }
 * ...
 * folder.save(checkpoint);
 * }</pre>
 *
 * <p>Immutable; one training at a time may save into a folder.
 *
 * @param folder where; made with its parents by the first save if it is not there
 * @param kept how many checkpoints are kept, at least 1
 */
public record CheckpointFolder(Path folder, int kept) {
    private static final Pattern NAME = Pattern.compile("step-([0-9]{12,18})\\.safetensors");

    /**
     * Checks both.
     *
     * @throws IllegalArgumentException if less than one is to be kept
     * @throws NullPointerException if the folder is null
     */
    public CheckpointFolder {
        Check.notNull("folder", folder);
        Check.atLeast("kept", kept, 1);
    }

    /**
     * Saves an optimizer, and then removes the oldest checkpoints beyond those that are kept.
     *
     * @param checkpoint what is saved
     * @return the file
     * @throws IOException as {@link Checkpoint#save}, if the folder has a checkpoint of a later step, which {@link #newest} would take for
     *         the newest, or if an old one cannot be removed; the new one is saved in the last case alone
     * @throws IllegalStateException as {@link Checkpoint#save}
     */
    public Path save(Checkpoint checkpoint) throws IOException {
        Check.notNull("checkpoint", checkpoint);
        return save(checkpoint, checkpoint.snapshot(), checkpoint.steps());
    }

    Path save(Checkpoint checkpoint, Snapshot snapshot, long steps) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
        Path file = folder.resolve(String.format(Locale.ROOT, "step-%012d.safetensors", steps));
        Optional<Path> last = newest();
        if (last.isPresent() && steps(last.get()) > steps) {
            throw new IOException(file + ": not saved: the folder has a checkpoint of a later step, " + last.get().getFileName());
        }
        checkpoint.save(snapshot, file);
        List<Path> all = files();
        for (Path old : all.subList(0, Math.max(0, all.size() - kept))) {
            try {
                Files.deleteIfExists(old);
            } catch (IOException e) {
                throw Replacement.failed(old, "not removed", e);
            }
        }
        return file;
    }

    /**
     * The checkpoints.
     *
     * @return by their steps, the oldest first; none if there is no such folder
     * @throws IOException if the folder cannot be read
     */
    public List<Path> files() throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(file -> NAME.matcher(file.getFileName().toString()).matches())
                    .sorted((a, b) -> Long.compare(steps(a), steps(b))).toList();
        }
    }

    private static long steps(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        return name.matches() ? Long.parseLong(name.group(1)) : -1;
    }

    /**
     * The checkpoint of the latest step.
     *
     * @return empty if there is none
     * @throws IOException if the folder cannot be read
     */
    public Optional<Path> newest() throws IOException {
        List<Path> all = files();
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }
}
