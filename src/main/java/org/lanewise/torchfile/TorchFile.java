package org.lanewise.torchfile;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.lanewise.safetensors.Replacement;

/**
 * A file of {@code torch.save}, opened and mapped. Numbers of tensors are read from it, and their checksums compared, when they are first
 * asked for. The file must not be cut while it is open: write another beside it and rename that. Not thread-safe.
 */
public final class TorchFile implements AutoCloseable {
    private static final String PICKLE = "data.pkl", DATA = "/data/";
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,18}");
    private static final int NEWEST_VERSION = 10;
    /** The first bytes of what torch.save wrote before 1.6: a pickle of a large number. */
    private static final byte[] LEGACY = {(byte) 0x80, 2, (byte) 0x8a, 10, 0x6c, (byte) 0xfc};

    private final Arena arena;
    private final Pickled root;

    private TorchFile(Arena arena, Pickled root) {
        this.arena = arena;
        this.root = root;
    }

    /**
     * Opens a file and reads its pickle.
     *
     * @param file where it is
     * @return to be closed
     * @throws IOException if it cannot be read, or is refused; the message names it and the reason
     */
    public static TorchFile open(Path file) throws IOException {
        Arena arena = Arena.ofShared();
        try {
            // A pipe has no end before its writer ends.
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new IOException("it is no regular file");
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                return new TorchFile(arena, read(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena)));
            }
        } catch (IOException e) {
            arena.close();
            throw Replacement.failed(file, "cannot be read as a file of torch.save", e);
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
    }

    /**
     * Reads the value that the bytes of a file hold.
     *
     * @param file all bytes
     * @return its value, whose tensors read from the bytes
     * @throws IOException if it is refused; the message has the reason
     */
    static Pickled read(MemorySegment file) throws IOException {
        if (file.byteSize() > LEGACY.length && file.asSlice(0, LEGACY.length).mismatch(MemorySegment.ofArray(LEGACY)) == -1) {
            throw new IOException("it has the format of PyTorch before 1.6; load it there and save it again");
        }
        ZipDirectory zip = new ZipDirectory(file);
        String stem = stem(zip);
        for (String name : zip.entries().keySet()) {
            if (!name.startsWith(stem + "/")) {
                throw new IOException("all entries must be in folder '" + Limits.shortened(stem) + "', got '" + Limits.shortened(name)
                        + "'");
            }
            if (name.equals(stem + "/constants.pkl") || name.startsWith(stem + "/code/")) {
                throw new IOException("it holds a program of TorchScript, no data");
            }
        }
        String version = text(zip, stem + "/version", "3");
        if (!DIGITS.matcher(version).matches() || Long.parseLong(version) > NEWEST_VERSION) {
            throw new IOException("version must be at most " + NEWEST_VERSION + ", got '" + Limits.shortened(version) + "'");
        }
        String order = text(zip, stem + "/byteorder", "little");
        if (!order.equals("little") && !order.equals("big")) {
            throw new IOException("byteorder must be little or big, got '" + Limits.shortened(order) + "'");
        }
        ZipDirectory.Entry pickle = zip.find(stem + "/" + PICKLE).orElseThrow();
        pickle.requireIntact();
        return Unpickler.read(pickle.bytes(), new Entries(zip, stem + DATA, order.equals("big")));
    }

    /** The folder that all entries are in. */
    private static String stem(ZipDirectory zip) throws IOException {
        for (String name : zip.entries().keySet()) {
            int slash = name.indexOf('/');
            if (slash > 0 && name.substring(slash + 1).equals(PICKLE)) {
                return name.substring(0, slash);
            }
        }
        throw new IOException("the zip has no entry " + PICKLE + " in a folder");
    }

    private static String text(ZipDirectory zip, String name, String otherwise) throws IOException {
        if (zip.find(name).isEmpty()) {
            return otherwise;
        }
        ZipDirectory.Entry entry = zip.find(name).get();
        entry.requireIntact();
        if (entry.bytes().byteSize() > Limits.NAME) {
            throw new IOException("entry '" + Limits.shortened(name) + "' must have at most " + Limits.NAME + " bytes, got "
                    + entry.bytes().byteSize());
        }
        return new String(entry.bytes().toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8).strip();
    }

    /** Finds storages among the entries, and compares the checksum of each once. */
    private static final class Entries implements Rebuilding.Storages {
        private final ZipDirectory zip;
        private final String folder;
        private final boolean swapped;
        private final Map<String, Rebuilding.Storage> found = new HashMap<>();

        Entries(ZipDirectory zip, String folder, boolean swapped) {
            this.zip = zip;
            this.folder = folder;
            this.swapped = swapped;
        }

        @Override
        public Rebuilding.Storage find(String key, long bytes) throws IOException {
            if (!DIGITS.matcher(key).matches()) {
                throw new IOException("name of a storage must be digits, got '" + Limits.shortened(key) + "'");
            }
            Rebuilding.Storage storage = found.get(key);
            if (storage == null) {
                ZipDirectory.Entry entry = zip.find(folder + key)
                        .orElseThrow(() -> new IOException("storage " + key + " is not in the file"));
                storage = new Rebuilding.Storage(new Checked(entry), entry.bytes().byteSize(), swapped);
                found.put(key, storage);
            }
            if (bytes > storage.bytes()) {
                throw new IOException("storage " + key + " must have at least " + bytes + " bytes, got " + storage.bytes());
            }
            return storage;
        }
    }

    private static final class Checked implements StoredElements.Source {
        private final ZipDirectory.Entry entry;
        private boolean intact;

        Checked(ZipDirectory.Entry entry) {
            this.entry = entry;
        }

        @Override
        public MemorySegment intact() throws IOException {
            if (!intact) {
                entry.requireIntact();
                intact = true;
            }
            return entry.bytes();
        }
    }

    /**
     * What was saved.
     *
     * @return the value; its tensors can be read as long as the file is open
     */
    public Pickled root() {
        return root;
    }

    /** Closes the file; its tensors cannot be read any more. */
    @Override
    public void close() {
        arena.close();
    }
}
