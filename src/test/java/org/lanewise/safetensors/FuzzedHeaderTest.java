package org.lanewise.safetensors;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Headers with random faults are read, or refused with a reason, and never take more memory than some times their length. */
class FuzzedHeaderTest {
    private static final String WHOLE = "{\"__metadata__\":{\"format\":\"pt\",\"crc32c\":\"00000000 00000000\",\"\\u00e9\":\"\\n\u00e9\"},"
            + "\"a.b\":{\"dtype\":\"F32\",\"shape\":[3,4],\"data_offsets\":[0,48]},\"c\":{\"dtype\":\"BF16\",\"shape\":[],"
            + "\"data_offsets\":[48,50]},\"d\":{\"dtype\":\"F64\",\"shape\":[0,18],\"data_offsets\":[50,50]}}     ";
    private static final String[] PIECES = {"{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "null", "true", "1e9", "-1", "0",
        "18446744073709551615", "9223372036854775807", "\"dtype\"", "\"shape\"", "\"data_offsets\"", "\"__metadata__\"", "\u00e9",
        "[[[[[[[[[[[[[[[[", "{\"a\":{\"a\":{\"a\":", " ", "\n", "\0", "99999999999999999999999999999999999999"};
    private static final long BASE = 1 << 14;
    private static final long TIMES = 400;

    private static byte[] faulty(Random random) {
        byte[] bytes = WHOLE.getBytes(StandardCharsets.UTF_8);
        for (int k = random.nextInt(4); k >= 0; k--) {
            int at = random.nextInt(bytes.length);
            bytes = switch (random.nextInt(5)) {
                case 0 -> Arrays.copyOf(bytes, Math.max(1, at));
                case 1 -> {
                    bytes[at] = (byte) random.nextInt();
                    yield bytes;
                }
                case 2 -> joined(bytes, at, PIECES[random.nextInt(PIECES.length)].getBytes(StandardCharsets.UTF_8), at);
                case 3 -> joined(bytes, at, new byte[0], Math.min(bytes.length, at + 1 + random.nextInt(20)));
                default -> joined(bytes, at, Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + 60)), at);
            };
            if (bytes.length == 0) {
                return bytes;
            }
        }
        return bytes;
    }

    private static byte[] joined(byte[] bytes, int before, byte[] piece, int after) {
        byte[] all = Arrays.copyOf(bytes, before + piece.length + bytes.length - after);
        System.arraycopy(piece, 0, all, before, piece.length);
        System.arraycopy(bytes, after, all, before + piece.length, bytes.length - after);
        return all;
    }

    private static boolean isRefused(byte[] bytes, long seed) {
        try {
            Header.read(bytes, 50);
            return false;
        } catch (IOException e) {
            assertFalse(e.getMessage().isEmpty());
            return true;
        } catch (RuntimeException | Error e) {
            throw new AssertionError("seed " + seed + ": " + new String(bytes, StandardCharsets.ISO_8859_1), e);
        }
    }

    private static void check(int count, long seed) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int refused = 0, values = 0;
        for (int k = 0; k < count; k++) {
            Random random = new Random(seed + k);
            byte[] bytes = faulty(random);
            long most = BASE + TIMES * bytes.length, taken = most;
            // The first time, a way of refusing may load classes.
            for (int time = 0; time < 2 && taken >= most; time++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                boolean isRefused = isRefused(bytes, seed + k);
                taken = threads.getCurrentThreadAllocatedBytes() - before;
                refused += isRefused && time == 0 ? 1 : 0;
            }
            assertTrue(taken < most, "seed " + (seed + k) + " takes " + taken + " bytes");
            try {
                new JsonReader("text", bytes).value();
                values++;
            } catch (IOException e) {
                assertFalse(e.getMessage().isEmpty());
            }
        }
        assertTrue(refused > count / 2 && values > count / 100, refused + " and " + values + " of " + count);
    }

    @Test
    void someThousand() {
        check(5_000, 1);
    }

    @Test
    @Tag("soak")
    void aMillion() {
        check(1_000_000, 1_000_000);
    }
}
