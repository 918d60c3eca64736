package org.lanewise.torchfile;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;

/** Writes files that {@code torch.load(weights_only=True)} reads, in the layout of torch.save. The same value gives the same bytes. */
public final class TorchFileWriter {
    private static final String STEM = "archive/";
    private static final int CHUNK = 1 << 16;

    private TorchFileWriter() {}

    /**
     * Writes a value. Each tensor has a storage of its own.
     *
     * @param root the value
     * @param channel where to; stays open
     * @throws IOException if it cannot be written, or the elements of a tensor cannot be read
     */
    public static void write(Pickled root, WritableByteChannel channel) throws IOException {
        Pickler pickler = new Pickler(root);
        ZipWriter zip = new ZipWriter(channel);
        CRC32 all = new CRC32();
        zip.add(STEM + "data.pkl", pickler.bytes());
        all.update(pickler.bytes());
        add(zip, ".format_version", "1");
        add(zip, ".storage_alignment", "64");
        add(zip, "byteorder", "little");
        List<Pickled.Tensor> tensors = pickler.tensors();
        for (int k = 0; k < tensors.size(); k++) {
            Pickled.Tensor tensor = tensors.get(k);
            long bytes = tensor.size() * tensor.dtype().bytes();
            int crc = zip.add(STEM + "data/" + k, bytes, sink -> write(tensor, bytes, sink));
            all.update(String.valueOf(crc).getBytes(StandardCharsets.US_ASCII));
        }
        add(zip, "version", "3\n");
        // PyTorch has a number of 40 digits that tells files apart.
        add(zip, ".data/serialization_id", String.format(Locale.ROOT, "%040d", all.getValue()));
        zip.finish();
    }

    private static void add(ZipWriter zip, String name, String content) throws IOException {
        zip.add(STEM + name, content.getBytes(StandardCharsets.US_ASCII));
    }

    private static void write(Pickled.Tensor tensor, long bytes, ZipWriter.Sink sink) throws IOException {
        int size = tensor.dtype().bytes();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment chunk = arena.allocate(CHUNK, CHUNK);
            for (long at = 0; at < bytes; at += CHUNK) {
                MemorySegment part = chunk.asSlice(0, Math.min(CHUNK, bytes - at));
                tensor.elements().read(at / size, part);
                sink.take(part.asByteBuffer());
            }
        }
    }
}
