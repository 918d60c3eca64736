package org.lanewise.torchfile;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/**
 * Writes a zip as torch.save does: entries stored, their bytes at multiples of 64, zip64 ends. All headers are complete, so the content of
 * an entry is asked for twice, first for its checksum.
 */
final class ZipWriter {
    private static final int ALIGNMENT = 64;
    private static final int LOCAL_BYTES = 30, EXTRA_HEADER_BYTES = 4, PADDING_ID = 'F' | 'B' << 8;
    private static final int UTF_8 = 0x800, VERSION_64 = 45;
    private static final long MOST_32 = 0xffffffffL;
    private static final int MOST_16 = 0xffff;

    private final WritableByteChannel channel;
    private final List<Entry> entries = new ArrayList<>();
    private long position;

    private record Entry(byte[] name, long size, long start, int crc) {}

    /** The content of an entry. */
    interface Content {
        /** Gives all its bytes to a sink, the same in each call. */
        void writeTo(Sink sink) throws IOException;
    }

    /** Takes bytes. */
    interface Sink {
        /** Takes what remains in a buffer. */
        void take(ByteBuffer bytes) throws IOException;
    }

    ZipWriter(WritableByteChannel channel) {
        this.channel = channel;
    }

    void add(String name, byte[] content) throws IOException {
        add(name, content.length, sink -> sink.take(ByteBuffer.wrap(content)));
    }

    /**
     * Writes an entry.
     *
     * @param size number of bytes of its content
     * @return checksum of the content
     */
    int add(String name, long size, Content content) throws IOException {
        CRC32 crc = new CRC32();
        content.writeTo(crc::update);
        Entry entry = new Entry(name.getBytes(StandardCharsets.UTF_8), size, position, (int) crc.getValue());
        boolean wide = size >= MOST_32;
        int sizes = wide ? EXTRA_HEADER_BYTES + 2 * Long.BYTES : 0;
        long unpadded = position + LOCAL_BYTES + entry.name().length + sizes + EXTRA_HEADER_BYTES;
        int padding = (int) (-unpadded & ALIGNMENT - 1);
        ByteBuffer header = buffer(LOCAL_BYTES + entry.name().length + sizes + EXTRA_HEADER_BYTES + padding);
        header.putInt(0x04034b50).putShort((short) (wide ? VERSION_64 : 0)).putShort((short) UTF_8).putShort((short) 0).putInt(0)
                .putInt(entry.crc()).putInt((int) (wide ? MOST_32 : size)).putInt((int) (wide ? MOST_32 : size))
                .putShort((short) entry.name().length).putShort((short) (sizes + EXTRA_HEADER_BYTES + padding)).put(entry.name());
        if (wide) {
            header.putShort((short) 1).putShort((short) (2 * Long.BYTES)).putLong(size).putLong(size);
        }
        header.putShort((short) PADDING_ID).putShort((short) padding);
        while (header.hasRemaining()) {
            header.put((byte) 'Z');
        }
        write(header.flip());
        long start = position;
        content.writeTo(this::write);
        if (position - start != size) {
            throw new IOException("content of '" + name + "' has " + (position - start) + " bytes, expected " + size);
        }
        entries.add(entry);
        return entry.crc();
    }

    /** Writes the central directory. */
    void finish() throws IOException {
        long start = position;
        for (Entry entry : entries) {
            writeCentral(entry);
        }
        long bytes = position - start, end = position;
        int count = entries.size();
        ByteBuffer ends = buffer(98);
        ends.putInt(0x06064b50).putLong(44).putShort((short) VERSION_64).putShort((short) VERSION_64).putInt(0).putInt(0).putLong(count)
                .putLong(count).putLong(bytes).putLong(start);
        ends.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
        ends.putInt(0x06054b50).putInt(0).putShort((short) Math.min(count, MOST_16)).putShort((short) Math.min(count, MOST_16))
                .putInt((int) Math.min(bytes, MOST_32)).putInt((int) Math.min(start, MOST_32)).putShort((short) 0);
        write(ends.flip());
    }

    private void writeCentral(Entry entry) throws IOException {
        boolean wideSize = entry.size() >= MOST_32, wideStart = entry.start() >= MOST_32;
        int numbers = (wideSize ? 2 : 0) + (wideStart ? 1 : 0);
        int extra = numbers == 0 ? 0 : EXTRA_HEADER_BYTES + numbers * Long.BYTES;
        ByteBuffer central = buffer(46 + entry.name().length + extra);
        int version = numbers == 0 ? 0 : VERSION_64;
        int size = (int) (wideSize ? MOST_32 : entry.size());
        central.putInt(0x02014b50).putShort((short) version).putShort((short) version).putShort((short) UTF_8).putShort((short) 0).putInt(0)
                .putInt(entry.crc()).putInt(size).putInt(size).putShort((short) entry.name().length).putShort((short) extra)
                .putShort((short) 0).putShort((short) 0).putShort((short) 0).putInt(0)
                .putInt((int) (wideStart ? MOST_32 : entry.start())).put(entry.name());
        if (numbers > 0) {
            central.putShort((short) 1).putShort((short) (numbers * Long.BYTES));
            if (wideSize) {
                central.putLong(entry.size()).putLong(entry.size());
            }
            if (wideStart) {
                central.putLong(entry.start());
            }
        }
        write(central.flip());
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            position += channel.write(bytes);
        }
    }
}
