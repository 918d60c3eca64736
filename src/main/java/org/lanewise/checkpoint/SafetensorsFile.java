package org.lanewise.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.lanewise.ParameterStore;
import org.lanewise.Slice;
import org.lanewise.Tensor;
import org.lanewise.check.Check;
import org.lanewise.safetensors.Dtype;
import org.lanewise.safetensors.Numbers;
import org.lanewise.safetensors.Replacement;
import org.lanewise.safetensors.SafetensorsInput;
import org.lanewise.safetensors.Stored;

/**
 * A file in the safetensors format, opened for reading and mapped into memory; files may be larger than 2 GiB.
 *
 * <pre>{@code
 * try (var file = SafetensorsFile.open(Path.of("model.safetensors"))) {
 *     file.read(store, name -> "model." + name);
 * }
 * }</pre>
 *
 * <p>The header is checked whole when the file is opened, as strictly as the format's own reader does and more: it has at most 100,000,000
 * bytes, is JSON in UTF-8, names nothing twice and has no unknown fields; tensors cover the data without holes and overlap. White space
 * before and behind the JSON is let pass. The file must not be changed while it is open: a replacement by renaming, as this library does
 * it, is no change.
 *
 * <p>Any thread may read. Names of types are the format's: {@code F32}, {@code BF16}, {@code I64} and so on.
 */
public final class SafetensorsFile implements AutoCloseable {
    private final Path path;
    private final SafetensorsInput input;

    private SafetensorsFile(Path path, SafetensorsInput input) {
        this.path = path;
        this.input = input;
    }

    /**
     * Opens a file.
     *
     * @param path where it is
     * @return its tensors; to be closed
     * @throws IOException if it cannot be read or breaks a rule of the format; the message begins with its name and has the place
     */
    public static SafetensorsFile open(Path path) throws IOException {
        return new SafetensorsFile(Check.notNull("path", path), SafetensorsInput.open(path));
    }

    /** {@return the names of all tensors, in the order in which their numbers lie in the file} */
    public List<String> names() {
        return input.tensors().stream().map(Stored::name).toList();
    }

