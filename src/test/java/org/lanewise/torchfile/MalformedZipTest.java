package org.lanewise.torchfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Zips that are cut off, changed or made by somebody else. */
class MalformedZipTest {
    private static void assertRefused(String reason, byte[] file) {
        IOException e = assertThrows(IOException.class, () -> Files214.read(file), reason);
        assertTrue(e.getMessage().contains(reason), () -> "'" + e.getMessage() + "' must say '" + reason + "'");
    }

    private static byte[] with(Consumer<Map<String, byte[]>> change) {
        Map<String, byte[]> entries = new HashMap<>(Map.of("s/data.pkl", Files214.pickle("N."), "s/data/0", new byte[24]));
        change.accept(entries);
        return Files214.file(entries);
    }

    @ParameterizedTest
    @ValueSource(strings = {"nadam.pt", "sgd_plain.pt"})
    void aFileThatIsCutOffAnywhereIsRefused(String name) throws IOException {
        byte[] whole = Files214.bytes(name);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThrows(IOException.class, () -> Files214.read(cut), () -> cut.length + " bytes");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"nadam.pt", "sgd_plain.pt"})
    void aChangedByteIsRefusedOrChangesNothing(String name) throws IOException {
        byte[] whole = Files214.bytes(name);
        String value = Files214.read(whole);
        int refused = 0;
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= (byte) (1 << at % Byte.SIZE);
            try {
                assertEquals(value, Files214.read(changed), "byte " + at);
            } catch (IOException e) {
                assertTrue(e.getMessage() != null && e.getMessage().length() > 10, e::toString);
                refused++;
            }
        }
        // Most of these files is padding.
        assertTrue(refused > whole.length / 4, "refused " + refused);
    }

    @Test
    void compressedEntriesAreRefused() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("s/data.pkl"));
            zip.write(Files214.pickle("N."));
        }
        assertRefused("entry 's/data.pkl' must be stored, got compression method 8", bytes.toByteArray());
    }

    @Test
    void anEntryThatPointsIntoAnotherIsRefused() throws IOException {
        byte[] file = Files214.file(Files214.pickle("N."));
        ByteBuffer buffer = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int central = buffer.getInt(file.length - 6);
        // The start of the second entry is that of the first.
        int second = central + 46 + buffer.getShort(central + 28);
        buffer.putInt(second + 42, buffer.getInt(central + 42));
        assertRefused("overlaps another", file);
    }

    @Test
    void whatIsNoFileOfTorchSaveIsNamed() throws IOException {
        assertRefused("has no end of a zip: it is cut off or no zip", new byte[0]);
        assertRefused("has no end of a zip: it is cut off or no zip", Files214.ascii("{\"a\":1}".repeat(20)));
        assertRefused("the zip has no entry data.pkl in a folder", Files214.file(Map.of("data.pkl", Files214.pickle("N."))));
        assertRefused("it holds a program of TorchScript", with(entries -> entries.put("s/code/a.py", new byte[1])));
        assertRefused("all entries must be in folder 's', got 't/x'", with(entries -> entries.put("t/x", new byte[1])));
        byte[] middle = Files214.ascii("middle");
        assertRefused("byteorder must be little or big, got 'middle'", with(entries -> entries.put("s/byteorder", middle)));
        assertRefused("version must be at most 10, got '11'", with(entries -> entries.put("s/version", Files214.ascii("11\n"))));
        assertRefused("entry 's/version' must have at most 512 bytes, got 600", with(entries -> entries.put("s/version", new byte[600])));
    }

    @Test
    void bigEndianNumbersAreTurned() throws IOException {
        byte[] numbers = ByteBuffer.allocate(24).putFloat(1).putFloat(2.5f).putFloat(-3).putFloat(4).putFloat(5).putFloat(6).array();
        String tensor = "ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storagectorch\nFloatStorage\nX\u0001\0\0\0000X\u0003\0\0\0cpu"
                + "K\u0006tQK\u0001K\u0002K\u0002\u0086K\u0001K\u0003\u0086\u0089ccollections\nOrderedDict\n)RtR.";
        assertEquals("a tensor of float32 [2, 2] 2.5 5.0 -3.0 6.0\n", Files214.read(with(entries -> {
            entries.put("s/data.pkl", Files214.pickle(tensor));
            entries.put("s/byteorder", Files214.ascii("big"));
            entries.put("s/data/0", numbers);
        })));
    }

    @Test
    void aCommentBehindTheZipIsAllowedAndOtherBytesAreNot() throws IOException {
        byte[] file = with(_ -> {});
        byte[] longer = Arrays.copyOf(file, file.length + 5);
        assertRefused("has no end of a zip", longer);
        longer[file.length - 2] = 5;
        assertEquals("None\n", Files214.read(longer));
    }
}
