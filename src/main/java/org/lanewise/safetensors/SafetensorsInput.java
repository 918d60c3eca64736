package org.lanewise.safetensors;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A file in the safetensors format, mapped into memory. Its header is checked whole when it is opened; numbers are read when they are
 * asked for. Any thread may read.
 */
public final class SafetensorsInput implements AutoCloseable {
    private static final int LENGTH_BYTES = Long.BYTES;

    private final Arena arena;
    private final MemorySegment file;
    private final byte[] headerBytes;
    private final Header header;
    private final Map<String, Stored> byName = new LinkedHashMap<>();

    private SafetensorsInput(Arena arena, MemorySegment file) throws IOException {
        this.arena = arena;
        this.file = file;
        ValueLayout.OfLong layout = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        long length = file.byteSize() < LENGTH_BYTES ? 0 : file.get(layout, 0);
        if (file.byteSize() < LENGTH_BYTES) {
            throw new IOException("file has " + file.byteSize() + " bytes, but at least " + LENGTH_BYTES + " are needed");
        }
        if (Long.compareUnsigned(length, Header.MOST_BYTES) > 0) {
            throw new IOException("header must have at most " + Header.MOST_BYTES + " bytes, got " + Long.toUnsignedString(length));
        }
        if (length > file.byteSize() - LENGTH_BYTES) {
            throw new IOException("header of " + length + " bytes ends behind the file, which has " + file.byteSize());
        }
        this.headerBytes = file.asSlice(LENGTH_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
        this.header = Header.read(headerBytes, file.byteSize() - LENGTH_BYTES - length);
        header.tensors().forEach(tensor -> byName.put(tensor.name(), tensor));
    }

    /**
     * Opens a file and checks its header.
     *
     * @param path where it is
     * @return its tensors; to be closed
     * @throws IOException if it cannot be read or breaks a rule of the format; the message begins with its name
     */
    public static SafetensorsInput open(Path path) throws IOException {
        return Uninterrupted.call(() -> {
            Arena arena = Arena.ofShared();
            try {
                return new SafetensorsInput(arena, map(path, arena));
            } catch (IOException e) {
                arena.close();
                throw Replacement.failed(path, "cannot be read", e);
            } catch (Throwable e) {
                arena.close();
                throw e;
            }
        });
    }

    private static MemorySegment map(Path path, Arena arena) throws IOException {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new IOException("numbers of the format are little-endian, but this machine's are not");
        }
        // A pipe has no end before its writer ends, and a device may have none at all.
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new IOException("is no regular file");
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        }
    }

    /**
     * What the file says of itself.
     *
     * @return texts by their names
     */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /**
     * All tensors.
     *
     * @return by where they lie
     */
    public List<Stored> tensors() {
        return header.tensors();
    }

    /**
     * One tensor.
     *
     * @param name its name
     * @return empty if there is none of that name
     */
    public Optional<Stored> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /**
     * The bytes of a tensor.
     *
     * @param tensor one of this file's
     * @return mapped, read-only
     */
    public MemorySegment data(Stored tensor) {
        return file.asSlice(LENGTH_BYTES + headerBytes.length + tensor.from(), tensor.to() - tensor.from());
    }

    /**
     * The numbers of a tensor.
     *
     * @param tensor one of this file's, of real numbers
     * @return mapped, read-only
     */
    public Numbers numbers(Stored tensor) {
        return new Numbers(tensor.type(), tensor.size(), data(tensor));
    }

    /**
     * Whether the file has checksums.
     *
     * @return true if its metadata have an entry for them
     */
    public boolean hasChecksums() {
        return header.checksumAt() >= 0;
    }

    /**
     * Compares all checksums.
     *
     * @throws IOException if one is not as the file says, or the file says none for some part
     */
    public void verify() throws IOException {
        try {
            String[] sums = header.metadata().getOrDefault(Checksums.KEY, "").split(" ");
            if (sums.length != header.tensors().size() + 1) {
                throw new IOException("checksums must be " + (header.tensors().size() + 1) + ", of the header and each tensor, got "
                        + (hasChecksums() ? sums.length : 0));
            }
            int at = header.checksumAt();
            if (!new String(headerBytes, at, Math.min(Checksums.DIGITS, headerBytes.length - at), StandardCharsets.ISO_8859_1)
                    .equals(sums[0])) {
                throw new IOException("checksum of the header must be eight hexadecimal digits, got '" + sums[0] + "'");
            }
            require("header", sums[0], Checksums.ofHeader(headerBytes, at));
            for (int k = 0; k < header.tensors().size(); k++) {
                Stored tensor = header.tensors().get(k);
                require("tensor '" + tensor.name() + "', from byte " + (LENGTH_BYTES + headerBytes.length + tensor.from()) + " on",
                        sums[k + 1], Checksums.of(data(tensor)));
            }
        } catch (InternalError e) {
            throw cut(e);
        }
    }

    private static void require(String what, String expected, int found) throws IOException {
        String digits = String.format(Locale.ROOT, "%08x", found);
        if (!digits.equals(expected)) {
            throw new IOException(what + " is damaged: its checksum is " + digits + ", expected " + expected);
        }
    }

    /**
     * What an access to a mapped file throws whose end is gone.
     *
     * @param e what was thrown
     * @return to be thrown
     */
    public static IOException cut(InternalError e) {
        return new IOException("file has become shorter while it was read", e);
    }

    /** Ends the mapping. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