    /** {@return what the file says of itself: texts by name; immutable} */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(input.metadata());
    }

    private Stored tensor(String name) {
        return input.find(Check.notNull("name", name))
                .orElseThrow(() -> new IllegalArgumentException("no tensor '" + name + "' in " + path));
    }

    /**
     * Dimensions of a tensor, outermost first; none for a single number.
     *
     * @param name its name
     * @return a new array
     * @throws IllegalArgumentException if there is no such tensor
     */
    public long[] shape(String name) {
        return tensor(name).shape().stream().mapToLong(Long::longValue).toArray();
    }

    /**
     * Type of a tensor's numbers.
     *
     * @param name its name
     * @return the format's name of it
     * @throws IllegalArgumentException if there is no such tensor
     */
    public String type(String name) {
        return tensor(name).type().name();
    }

    /**
     * The bytes of a tensor as they are in the file: little-endian, in row-major order.
     *
     * @param name its name
     * @return mapped and read-only; not to be used once the file is closed. It starts at a multiple of 8 bytes in the file at least if the
     *         writer kept to the format's advice
     * @throws IllegalArgumentException if there is no such tensor
     */
    public MemorySegment segment(String name) {
        return input.data(tensor(name));
    }

    /**
     * Reads a tensor of F32, F16, BF16 or F64, converted to what the slice keeps: to the nearest float, and then as the slice rounds.
     *
     * @param name its name
     * @param target gets its numbers
     * @throws IllegalArgumentException if there is no such tensor, it is of another type, or it has not as many numbers as the slice;
     *         nothing has changed then
     * @throws IllegalStateException if the slice's store is closed; nothing has changed then
     * @throws IOException if the file has become shorter
     */
    public void read(String name, Slice target) throws IOException {
        Check.notNull("target", target);
        copy(real(tensor(name)), numbers(target), target.toString());
    }

    /**
     * Reads a tensor of F32, F16, BF16 or F64 as 32-bit floats, to the nearest.
     *
     * @param name its name
     * @param floats gets its numbers in the order of this machine's bytes: 4 bytes for each, from an address that is a multiple of 4 on
     * @throws IllegalArgumentException if there is no such tensor, it is of another type, or the segment has another size, is read-only or
     *         lies elsewhere; nothing has changed then
     * @throws IOException if the file has become shorter
     */
    public void read(String name, MemorySegment floats) throws IOException {
        Check.notNull("floats", floats);
        Numbers source = real(tensor(name));
        if (floats.byteSize() % Float.BYTES != 0 || floats.address() % Float.BYTES != 0 || floats.isReadOnly()
                || floats.heapBase().filter(base -> !(base instanceof float[])).isPresent()) {
            throw new IllegalArgumentException("floats must be writable memory of whole floats, native or a float[], got " + floats);
        }
        copy(source, new Numbers(Dtype.F32, floats.byteSize() / Float.BYTES, floats), "floats");
    }

    private static Numbers numbers(Slice slice) {
        return new Numbers(Dtype.of(slice.storage().name()).orElseThrow(), slice.size(), slice.segment());
    }

    private Numbers real(Stored tensor) {
        if (!tensor.type().isReal()) {
            throw new IllegalArgumentException("tensor '" + tensor.name() + "' in " + path + " must be of F32, F16, BF16 or F64, got "
                    + tensor.type());
        }
        return input.numbers(tensor);
    }

    private void copy(Numbers source, Numbers target, String what) throws IOException {
        if (source.size() != target.size()) {
            throw new IllegalArgumentException(what + " has " + target.size() + " elements, expected " + source.size());
        }
        try {
            source.copyTo(target);
        } catch (InternalError e) {
            throw Replacement.failed(path, "read in part only", SafetensorsInput.cut(e));
        }
    }

    /**
     * Reads the parameters of all tensors of a store: the weights of a model. Other tensors of the file are left out.
     *
     * @param store gets them, converted as in {@link #read(String, Slice)}
     * @param nameInFile gives the name in the file for each tensor of the store, which is not null
     * @throws IllegalArgumentException if tensors are not in the file, are of another type, or have other shapes; the message lists all of
     *         them, and nothing has changed
     * @throws IllegalStateException if the store is closed; nothing has changed then
     * @throws IOException if the file has become shorter
     */
    public void read(ParameterStore store, UnaryOperator<String> nameInFile) throws IOException {
        Check.notNull("store", store);
        Check.notNull("nameInFile", nameInFile);
        List<String> differences = new ArrayList<>();
        List<Numbers> sources = new ArrayList<>(), targets = new ArrayList<>();
        for (Tensor tensor : store.tensors()) {
            String name = nameInFile.apply(tensor.name());
            List<Long> shape = LongStream.of(tensor.shape()).boxed().toList();
            input.find(name).ifPresentOrElse(stored -> {
                if (!stored.shape().equals(shape)) {
                    differences.add("'" + name + "' has shape " + stored.shape() + " in the file, " + shape + " here");
                } else if (!stored.type().isReal()) {
                    differences.add("'" + name + "' must be of F32, F16, BF16 or F64, got " + stored.type());
                } else {
                    sources.add(input.numbers(stored));
                    targets.add(numbers(tensor.parameter()));
                }
            }, () -> differences.add("'" + name + "' is not in the file"));
        }
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException("tensors of " + path + " must be those of the store, but\n- "
                    + String.join("\n- ", differences));
        }
        for (int k = 0; k < sources.size(); k++) {
            copy(sources.get(k), targets.get(k), "parameter");
        }
    }

    /**
     * Whether the file has checksums, as files of this library have.
     *
     * @return true if {@link #verify} has something to compare
     */
    public boolean hasChecksums() {
        return input.hasChecksums();
    }

    /**
     * Reads the whole file and compares checksums.
     *
     * @throws IOException if a part is not as the file says, or the file has no checksums; the message has the part and its place
     */
    public void verify() throws IOException {
        try {
            input.verify();
        } catch (IOException e) {
            throw Replacement.failed(path, "is damaged", e);
        }
    }

    /** Ends the mapping; segments of it refuse access from now on. Does nothing if that is done. */
    @Override
    public void close() {
        input.close();
    }

    /** {@return the file's name and its number of tensors} */
    @Override
    public String toString() {
        return path + ": " + input.tensors().size() + (input.tensors().size() == 1 ? " tensor" : " tensors");
    }
}
