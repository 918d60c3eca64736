package org.lanewise.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.lanewise.Refusals.assertRefused;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
    @TempDir
    Path folder;

    private static SafetensorsWriter bytes(SafetensorsWriter writer, String name, String type, int size, long... shape) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) name.charAt(0));
        return writer.tensor(name, type, MemorySegment.ofArray(bytes), shape);
    }

    private static int sum(byte[] bytes, int from, int to) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, from, to - from);
        return (int) sum.getValue();
    }

    @Test
    void aFileHasTheOrderOfTheReferenceAlignedDataAndChecksums() throws IOException {
        Path file = folder.resolve("x.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter().metadata("k\n", "\"\u00e9\u0001");
        bytes(writer, "small", "BF16", 6, 3);
        bytes(writer, "z", "F32", 4);
        bytes(writer, "a", "F32", 8, 1, 2);
        bytes(writer, "long", "I64", 0, 4, 0);
        writer.write(file);
        byte[] written = Files.readAllBytes(file);
        int length = (int) ByteBuffer.wrap(written).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertEquals(0, (8 + length) % 64);
        assertEquals("aaaaaaaazzzzssssss", new String(written, 8 + length, 18, StandardCharsets.US_ASCII));
        assertEquals(8 + length + 18, written.length);
        String header = new String(written, 8, length, StandardCharsets.UTF_8);
        int end = 8 + length;
        String sums = String.format("%08x %08x %08x %08x", 0, sum(written, end, end + 8), sum(written, end + 8, end + 12),
                sum(written, end + 12, end + 18));
        String cleared = "{\"__metadata__\":{\"crc32c\":\"00000000 " + sums + "\",\"k\\n\":\"\\\"\u00e9\\u0001\"},"
                + "\"long\":{\"dtype\":\"I64\",\"shape\":[4,0],\"data_offsets\":[0,0]},"
                + "\"a\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
                + "\"z\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]},"
                + "\"small\":{\"dtype\":\"BF16\",\"shape\":[3],\"data_offsets\":[12,18]}}";
        byte[] padded = (cleared + " ".repeat(length - cleared.getBytes(StandardCharsets.UTF_8).length)).getBytes(StandardCharsets.UTF_8);
        assertEquals(cleared.replaceFirst("00000000", String.format("%08x", sum(padded, 0, padded.length))), header.stripTrailing());
        try (SafetensorsFile opened = SafetensorsFile.open(file)) {
            opened.verify();
            assertEquals(List.of("long", "a", "z", "small"), opened.names());
        }
    }

    @Test
    void theSameTensorsGiveTheSameBytesInAnyOrder() throws IOException {
        Path one = folder.resolve("1"), other = folder.resolve("2");
        bytes(bytes(new SafetensorsWriter().metadata("a", "1").metadata("b", "2"), "x", "F32", 8, 2), "y", "F16", 2, 1).write(one);
        bytes(bytes(new SafetensorsWriter().metadata("b", "2").metadata("a", "1"), "y", "F16", 2, 1), "x", "F32", 8, 2).write(other);
        assertArrayEquals(Files.readAllBytes(one), Files.readAllBytes(other));
    }

    @Test
    void whatCannotBeInAFileIsRefused() {
        SafetensorsWriter writer = new SafetensorsWriter();
        bytes(writer, "a", "F32", 8, 2);
        assertRefused(IllegalArgumentException.class, "a tensor must have a name of its own in the file, got 'a'",
                () -> bytes(writer, "a", "F32", 8, 2));
        assertRefused(IllegalArgumentException.class, "a tensor must have a name of its own in the file, got '__metadata__'",
                () -> bytes(writer, "__metadata__", "F32", 8, 2));
        assertRefused(IllegalArgumentException.class, "numbers of 'b' have 8 bytes, expected 12", () -> bytes(writer, "b", "F32", 8, 3));
        assertRefused(IllegalArgumentException.class, "dimension 1 of 'b' must be at least 0, got -1",
                () -> bytes(writer, "b", "F32", 8, 3, -1));
        assertRefused(IllegalArgumentException.class, "numbers of 'b' have 8 bytes, expected what shape [3] of F4 cannot have",
                () -> bytes(writer, "b", "F4", 8, 3));
        assertRefused(IllegalArgumentException.class, "name of a tensor must not have half a surrogate pair",
                () -> bytes(writer, "\ud800", "F32", 8, 2));
        assertRefused(IllegalArgumentException.class, "metadata must not be named 'crc32c': checksums are",
                () -> writer.metadata("crc32c", ""));
        assertThrowsExactly(IllegalArgumentException.class, () -> bytes(writer, "b", "float", 8, 2));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment confined = arena.allocate(4, 4);
            assertThrowsExactly(IllegalArgumentException.class, () -> writer.tensor("b", "F32", confined, 1));
        }
    }

    @Test
    @Tag("slow")
    void aHeaderAboveTheLimitIsRefusedBeforeTheFileIsTouched() throws IOException {
        Path file = Files.writeString(folder.resolve("x"), "before");
        SafetensorsWriter writer = new SafetensorsWriter().metadata("long", "x".repeat(100_000_000));
        assertEquals(file + ": not saved: header must have at most 100000000 bytes, got 100000056",
                assertThrowsExactly(IOException.class, () -> writer.write(file)).getMessage());
        assertEquals("before", Files.readString(file));
        assertEquals(List.of(file), files());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }
}
