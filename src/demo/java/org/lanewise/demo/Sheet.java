package org.lanewise.demo;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** All images of a gallery, one below the other, as one picture that a page can hold: PNG, black on nothing. */
final class Sheet {
    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int SIDE = 8;
    private static final int OPAQUE = 255;

    /** Bits of a sample, grey with transparency, and the only methods that there are of compression, filters and interlacing. */
    private static final byte[] KIND = {8, 4, 0, 0, 0};

    /** A row's filter, then grey and opacity of each pixel. */
    private static final int ROW_BYTES = 1 + 2 * SIDE;

    private Sheet() {}

    /** The address of the picture: the picture itself. */
    static String address(List<Gallery.Image> images) {
        return "data:image/png;base64," + Base64.getEncoder().encodeToString(png(images));
    }

    static byte[] png(List<Gallery.Image> images) {
        var png = new ByteArrayOutputStream();
        png.writeBytes(SIGNATURE);
        chunk("IHDR", ByteBuffer.allocate(13).putInt(SIDE).putInt(SIDE * images.size()).put(KIND).array(), png);
        ByteBuffer rows = ByteBuffer.allocate(ROW_BYTES * SIDE * images.size());
        for (Gallery.Image image : images) {
            for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
                if (pixel % SIDE == 0) {
                    rows.put((byte) 0);
                }
                rows.put((byte) 0).put((byte) Math.round(OPAQUE * image.pixels()[pixel]));
            }
        }
        chunk("IDAT", deflated(rows.array()), png);
        chunk("IEND", new byte[0], png);
        return png.toByteArray();
    }

    private static byte[] deflated(byte[] bytes) {
        try (var deflater = new Deflater(Deflater.BEST_COMPRESSION)) {
            deflater.setInput(bytes);
            deflater.finish();
            var out = new ByteArrayOutputStream();
            byte[] part = new byte[4096];
            while (!deflater.finished()) {
                out.write(part, 0, deflater.deflate(part));
            }
            return out.toByteArray();
        }
    }

    private static void chunk(String type, byte[] content, ByteArrayOutputStream png) {
        byte[] named = ByteBuffer.allocate(4 + content.length).put(type.getBytes(StandardCharsets.US_ASCII)).put(content).array();
        var crc = new CRC32();
        crc.update(named);
        png.writeBytes(ByteBuffer.allocate(4).putInt(content.length).array());
        png.writeBytes(named);
        png.writeBytes(ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }
}
