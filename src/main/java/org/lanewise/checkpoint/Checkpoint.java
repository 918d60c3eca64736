package org.lanewise.checkpoint;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.lanewise.Optimizer;
import org.lanewise.check.Check;
import org.lanewise.safetensors.Replacement;
import org.lanewise.safetensors.SafetensorsInput;
import org.lanewise.safetensors.SafetensorsOutput;
import org.lanewise.schedule.ReduceOnPlateau;
import org.lanewise.snapshot.Resumption;
import org.lanewise.snapshot.Snapshot;
import org.lanewise.snapshot.SnapshotFile;

/**
 * Saves an optimizer with everything that makes it go on, and loads it into one that was built the same way: parameters, states, averages
 * and accumulated gradients in their storages, numbers of steps of the optimizer and of each tensor, learning rates, where loss scaler and
 * plateau trackers stand. n steps, saving, loading and n more leave the bits of 2n steps, at other widths, with other numbers of threads,
 * and with planes on the heap instead of native memory too.
 *
 * <p>Rules, schedules and options are in the file to be compared, by their classes and components, a rule of your own too. A load that
 * finds a difference is refused, lists all of them, and has changed nothing; {@link LoadOptions} lets some pass. What a function
 * computes, such as a schedule that is a lambda or {@link org.lanewise.OptimizerBuilder#globalNorm}, is only known to be there.
 * Gradients, and which tensors have one, are the caller's and are not saved.
 *
 * <p>Immutable; saving and loading read and write the optimizer, so they belong to the thread that steps it.
 */
public final class Checkpoint {
    private final Optimizer optimizer;
    private final Map<String, ReduceOnPlateau.Tracker> trackers;
    private final Map<String, String> notes;

    private Checkpoint(Optimizer optimizer, Map<String, ReduceOnPlateau.Tracker> trackers, Map<String, String> notes) {
        this.optimizer = optimizer;
        this.trackers = trackers;
        this.notes = notes;
    }

    /**
     * Checkpoints of an optimizer.
     *
     * @param optimizer what is saved and loaded
     * @return without trackers and notes
     */
    public static Checkpoint of(Optimizer optimizer) {
        return new Checkpoint(Check.notNull("optimizer", optimizer), Map.of(), Map.of());
    }

    /**
     * {@return this with a plateau tracker that the caller asks} Trackers that are part of a schedule are saved without it.
     *
     * @param name its name in the file
     * @param tracker goes on from the file when it is loaded
     */
    public Checkpoint with(String name, ReduceOnPlateau.Tracker tracker) {
        Map<String, ReduceOnPlateau.Tracker> all = new TreeMap<>(trackers);
        all.put(Check.notNull("name", name), Check.notNull("tracker", tracker));
        return new Checkpoint(optimizer, all, notes);
    }

    /**
     * {@return this with a text of the caller's, such as the epoch or where the data stand} {@link #load(Path)} returns it.
     *
     * @param name its name in the file's metadata
     * @param text the text
     * @throws IllegalArgumentException if the name is {@code format}, {@code lanewise} or {@code crc32c}, or one of both has half a
     *         surrogate pair
     */
    public Checkpoint with(String name, String text) {
        Check.notNull("name", name);
        Check.notNull("text", text);
        if (SnapshotFile.KEYS.contains(name)) {
            throw new IllegalArgumentException("name must be another than the library's " + SnapshotFile.KEYS + ", got '" + name + "'");
        }
        new SafetensorsOutput().metadata(name, text);
        Map<String, String> all = new TreeMap<>(notes);
        all.put(name, text);
        return new Checkpoint(optimizer, trackers, all);
    }

    /**
     * Saves the optimizer. An interrupt of the thread does not stop it, and is kept for the caller.
     *
     * @param file where; replaced if it is there. Its folder must be there
     * @throws IllegalStateException if the optimizer or its store is closed, it has looked ahead for a step, or averages are in the place
     *         of parameters; nothing is written then
     * @throws IllegalArgumentException if tensors are named so that two would have one name in the file, such as {@code state.w.m} and
     *         the state {@code m} of {@code w}; nothing is written then
     * @throws IOException if the file cannot be written or forced to the disk, or its header would have more than 100,000,000 bytes; the
     *         message begins with its name. The file is then what it was before
     */
    public void save(Path file) throws IOException {
        Check.notNull("file", file);
        save(snapshot(), file);
    }

    /** The optimizer's numbers where they are. */
    Snapshot snapshot() {
        return Snapshot.of(optimizer, trackers, "saving");
    }

    /** Writes one of this optimizer's snapshots. */
    void save(Snapshot snapshot, Path file) throws IOException {
        SafetensorsOutput output = new SafetensorsOutput();
        notes.forEach(output::metadata);
        SnapshotFile.put(snapshot, output);
        output.write(file);
    }

    long steps() {
        return optimizer.steps();
    }

    /**
     * Loads a file that the optimizer must agree with in everything: {@code load(file, LoadOptions.strict())}.
     *
     * @param file a checkpoint
     * @return texts that were saved with it, by name
     * @throws IOException as {@link #load(Path, LoadOptions)}, and so all else that is refused
     */
    public Map<String, String> load(Path file) throws IOException {
        return load(file, LoadOptions.strict());
    }

    /**
     * Loads a file: the next step is the one after the last before saving.
     *
     * @param file a checkpoint
     * @param options in what optimizer and file may differ
     * @return texts that were saved with it, by name
     * @throws IllegalStateException as {@link #save(Path)}; nothing has changed then
     * @throws IllegalArgumentException if optimizer and file differ in what the options do not allow; the message lists all of it, and
     *         nothing has changed
     * @throws IOException if the file cannot be read, is not whole, breaks a rule of its format, is no checkpoint, has no checksums or
     *         others than it says; the message begins with its name, and nothing has changed, unless it says that the file became shorter
     *         while numbers were copied
     */
    public Map<String, String> load(Path file, LoadOptions options) throws IOException {
        Check.notNull("file", file);
        Check.notNull("options", options);
        try (SafetensorsInput input = SafetensorsInput.open(file)) {
            Resumption resumption;
            try {
                if (options.verifies()) {
                    input.verify();
                }
                resumption = new Resumption(SnapshotFile.read(input), optimizer, trackers, options.loading());
            } catch (IOException e) {
                throw Replacement.failed(file, "cannot be loaded", e);
            }
            try {
                resumption.run();
            } catch (InternalError e) {
                throw Replacement.failed(file, "loaded in part only", SafetensorsInput.cut(e));
            }
            Map<String, String> texts = new TreeMap<>(input.metadata());
            texts.keySet().removeAll(SnapshotFile.KEYS);
            return texts;
        }
    }

    /** {@return the optimizer and what else is saved} */
    @Override
    public String toString() {
        return "Checkpoint of " + optimizer + Optional.of(trackers.keySet()).filter(all -> !all.isEmpty()).map(all -> ", trackers " + all)
                .orElse("") + (notes.isEmpty() ? "" : ", " + notes);
    }
}
