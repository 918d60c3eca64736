package org.lanewise.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lanewise.ParameterStore;
import org.lanewise.Refusals;
import org.lanewise.Slice;
import org.lanewise.Storage;

/** The format's rules, one by one, and what is read. */
class SafetensorsFileTest {
    @TempDir
    Path folder;

    private static byte[] bytes(long length, String header, int dataBytes) {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(text).array();
    }

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("x.safetensors"), bytes);
    }

    private Path file(String header, int dataBytes) throws IOException {
        return file(bytes(header.getBytes(StandardCharsets.UTF_8).length, header, dataBytes));
    }

    private void assertRefused(String reason, Path file) {
        assertEquals(file + ": cannot be read: " + reason,
                assertThrowsExactly(IOException.class, () -> SafetensorsFile.open(file)).getMessage());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', value = {
        "[]|0|header needs { at byte 0",
        "{'a'|0|header ends too early at byte 4",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}|8|header ends too early at byte 53",
        "{}x|0|header has something behind its end at byte 2",
        "{'a':{'dtype':'F33','shape':[2],'data_offsets':[0,8]}}|8|header has an unknown dtype 'F33' of tensor 'a' at byte 53",
        "{'a':{'dtype':'F32','shape':[2]}}|8|"
                + "header needs dtype, shape and two data_offsets of tensor 'a', got [dtype, shape] at byte 32",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0]}}|8|"
                + "header needs dtype, shape and two data_offsets of tensor 'a', got [dtype, shape, data_offsets] at byte 51",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8],'x':1}}|8|header has an unknown field 'x' of tensor 'a' at byte 57",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8],'dtype':'F32'}}|8|header has 'dtype' twice in an object at byte 60",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'a':{'dtype':'F32','shape':[2],'data_offsets':[8,16]}}|16|"
                + "header has 'a' twice in an object at byte 57",
        "{'__metadata__':{},'__metadata__':{}}|0|header has '__metadata__' twice in an object at byte 33",
        "{'__metadata__':{'a':'b','a':'c'}}|0|header has 'a' twice in an object at byte 28",
        "{'__metadata__':{'a':1}}|0|header needs a string at byte 21",
        "{'__metadata__':[]}|0|header needs { at byte 16",
        "{'a':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}}|8|header needs a whole number of at least 0 at byte 29",
        "{'a':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}}|8|header needs a whole number of at least 0 at byte 29",
        "{'a':{'dtype':'F32','shape':[2e0],'data_offsets':[0,8]}}|8|header needs a whole number of at least 0 at byte 29",
        "{'a':{'dtype':'F32','shape':[02],'data_offsets':[0,8]}}|8|header needs a whole number of at least 0 at byte 29",
        "{'a':{'dtype':'F32','shape':['2'],'data_offsets':[0,8]}}|8|header needs a whole number of at least 0 at byte 29",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,9]}}|9|"
                + "header has data_offsets of tensor 'a' of 9 bytes, but shape [2] of F32 needs 8 at byte 53",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}}|8|"
                + "header has data_offsets of tensor 'a' that end at 0 before they begin at 8 at byte 53",
        "{'a':{'dtype':'F4','shape':[3],'data_offsets':[0,1]}}|1|"
                + "header has a shape of tensor 'a' that needs no whole number of bytes: [3] of F4 at byte 52",
        "{'a':{'dtype':'F32','shape':[2,18446744073709551614],'data_offsets':[0,8]}}|8|"
                + "header needs a number of at most 2^63-1, got 18446744073709551614 at byte 31",
        "{'a':{'dtype':'F32','shape':[4611686018427387904,8],'data_offsets':[0,0]}}|0|"
                + "header has a shape of tensor 'a' that needs more than 2^63-1 bytes: [4611686018427387904, 8] of F32 at byte 73",
        "{'a':{'dtype':'F32','shape':[1152921504606846976],'data_offsets':[0,0]}}|0|"
                + "header has a shape of tensor 'a' that needs more than 2^63-1 bytes: [1152921504606846976] of F32 at byte 71",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|7|tensors end at byte 8 of the data, but the file has 7",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|9|tensors end at byte 8 of the data, but the file has 9",
        "{}|1|tensors end at byte 0 of the data, but the file has 1",
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[4,12]}}|12|"
                + "tensor 'a' begins at byte 4 of the data, but what is before it ends at 0",
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},'b':{'dtype':'U8','shape':[4],'data_offsets':[3,7]}}|7|"
                + "tensor 'b' begins at byte 3 of the data, but what is before it ends at 4",
        "{'a':{'dtype':'U8','shape':[4],'data_offsets':[0,4]},'b':{'dtype':'U8','shape':[4],'data_offsets':[5,9]}}|9|"
                + "tensor 'b' begins at byte 5 of the data, but what is before it ends at 4",
        "{'a':null}|0|header needs { at byte 5",
        "{'a':{'dtype':'F32','shape':[2,],'data_offsets':[0,8]}}|8|header needs a whole number of at least 0 at byte 31",
        "{'\\ud800':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}|8|"
                + "header has half a surrogate pair in a string that ends at byte 9",
        "{'\\x':{}}|0|header has an unknown escape at byte 4"
    })
    void whatBreaksARuleIsRefusedWithReasonAndPlace(String header, int dataBytes, String reason) throws IOException {
        assertRefused(reason, file(header.replace('\'', '"'), dataBytes));
    }

    @Test
    void aLengthThatCannotBeIsRefused() throws IOException {
        assertRefused("file has 0 bytes, but at least 8 are needed", file(new byte[0]));
        assertRefused("file has 7 bytes, but at least 8 are needed", file(new byte[7]));
        assertRefused("header ends too early at byte 0", file(new byte[8]));
        assertRefused("header must have at most 100000000 bytes, got 100000001", file(bytes(100_000_001, "{}", 0)));
        assertRefused("header must have at most 100000000 bytes, got 18446744073709551615", file(bytes(-1, "{}", 0)));
        assertRefused("header of 3 bytes ends behind the file, which has 10", file(bytes(3, "{}", 0)));
        assertRefused("header of 100000000 bytes ends behind the file, which has 10", file(bytes(100_000_000, "{}", 0)));
    }

    @Test
    void aHeaderThatIsNotTextIsRefused() throws IOException {
        byte[] bytes = bytes(11, "{\"abc\":\"x\"}", 0);
        bytes[11] = (byte) 0xff;
        assertRefused("header is not UTF-8 in the string at byte 2", file(bytes));
        bytes[11] = 7;
        assertRefused("header has a control character in a string at byte 3", file(bytes));
        assertRefused("header has something behind its end at byte 2", file("{}\0", 0));
    }

    /** One of the attacks of the reference's own tests. */
    @Test
    void tensorsThatShareARangeAreRefused() throws IOException {
        String range = "\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}";
        String header = IntStream.range(0, 10).mapToObj(k -> "\"weight_" + k + range).collect(Collectors.joining(",", "{", "}"));
        assertRefused("tensor 'weight_1' begins at byte 0 of the data, but what is before it ends at 16", file(header, 16));
    }

    @Test
    void whatIsNoFileIsRefused() {
        assertRefused("is no regular file", folder);
        assertRefused("there is no such file or folder", folder.resolve("missing"));
    }

    @Test
    void whatTheReferenceAcceptsIsRead() throws IOException {
        Path file = file(" \n{ \"a\" : {\"shape\":[ ], \"data_offsets\":[0,4],\"dtype\":\"F32\"} , "
                + "\"none\":{\"dtype\":\"I64\",\"shape\":[3,0],\"data_offsets\":[0,0]},"
                + "\"\\u00e9\\n\":{\"dtype\":\"BOOL\",\"shape\":[1,2],\"data_offsets\":[4,6]},"
                + "\"__metadata__\":{\"k\":\"v\\\\\\\"\"}}   ", 6);
        try (SafetensorsFile opened = SafetensorsFile.open(file)) {
            assertEquals(List.of("none", "a", "\u00e9\n"), opened.names());
            assertEquals(Map.of("k", "v\\\""), opened.metadata());
            assertArrayEquals(new long[] {3, 0}, opened.shape("none"));
            assertArrayEquals(new long[0], opened.shape("a"));
            assertEquals("BOOL", opened.type("\u00e9\n"));
            assertEquals(2, opened.segment("\u00e9\n").byteSize());
            assertFalse(opened.hasChecksums());
            assertEquals(file + ": is damaged: checksums must be 4, of the header and each tensor, got 0",
                    assertThrowsExactly(IOException.class, opened::verify).getMessage());
        }
    }

    @Test
    void numbersOfEveryRealTypeAreConverted() throws IOException {
        ByteBuffer data = ByteBuffer.allocate(8 * 2 + 4 * 2 + 2 * 2 + 2 * 2).order(ByteOrder.LITTLE_ENDIAN);
        data.putDouble(1.0 / 3).putDouble(1e300).putFloat(0.1f).putFloat(-0.0f).putShort((short) 0x3c01).putShort((short) 0xfc00)
                .putShort((short) 0x3f81).putShort((short) 0x7fc1);
        String header = "{\"d\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]},"
                + "\"f\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[16,24]},"
                + "\"h\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[24,28]},"
                + "\"b\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[28,32]}}";
        byte[] bytes = bytes(header.length(), header, 32);
        System.arraycopy(data.array(), 0, bytes, 8 + header.length(), 32);
        Map<String, float[]> expected = Map.of("d", new float[] {1f / 3, Float.POSITIVE_INFINITY}, "f", new float[] {0.1f, -0.0f},
                "h", new float[] {1 + 0x1p-10f, Float.NEGATIVE_INFINITY}, "b", new float[] {1 + 0x1p-7f, Float.intBitsToFloat(0x7fc10000)});
        try (SafetensorsFile opened = SafetensorsFile.open(file(bytes))) {
            for (Map.Entry<String, float[]> each : expected.entrySet()) {
                float[] floats = new float[2];
                opened.read(each.getKey(), MemorySegment.ofArray(floats));
                assertArrayEquals(each.getValue(), floats, each.getKey());
                ParameterStore rounded = ParameterStore.builder().parameters(Storage.BF16).tensor("w", 2).build();
                Slice slice = rounded.tensor("w").parameter();
                opened.read(each.getKey(), slice);
                Slice directly = ParameterStore.builder().parameters(Storage.BF16).tensor("w", 2).build().tensor("w").parameter();
                directly.copyFrom(each.getValue());
                assertEquals(directly.get(0), slice.get(0), each.getKey());
                assertEquals(directly.get(1), slice.get(1), each.getKey());
            }
        }
    }

    @Test
    void aFileThatIsCutWhileItIsOpenIsRefused() throws IOException {
        Path file = folder.resolve("cut.safetensors");
        new SafetensorsWriter().tensor("w", "F32", MemorySegment.ofArray(new float[1 << 18]), 1 << 18).write(file);
        try (SafetensorsFile opened = SafetensorsFile.open(file)) {
            opened.verify();
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                channel.truncate(1 << 12);
            }
            IOException e = assertThrowsExactly(IOException.class, opened::verify);
            assertTrue(e.getMessage().contains("file has become shorter while it was read"), e::getMessage);
        }
    }

    @Test
    void weightsOfAModelAreReadByOtherNamesAllOrNone() throws IOException {
        ParameterStore store = ParameterStore.builder().tensor("w", 2, 3).tensor("b", 3).build();
        Path file = folder.resolve("model.safetensors");
        new SafetensorsWriter().tensor("m.w", "F32", MemorySegment.ofArray(new float[] {1, 2, 3, 4, 5, 6}), 2, 3)
                .tensor("m.b", "I32", MemorySegment.ofArray(new int[3]), 3).write(file);
        try (SafetensorsFile opened = SafetensorsFile.open(file)) {
            Refusals.assertRefused(IllegalArgumentException.class, "tensors of " + file + " must be those of the store, but\n"
                    + "- 'm.b' must be of F32, F16, BF16 or F64, got I32", () -> read(opened, store, "m."));
            assertEquals(0, store.tensor("w").parameter().get(0));
            Refusals.assertRefused(IllegalArgumentException.class, "tensors of " + file + " must be those of the store, but\n"
                    + "- 'w' is not in the file\n- 'b' is not in the file", () -> read(opened, store, ""));
            ParameterStore turned = ParameterStore.builder().tensor("w", 3, 2).build();
            Refusals.assertRefused(IllegalArgumentException.class, "tensors of " + file + " must be those of the store, but\n"
                    + "- 'm.w' has shape [2, 3] in the file, [3, 2] here", () -> read(opened, turned, "m."));
            ParameterStore one = ParameterStore.builder().tensor("w", 2, 3).build();
            read(opened, one, "m.");
            assertEquals(6, one.tensor("w").parameter().get(5));
        }
    }

    private static void read(SafetensorsFile file, ParameterStore store, String prefix) {
        try {
            file.read(store, name -> prefix + name);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whatDoesNotFitIsRefusedAndLeftAsItWas() throws IOException {
        Path file = folder.resolve("x.safetensors");
        new SafetensorsWriter().tensor("a", "F32", MemorySegment.ofArray(new float[] {1, 2}), 2).write(file);
        try (SafetensorsFile opened = SafetensorsFile.open(file)) {
            float[] three = new float[3];
            assertEquals("floats has 3 elements, expected 2", assertThrowsExactly(IllegalArgumentException.class,
                    () -> opened.read("a", MemorySegment.ofArray(three))).getMessage());
            assertEquals("no tensor 'b' in " + file, assertThrowsExactly(IllegalArgumentException.class, () -> opened.type("b"))
                    .getMessage());
            assertThrowsExactly(IllegalArgumentException.class, () -> opened.read("a", MemorySegment.ofArray(new byte[8])));
            assertTrue(opened.segment("a").isReadOnly());
        }
    }
}
