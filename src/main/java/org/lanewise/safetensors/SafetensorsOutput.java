package org.lanewise.safetensors;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/**
 * Writes a file in the safetensors format: tensors in the order of its own writer, with data that begin at a multiple of 64 bytes, and
 * checksums. The same tensors and metadata give the same bytes. Numbers are read from where they are, block by block.
 */
public final class SafetensorsOutput {
    private static final int ALIGNMENT = 64;
    private static final int BLOCK = 1 << 20;

    private final List<Tensor> tensors = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Map<String, String> metadata = new TreeMap<>();

    private record Tensor(String name, List<Long> shape, Dtype type, MemorySegment memory) {}

    /** Of nothing yet. */
    public SafetensorsOutput() {}

    /**
     * Adds a text.
     *
     * @param key its name; one that is there is replaced
     * @param text the text
     * @throws IllegalArgumentException if the name is that of checksums, or one of both has half a surrogate pair
     */
    public void metadata(String key, String text) {
        if (key.equals(Checksums.KEY)) {
            throw new IllegalArgumentException("metadata must not be named '" + key + "': checksums are");
        }
        requireText("name of metadata", key);
        requireText("metadata '" + key + "'", text);
        metadata.put(key, text);
    }

    /**
     * Adds a tensor.
     *
     * @param name its name
     * @param shape its dimensions
     * @param type type of its numbers
     * @param memory its numbers, read when the file is written
     * @throws IllegalArgumentException if the name is taken, reserved or has half a surrogate pair, or the memory has not the shape's size
     */
    public void tensor(String name, List<Long> shape, Dtype type, MemorySegment memory) {
        requireText("name of a tensor", name);
        long bytes = Stored.bytes(type, shape);
        if (bytes != memory.byteSize()) {
            throw new IllegalArgumentException("numbers of '" + name + "' have " + memory.byteSize() + " bytes, expected "
                    + (bytes < 0 ? "what shape " + shape + " of " + type + " cannot have" : bytes));
        }
        if (name.equals(Header.METADATA) || !names.add(name)) {
            throw new IllegalArgumentException("a tensor must have a name of its own in the file, got '" + name + "'");
        }
        tensors.add(new Tensor(name, List.copyOf(shape), type, memory));
    }

    private static void requireText(String what, String text) {
        try {
            StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(what + " must not have half a surrogate pair", e);
        }
    }

    /**
     * Writes the file, in the place of what is there.
     *
     * @param path where
     * @throws IOException if it cannot be written, as {@link Replacement#of} says, or its header has more than 100,000,000 bytes
     */
    public void write(Path path) throws IOException {
        List<Tensor> ordered = new ArrayList<>(tensors);
        ordered.sort(Comparator.comparing(Tensor::type, Comparator.reverseOrder()).thenComparing(Tensor::name));
        byte[] header = header(ordered);
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN || header.length > Header.MOST_BYTES) {
            throw new IOException(path + ": not saved: " + (header.length > Header.MOST_BYTES
                    ? "header must have at most " + Header.MOST_BYTES + " bytes, got " + header.length
                    : "numbers of the format are little-endian, but this machine's are not"));
        }
        Replacement.of(path, channel -> write(channel, header, ordered));
    }

    /** The header with checksums of zero. */
    private byte[] header(List<Tensor> ordered) {
        Map<String, String> texts = new TreeMap<>(metadata);
        texts.put(Checksums.KEY, Checksums.zeros(ordered.size()));
        JsonWriter json = new JsonWriter().raw("{").string(Header.METADATA).raw(":").value(texts);
        long at = 0;
        for (Tensor each : ordered) {
            long end = at + each.memory.byteSize();
            json.raw(",").string(each.name).raw(":{\"dtype\":\"" + each.type + "\",\"shape\":"
                    + each.shape.stream().map(Object::toString).collect(Collectors.joining(",", "[", "]"))
                    + ",\"data_offsets\":[" + at + "," + end + "]}");
            at = end;
        }
        byte[] text = json.raw("}").toString().getBytes(StandardCharsets.UTF_8);
        byte[] padded = new byte[text.length + Math.floorMod(-text.length - Long.BYTES, ALIGNMENT)];
        System.arraycopy(text, 0, padded, 0, text.length);
        Arrays.fill(padded, text.length, padded.length, (byte) ' ');
        return padded;
    }

    private static void write(FileChannel channel, byte[] header, List<Tensor> ordered) throws IOException {
        int sumsAt = new String(header, StandardCharsets.ISO_8859_1).indexOf("\"" + Checksums.KEY + "\":\"") + Checksums.KEY.length() + 4;
        putHeader(channel, header);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment block = arena.allocate(BLOCK, ALIGNMENT);
            for (int k = 0; k < ordered.size(); k++) {
                Checksums.put(header, sumsAt, k + 1, write(channel, ordered.get(k).memory, block));
            }
        }
        Checksums.put(header, sumsAt, 0, Checksums.ofHeader(header, sumsAt));
        channel.position(0);
        putHeader(channel, header);
    }

    private static void putHeader(FileChannel channel, byte[] header) throws IOException {
        write(channel, ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).flip());
        write(channel, ByteBuffer.wrap(header));
    }

    /** Writes memory; returns its checksum. */
    private static int write(FileChannel channel, MemorySegment memory, MemorySegment block) throws IOException {
        CRC32C sum = new CRC32C();
        for (long done = 0; done < memory.byteSize(); done += BLOCK) {
            MemorySegment part = memory.asSlice(done, Math.min(BLOCK, memory.byteSize() - done));
            // Java arrays of floats are no byte buffers.
            ByteBuffer bytes = (part.isNative() ? part : block.asSlice(0, part.byteSize()).copyFrom(part)).asByteBuffer();
            sum.update(bytes.duplicate());
            write(channel, bytes);
        }
        return (int) sum.getValue();
    }

    private static void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
