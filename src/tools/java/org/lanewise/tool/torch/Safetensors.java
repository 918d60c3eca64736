package org.lanewise.tool.torch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.lanewise.tool.WholeFile;

/**
 * A file in the safetensors format: the length of a JSON header, the header, raw numbers. The header is checked whole when the file is
 * opened, as strictly as the format's own reader does; numbers are read when they are asked for. Any thread may read.
 */
public final class Safetensors implements AutoCloseable {
    /** Some 70,000 tensors. */
    static final int MOST_HEADER_BYTES = 8 << 20;

    private static final String METADATA = "__metadata__";
    private static final int LENGTH_BYTES = Long.BYTES;
    private static final int BUFFER_BYTES = 1 << 16;
    private static final Map<String, Integer> BYTES = Map.ofEntries(Map.entry("BOOL", 1), Map.entry("U8", 1), Map.entry("I8", 1),
            Map.entry("F8_E5M2", 1), Map.entry("F8_E4M3", 1), Map.entry("I16", 2), Map.entry("U16", 2), Map.entry("F16", 2),
            Map.entry("BF16", 2), Map.entry("I32", 4), Map.entry("U32", 4), Map.entry("F32", 4), Map.entry("I64", 8), Map.entry("U64", 8),
            Map.entry("F64", 8));

    private final FileChannel channel;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, Stored> tensors = new LinkedHashMap<>();
    private long dataStart;

    /**
     * Where a tensor is.
     *
     * @param type the format's name of its type
     * @param shape its dimensions
     * @param elements their product
     * @param from first byte, counted from the end of the header
     * @param to last byte and one
     */
    record Stored(String type, List<Long> shape, long elements, long from, long to) {}

    private Safetensors(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Opens a file and checks its header.
     *
     * @param file where it is
     * @return its tensors; to be closed
     * @throws IOException if it cannot be read or is malformed; the message names it and the reason
     */
    public static Safetensors open(Path file) throws IOException {
        FileChannel channel = null;
        try {
            // A pipe has no end before its writer ends, and a device may have none at all.
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new IOException("is no regular file");
            }
            channel = FileChannel.open(file, StandardOpenOption.READ);
            Safetensors opened = new Safetensors(channel);
            opened.readHeader();
            return opened;
        } catch (IOException e) {
            if (channel != null) {
                channel.close();
            }
            throw new IOException(file + ": cannot be read: " + WholeFile.reason(e), e);
        }
    }

    /** What the file says of itself. */
    Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    /** Names of all tensors, in the order of the header. */
    Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    Optional<Stored> find(String tensor) {
        return Optional.ofNullable(tensors.get(tensor));
    }

    /** Some of the numbers of a tensor of 32-bit floats, which is there. */
    float[] floats(String tensor, long first, int count) throws IOException {
        Stored stored = tensors.get(tensor);
        float[] values = new float[count];
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, (long) count * Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        for (int done = 0; done < count;) {
            int some = Math.min(count - done, buffer.capacity() / Float.BYTES);
            read(buffer.clear().limit(some * Float.BYTES), dataStart + stored.from() + (first + done) * Float.BYTES);
            buffer.asFloatBuffer().get(values, done, some);
            done += some;
        }
        return values;
    }

