package org.lanewise.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

class SheetTest {
    @Test
    void pictureHoldsEveryPixelOfEveryImage() throws Exception {
        Digits digits = DigitsCsv.builtIn().rows(3, 5, 8);
        List<Gallery.Image> images = Gallery.of(digits, new int[3]).images();
        Map<String, byte[]> chunks = chunks(Sheet.png(images));
        assertEquals(List.of("IHDR", "IDAT", "IEND"), List.copyOf(chunks.keySet()));
        assertArrayEquals(ByteBuffer.allocate(13).putInt(8).putInt(24).put(new byte[] {8, 4, 0, 0, 0}).array(), chunks.get("IHDR"));
        byte[] rows = new byte[24 * 17 + 1];
        try (var inflater = new Inflater()) {
            inflater.setInput(chunks.get("IDAT"));
            assertEquals(24 * 17, inflater.inflate(rows));
        }
        for (int row = 0; row < 24; row++) {
            assertEquals(0, rows[17 * row], "filter");
            for (int column = 0; column < 8; column++) {
                assertEquals(0, rows[17 * row + 1 + 2 * column], "grey");
                float ink = digits.pixels()[row / 8][row % 8 * 8 + column];
                assertEquals(Math.round(255 * ink), rows[17 * row + 2 + 2 * column] & 0xff);
            }
        }
    }

    /** Contents by type; fails where a checksum is wrong. */
    private static Map<String, byte[]> chunks(byte[] png) {
        ByteBuffer in = ByteBuffer.wrap(png);
        assertEquals(0x89504e470d0a1a0aL, in.getLong());
        Map<String, byte[]> chunks = new LinkedHashMap<>();
        while (in.hasRemaining()) {
            byte[] named = new byte[4 + in.getInt()];
            in.get(named);
            var crc = new CRC32();
            crc.update(named);
            assertEquals((int) crc.getValue(), in.getInt());
            String type = new String(named, 0, 4, StandardCharsets.US_ASCII);
            chunks.put(type, ByteBuffer.allocate(named.length - 4).put(named, 4, named.length - 4).array());
        }
        return chunks;
    }
}
