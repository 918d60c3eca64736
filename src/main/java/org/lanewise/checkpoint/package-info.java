/**
 * State that outlives the process: checkpoints of optimizers, from which a training goes on to the bit, and files in the safetensors
 * format, which anybody reads.
 *
 * <pre>{@code
 * var checkpoint = Checkpoint.of(optimizer);
 * if (Files.exists(file)) {
 *     checkpoint.load(file);
 * }
 * ...
 * checkpoint.save(file);
 * }</pre>
 *
 * <p>{@link org.lanewise.checkpoint.Checkpoint} says what is in a checkpoint, {@link org.lanewise.checkpoint.CheckpointFolder} keeps the
 * last ones, {@link org.lanewise.checkpoint.BackgroundSaver} writes while steps go on. A file is replaced so that at any moment, also if
 * the program or the machine stops, its name stands for the old or the new one, whole. {@code src/docs/checkpoint.md} has the format for
 * programs in other languages.
 *
 * <p>{@link org.lanewise.checkpoint.TorchCheckpoint} goes on from files that PyTorch wrote, and writes such files.
 *
 * <p>An argument that is null is refused with a {@link NullPointerException} that names it.
 */
@NullMarked
package org.lanewise.checkpoint;

import org.jspecify.annotations.NullMarked;
