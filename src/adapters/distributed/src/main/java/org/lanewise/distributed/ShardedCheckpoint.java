package org.lanewise.distributed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.lanewise.check.Check;
import org.lanewise.distributed.shard.ShardFiles;
import org.lanewise.distributed.shard.Texts;

/**
 * Saves a sharded optimizer, each rank its part, and goes on from there, with another number of ranks too: n steps, saving, loading and n
 * more leave the bits of 2n steps. {@link org.lanewise.checkpoint.Checkpoint} says what is saved and compared; what the caller adds to it
 * there, trackers and texts, is not part of these.
 *
 * <pre>{@code
 * var checkpoint = ShardedCheckpoint.of(optimizer, Path.of("checkpoints"));
 * checkpoint.loadLatest();
 * while (optimizer.steps() < 1_000) {
 *     if (optimizer.step(() -> computeGradients()).step() % 100 == 0) { checkpoint.save(); }
 * }
 * }</pre>
 *
 * <p>The folder is one that all ranks see. A checkpoint is a folder in it with a safetensors file for each rank; the file {@code latest}
 * names the last that is whole, and is replaced once all ranks have written, so a job that is killed leaves the one before. The two last
 * ones are kept.
 *
 * <p>Immutable; all ranks save and load together.
 */
public final class ShardedCheckpoint {
    private final ShardedOptimizer optimizer;
    private final Path folder;

    private ShardedCheckpoint(ShardedOptimizer optimizer, Path folder) {
        this.optimizer = optimizer;
        this.folder = folder;
    }

    /**
     * Checkpoints of an optimizer.
     *
     * @param optimizer what is saved and loaded
     * @param folder where; made if it is not there
     * @return its checkpoints
     */
    public static ShardedCheckpoint of(ShardedOptimizer optimizer, Path folder) {
        return new ShardedCheckpoint(Check.notNull("optimizer", optimizer), Check.notNull("folder", folder));
    }

    /** What one rank does, while the others wait to hear how it went. */
    private interface Part {
        void run() throws IOException;
    }

    /** Does this rank's part of something, and refuses it on all ranks if one fails. */
    private void together(String what, Part part) throws IOException {
        Exception failure = null;
        String text = "";
        try {
            part.run();
        } catch (IOException | RuntimeException e) {
            failure = e;
            text = e.getMessage() == null ? e.toString() : e.getMessage();
        }
        List<String> all = Texts.gather(optimizer.communicator(), text);
        switch (failure) {
            case null -> { }
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw new IllegalStateException(failure);
        }
        for (int rank = 0; rank < all.size(); rank++) {
            if (!all.get(rank).isEmpty()) {
                throw new IOException(what + " failed on rank " + rank + ": " + all.get(rank));
            }
        }
    }

    /**
     * Saves the optimizers of all ranks.
     *
     * @throws IllegalStateException as {@link org.lanewise.checkpoint.Checkpoint#save}, and if another rank does not save
     * @throws IOException if a rank cannot write its file; all ranks throw it, and the checkpoint before stays the last one
     * @throws CommunicationException if another rank has left
     */
    public void save() throws IOException {
        optimizer.beginSave();
        together("saving", () -> ShardFiles.write(folder, optimizer.store(), optimizer.optimizer(), optimizer.shard()));
        together("saving", () -> {
            if (optimizer.communicator().rank() == 0) {
                ShardFiles.finish(folder, optimizer.steps(), optimizer.communicator().size());
            }
        });
    }

    /**
     * Loads the last checkpoint of the folder if there is one, whatever number of ranks it was saved by.
     *
     * @return whether there is one
     * @throws IllegalArgumentException if optimizer and checkpoint differ; the message lists all of it, and nothing has changed
     * @throws IllegalStateException as {@link #save}
     * @throws IOException if files cannot be read, are not whole or damaged, or another rank fails; nothing has changed
     * @throws CommunicationException if another rank has left
     */
    public boolean loadLatest() throws IOException {
        boolean[] exists = {false};
        together("loading", () -> exists[0] = ShardFiles.exist(folder));
        if (exists[0]) {
            load(folder);
        }
        return exists[0];
    }

    /**
     * Loads a checkpoint.
     *
     * @param from the folder of a sharded one, or a file that {@link org.lanewise.checkpoint.Checkpoint} has saved in one process
     * @throws IllegalArgumentException as {@link #loadLatest}, and so all else that is refused
     * @throws IOException as {@link #loadLatest}
     */
    public void load(Path from) throws IOException {
        Check.notNull("from", from);
        optimizer.beginLoad();
        ShardFiles.Prepared[] prepared = {null};
        try {
            together("loading", () -> prepared[0] = new ShardFiles.Prepared(from, optimizer.store(), optimizer.optimizer(),
                    optimizer.shard()));
            prepared[0].run();
        } finally {
            if (prepared[0] != null) {
                prepared[0].close();
            }
        }
        optimizer.gatherParameters();
    }

    /**
     * Writes the last checkpoint of a folder as one file, which {@link org.lanewise.checkpoint.Checkpoint} loads in one process. Needs no
     * ranks, and memory for the whole checkpoint.
     *
     * @param folder where the checkpoint is
     * @param file where to; replaced if it is there
     * @throws IOException if one cannot be read or written
     */
    public static void merge(Path folder, Path file) throws IOException {
        ShardFiles.merge(Check.notNull("folder", folder), Check.notNull("file", file));
    }

    /** {@return the optimizer and the folder} */
    @Override
    public String toString() {
        return "ShardedCheckpoint in " + folder + " of " + optimizer;
    }
}
