package org.lanewise.safetensors;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * CRC-32C of a file's parts, as eight hexadecimal digits for each with blanks between: first of the header with these first eight digits
 * as zeros, then of each tensor in the order of the data. It takes some 0.1 s for a GiB, as the CPU has an instruction for it.
 */
final class Checksums {
    /** Its name in the metadata. */
    static final String KEY = "crc32c";

    /** Digits of one. */
    static final int DIGITS = 8;

    /** Bytes that are copied at a time: they stay in a cache. */
    private static final int BLOCK = 1 << 16;

    private Checksums() {}

    /** What stands in the metadata before sums are known. */
    static String zeros(int tensors) {
        return "00000000" + " 00000000".repeat(tensors);
    }

    /** Writes a sum into a header. */
    static void put(byte[] header, int at, int index, int sum) {
        byte[] digits = HexFormat.of().toHexDigits(sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, header, at + index * (DIGITS + 1), DIGITS);
    }

    /** Of a header, with its own digits as zeros. */
    static int ofHeader(byte[] header, int at) {
        byte[] cleared = header.clone();
        put(cleared, at, 0, 0);
        CRC32C sum = new CRC32C();
        sum.update(cleared, 0, cleared.length);
        return (int) sum.getValue();
    }

    /**
     * Of mapped memory, which is copied first: where a file was cut meanwhile, copying throws an {@link InternalError}, and what reads
     * memory by itself, as the sum does, would end the JVM.
     */
    static int of(MemorySegment memory) {
        CRC32C sum = new CRC32C();
        byte[] block = new byte[(int) Math.min(BLOCK, memory.byteSize())];
        for (long done = 0; done < memory.byteSize(); done += BLOCK) {
            int length = (int) Math.min(BLOCK, memory.byteSize() - done);
            MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, done, block, 0, length);
            sum.update(block, 0, length);
        }
        return (int) sum.getValue();
    }
}
