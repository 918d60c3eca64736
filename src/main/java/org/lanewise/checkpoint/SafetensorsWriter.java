package org.lanewise.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.lanewise.ParameterStore;
import org.lanewise.Slice;
import org.lanewise.check.Check;
import org.lanewise.safetensors.Dtype;
import org.lanewise.safetensors.SafetensorsOutput;

/**
 * Writes a file in the safetensors format, of any size, without a copy of the numbers: they are read when the file is written.
 *
 * <pre>{@code
 * new SafetensorsWriter().metadata("format", "pt").parameters(store).write(Path.of("model.safetensors"));
 * }</pre>
 *
 * <p>Data begin at a multiple of 64 bytes, and the metadata have checksums. The same tensors and metadata give the same bytes, in whatever
 * order they were added. Not thread-safe.
 */
public final class SafetensorsWriter {
    private final SafetensorsOutput output = new SafetensorsOutput();

    /** Without tensors and metadata. */
    public SafetensorsWriter() {}

    /**
     * Adds a text about the file; one of the same name is replaced. Some readers want {@code format} to be {@code pt}.
     *
     * @param name its name
     * @param text the text
     * @return this
     * @throws IllegalArgumentException if the name is {@code crc32c}, or one of both has half a surrogate pair
     */
    public SafetensorsWriter metadata(String name, String text) {
        output.metadata(Check.notNull("name", name), Check.notNull("text", text));
        return this;
    }

    /**
     * Adds the parameters of all tensors of a store, by their names.
     *
     * @param store what has them
     * @return this
     * @throws IllegalArgumentException if a name is taken or reserved
     * @throws IllegalStateException if the store is closed
     */
    public SafetensorsWriter parameters(ParameterStore store) {
        Check.notNull("store", store).tensors().forEach(tensor -> tensor(tensor.name(), tensor.parameter(), tensor.shape()));
        return this;
    }

    /**
     * Adds a slice: F32 or BF16, as it is kept.
     *
     * @param name its name in the file
     * @param slice its numbers
     * @param shape its dimensions, outermost first; none for a single number
     * @return this
     * @throws IllegalArgumentException if the name is taken or reserved, or the shape has another number of elements
     * @throws IllegalStateException if the slice's store is closed
     */
    public SafetensorsWriter tensor(String name, Slice slice, long... shape) {
        Check.notNull("slice", slice);
        return tensor(name, slice.storage().name(), slice.segment(), shape);
    }

    /**
     * Adds a tensor.
     *
     * @param name its name
     * @param type the format's name of the type of its numbers, such as {@code F32} or {@code I64}
     * @param numbers exactly its bytes, little-endian, in row-major order; memory that all threads may read
     * @param shape its dimensions, outermost first; none for a single number
     * @return this
     * @throws IllegalArgumentException if the name is taken, reserved or has half a surrogate pair, the type is unknown, a dimension is
     *         negative, or the segment is of a confined arena or has another size
     */
    public SafetensorsWriter tensor(String name, String type, MemorySegment numbers, long... shape) {
        Check.notNull("name", name);
        Check.notNull("type", type);
        Check.notNull("numbers", numbers);
        List<Long> dimensions = LongStream.of(Check.notNull("shape", shape)).boxed().toList();
        Dtype known = Dtype.of(type).orElseThrow(() -> new IllegalArgumentException("type of '" + name + "' must be one of "
                + List.of(Dtype.values()) + ", got " + type));
        for (int k = 0; k < shape.length; k++) {
            if (shape[k] < 0) {
                throw new IllegalArgumentException("dimension " + k + " of '" + name + "' must be at least 0, got " + shape[k]);
            }
        }
        if (!numbers.isAccessibleBy(Thread.ofVirtual().unstarted(() -> {}))) {
            throw new IllegalArgumentException("numbers of '" + name + "' must be accessible by all threads, got " + numbers);
        }
        output.tensor(name, dimensions, known, numbers);
        return this;
    }

    /**
     * Writes the file. An interrupt of the thread does not stop it, and is kept for the caller.
     *
     * @param path where; replaced if it is there. Its folder must be there
     * @throws IOException if it cannot be written or forced to the disk, or its header would have more than 100,000,000 bytes; the message
     *         begins with its name. The file is then what it was before
     * @throws IllegalStateException if memory of a tensor was freed meanwhile; the file is then what it was before
     */
    public void write(Path path) throws IOException {
        output.write(Check.notNull("path", path));
    }
}