    /** The first numbers of a tensor of 64-bit floats, which is there. */
    double[] numbers(String tensor, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(Math.multiplyExact(count, Double.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        read(buffer, dataStart + tensors.get(tensor).from());
        double[] values = new double[count];
        buffer.asDoubleBuffer().get(values);
        return values;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void readHeader() throws IOException {
        long size = channel.size();
        if (size < LENGTH_BYTES) {
            throw new IOException("has " + size + " bytes, at least " + LENGTH_BYTES + " are needed");
        }
        ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        read(length, 0);
        long headerBytes = length.getLong();
        String header = "header of " + Long.toUnsignedString(headerBytes) + " bytes";
        if (Long.compareUnsigned(headerBytes, size - LENGTH_BYTES) > 0) {
            throw new IOException(header + " ends beyond the file, which has " + size);
        }
        if (headerBytes > MOST_HEADER_BYTES) {
            throw new IOException(header + " is too long, at most " + MOST_HEADER_BYTES + " are read");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) headerBytes);
        read(bytes, LENGTH_BYTES);
        if (headerBytes == 0 || bytes.get(0) != '{') {
            throw new IOException("header does not begin with {");
        }
        dataStart = LENGTH_BYTES + headerBytes;
        for (Map.Entry<String, JsonElement> entry : StrictJson.object("header", text(bytes)).entrySet()) {
            if (entry.getKey().equals(METADATA)) {
                readMetadata(entry.getValue());
            } else {
                tensors.put(entry.getKey(), stored("tensor " + Text.quoted(entry.getKey()), entry.getValue()));
            }
        }
        requireContiguous(size - dataStart);
    }

    private static String text(ByteBuffer bytes) throws IOException {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(bytes);
            return text.toString();
        } catch (CharacterCodingException e) {
            throw new IOException("header is not text in UTF-8", e);
        }
    }

    private void readMetadata(JsonElement value) throws IOException {
        if (!(value instanceof JsonObject object)) {
            throw new IOException("metadata is no JSON object");
        }
        for (Map.Entry<String, JsonElement> entry : object.entrySet()) {
            if (!(entry.getValue() instanceof JsonPrimitive text) || !text.isString()) {
                throw new IOException("metadata " + Text.quoted(entry.getKey()) + " is no text");
            }
            metadata.put(entry.getKey(), text.getAsString());
        }
    }

    private static Stored stored(String what, JsonElement value) throws IOException {
        if (!(value instanceof JsonObject object) || object.size() != 3 || !(object.get("dtype") instanceof JsonPrimitive type)
                || !(object.get("shape") instanceof JsonArray dimensions) || !(object.get("data_offsets") instanceof JsonArray offsets)
                || offsets.size() != 2) {
            throw new IOException(what + " needs dtype, shape and two data_offsets, and nothing else");
        }
        Integer bytes = BYTES.get(type.getAsString());
        if (bytes == null) {
            throw new IOException(what + " has the unknown dtype " + Text.quoted(type.getAsString()));
        }
        List<Long> shape = Numbers.whole(what + ": shape", dimensions);
        List<Long> range = Numbers.whole(what + ": data_offsets", offsets);
        long elements = Numbers.product(what + ": shape", shape), from = range.get(0), to = range.get(1);
        if (from > to) {
            throw new IOException(what + " begins at " + from + " and ends at " + to);
        }
        if (elements > Long.MAX_VALUE / bytes || elements * bytes != to - from) {
            throw new IOException(what + " has " + (to - from) + " bytes, its shape " + Text.shortened(shape.toString()) + " of "
                    + type.getAsString() + " needs another number");
        }
        return new Stored(type.getAsString(), shape, elements, from, to);
    }

    /** As the format asks for: the data are covered, without holes and without overlap. */
    private void requireContiguous(long dataBytes) throws IOException {
        List<Map.Entry<String, Stored>> inOrder = new ArrayList<>(tensors.entrySet());
        inOrder.sort(Comparator.comparingLong((Map.Entry<String, Stored> entry) -> entry.getValue().from())
                .thenComparingLong(entry -> entry.getValue().to()));
        long end = 0;
        for (Map.Entry<String, Stored> entry : inOrder) {
            Stored tensor = entry.getValue();
            if (tensor.from() != end) {
                throw new IOException("tensor " + Text.quoted(entry.getKey()) + " begins at " + tensor.from()
                        + ", the one before it ends at " + end);
            }
            end = tensor.to();
        }
        if (end != dataBytes) {
            throw new IOException("tensors end at " + end + ", the file has " + dataBytes + " bytes of data");
        }
    }

    /** Fills a buffer and makes it ready to be read. */
    private void read(ByteBuffer buffer, long position) throws IOException {
        int start = buffer.position();
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, position + buffer.position() - start) < 0) {
                throw new EOFException("file has become shorter");
            }
        }
        buffer.flip();
    }
}
