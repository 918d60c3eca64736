package org.lanewise.torchfile;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * The entries of a zip, found through its central directory, with zip64. All must be stored as they are, lie in the file one after another
 * without overlap, and have names of their own.
 */
final class ZipDirectory {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private static final int LOCAL = 0x04034b50, CENTRAL = 0x02014b50, END = 0x06054b50, END_64 = 0x06064b50, LOCATOR_64 = 0x07064b50;
    private static final int LOCAL_BYTES = 30, CENTRAL_BYTES = 46, END_BYTES = 22, END_64_BYTES = 56, LOCATOR_64_BYTES = 20;
    private static final int ENCRYPTED = 1, EXTRA_64 = 1, IN_ZIP64 = 0xffff;
    private static final long IN_ZIP64_LONG = 0xffffffffL;
    private static final int LONGEST_COMMENT = 0xffff;
    private static final long BLOCK = 1 << 16;

    private final MemorySegment file;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** An entry: its bytes, and their checksum as the zip has it. */
    record Entry(String name, MemorySegment bytes, int crc) {
        /** Refuses bytes whose checksum is another. */
        void requireIntact() throws IOException {
            CRC32 found = new CRC32();
            // Copied, because a copy fails with an error if the file has become shorter, and the loop of a checksum ends the JVM.
            byte[] block = new byte[(int) Math.min(BLOCK, bytes.byteSize())];
            for (long at = 0; at < bytes.byteSize(); at += BLOCK) {
                int count = (int) Math.min(BLOCK, bytes.byteSize() - at);
                MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, block, 0, count);
                found.update(block, 0, count);
            }
            if ((int) found.getValue() != crc) {
                throw new IOException("entry '" + Limits.shortened(name) + "' is damaged: its CRC-32 must be "
                        + Integer.toHexString(crc) + ", got " + Long.toHexString(found.getValue()));
            }
        }
    }

    /** Where the central directory is, as the end of the file says. */
    private record Central(long start, long bytes, long count) {}

    /** An entry as the central directory has it. */
    private record Listed(String name, long size, long start, int crc) {}

    ZipDirectory(MemorySegment file) throws IOException {
        this.file = file;
        Central central = central();
        List<Listed> listed = new ArrayList<>();
        long at = central.start();
        for (long k = 0; k < central.count(); k++) {
            at = list(at, central.start() + central.bytes(), listed);
        }
        if (at != central.start() + central.bytes()) {
            throw new IOException("central directory has " + central.bytes() + " bytes, its " + central.count() + " entries have "
                    + (at - central.start()));
        }
        Map<String, Entry> found = new LinkedHashMap<>();
        long end = 0;
        for (Listed each : listed.stream().sorted(Comparator.comparingLong(Listed::start)).toList()) {
            if (each.start() < end) {
                throw new IOException("entry " + quoted(each.name()) + " overlaps another at byte " + each.start());
            }
            MemorySegment bytes = bytes(each, central.start());
            end = bytes.address() - file.address() + bytes.byteSize();
            if (found.put(each.name(), new Entry(each.name(), bytes, each.crc())) != null) {
                throw new IOException("entry " + quoted(each.name()) + " is there twice");
            }
        }
        listed.forEach(each -> entries.put(each.name(), found.get(each.name())));
    }

    /** In the directory's order. */
    Map<String, Entry> entries() {
        return entries;
    }

    Optional<Entry> find(String name) {
        return Optional.ofNullable(entries.get(name));
    }

    private Central central() throws IOException {
        long size = file.byteSize();
        for (long at = size - END_BYTES; at >= 0 && at >= size - END_BYTES - LONGEST_COMMENT; at--) {
            if (file.get(INT, at) == END && at + END_BYTES + unsigned(at + 20) == size) {
                return central(at);
            }
        }
        throw new IOException("has no end of a zip: it is cut off or no zip");
    }

    private Central central(long end) throws IOException {
        if (unsigned(end + 4) != 0 || unsigned(end + 6) != 0) {
            throw new IOException("zip has several disks");
        }
        Central central = new Central(unsignedInt(end + 16), unsignedInt(end + 12), unsigned(end + 10));
        long last = end;
        boolean needs64 = central.count() == IN_ZIP64 || central.bytes() == IN_ZIP64_LONG || central.start() == IN_ZIP64_LONG;
        if (end >= LOCATOR_64_BYTES && file.get(INT, end - LOCATOR_64_BYTES) == LOCATOR_64) {
            last = file.get(LONG, end - LOCATOR_64_BYTES + 8);
            if (last < 0 || last > end - LOCATOR_64_BYTES - END_64_BYTES || file.get(INT, last) != END_64) {
                throw new IOException("zip64 end is not at byte " + last + ", where its locator says");
            }
            central = new Central(file.get(LONG, last + 48), file.get(LONG, last + 40), file.get(LONG, last + 32));
        } else if (needs64) {
            throw new IOException("zip64 end is missing");
        }
        if (central.start() < 0 || central.bytes() < 0 || central.start() > last || central.bytes() != last - central.start()) {
            throw new IOException("central directory must end at byte " + last + ", got " + central.bytes() + " bytes from byte "
                    + central.start() + " on");
        }
        if (central.count() < 0 || central.count() > Math.min(Limits.ENTRIES, central.bytes() / CENTRAL_BYTES)) {
            throw new IOException("entries of a zip must be at most " + Math.min(Limits.ENTRIES, central.bytes() / CENTRAL_BYTES)
                    + " in a central directory of " + central.bytes() + " bytes, got " + central.count());
        }
        return central;
    }

    /** Adds the entry at a place; returns the place of the next. */
    private long list(long at, long end, List<Listed> listed) throws IOException {
        if (end - at < CENTRAL_BYTES || file.get(INT, at) != CENTRAL) {
            throw new IOException("central directory has no entry at byte " + at);
        }
        int nameBytes = unsigned(at + 28), extraBytes = unsigned(at + 30), commentBytes = unsigned(at + 32);
        long next = at + CENTRAL_BYTES + nameBytes + extraBytes + commentBytes;
        if (next > end || nameBytes > Limits.NAME) {
            throw new IOException("entry at byte " + at + " of the central directory has a name of " + nameBytes + " bytes and others of "
                    + (extraBytes + commentBytes) + ", more than allowed");
        }
        String name = name(at + CENTRAL_BYTES, nameBytes);
        if ((unsigned(at + 8) & ENCRYPTED) != 0) {
            throw new IOException("entry " + quoted(name) + " is encrypted");
        }
        if (unsigned(at + 10) != 0) {
            throw new IOException("entry " + quoted(name) + " must be stored, got compression method " + unsigned(at + 10));
        }
        long[] numbers = {unsignedInt(at + 24), unsignedInt(at + 20), unsignedInt(at + 42)};
        widen(name, numbers, at + CENTRAL_BYTES + nameBytes, extraBytes);
        if (numbers[0] != numbers[1]) {
            throw new IOException("entry " + quoted(name) + " has " + numbers[0] + " bytes, stored in " + numbers[1]);
        }
        listed.add(new Listed(name, numbers[0], numbers[2], file.get(INT, at + 16)));
        return next;
    }

    /** Takes numbers that do not fit 32 bits from the extra field: size, stored size and start. */
    private void widen(String name, long[] numbers, long extra, int extraBytes) throws IOException {
        long at = extra, end = extra + extraBytes;
        while (end - at >= 4 && unsigned(at) != EXTRA_64) {
            at += 4 + unsigned(at + 2);
        }
        long stop = end - at >= 4 ? Math.min(end, at + 4 + unsigned(at + 2)) : end;
        at += 4;
        for (int k = 0; k < numbers.length; k++) {
            if (numbers[k] == IN_ZIP64_LONG) {
                if (at + Long.BYTES > stop) {
                    throw new IOException("entry " + quoted(name) + " has no zip64 field for its numbers");
                }
                numbers[k] = file.get(LONG, at);
                at += Long.BYTES;
            }
            if (numbers[k] < 0) {
                throw new IOException("entry " + quoted(name) + " has a size or start of " + numbers[k]);
            }
        }
    }

    /** The bytes of an entry, behind its local header and before the central directory. */
    private MemorySegment bytes(Listed listed, long end) throws IOException {
        long at = listed.start();
        if (at > end - LOCAL_BYTES || file.get(INT, at) != LOCAL) {
            throw new IOException("entry " + quoted(listed.name()) + " is not at byte " + at + ", where the central directory says");
        }
        int nameBytes = unsigned(at + 26);
        long data = at + LOCAL_BYTES + nameBytes + unsigned(at + 28);
        if (data > end || listed.size() > end - data) {
            throw new IOException("entry " + quoted(listed.name()) + " has " + listed.size() + " bytes from byte " + data
                    + " on, beyond byte " + end);
        }
        if (nameBytes > Limits.NAME || !name(at + LOCAL_BYTES, nameBytes).equals(listed.name())) {
            throw new IOException("entry " + quoted(listed.name()) + " has another name at byte " + at);
        }
        return file.asSlice(data, listed.size());
    }

    private String name(long at, int bytes) {
        return new String(file.asSlice(at, bytes).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    private int unsigned(long at) {
        return Short.toUnsignedInt(file.get(SHORT, at));
    }

    private long unsignedInt(long at) {
        return Integer.toUnsignedLong(file.get(INT, at));
    }

    private static String quoted(String name) {
        return "'" + Limits.shortened(name) + "'";
    }
}
