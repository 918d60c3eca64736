/**
 * Files that {@code torch.save} writes: a zip of stored entries with one pickle and the numbers of each storage beside it.
 *
 * <p>The reader takes what {@code torch.load(weights_only=True)} takes and tensors need, runs nothing, and refuses all else by name and
 * place. What it allocates is bounded by the size of the pickle; numbers are read from the mapped file when they are asked for.
 */
package org.lanewise.torchfile;
