package org.lanewise.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WriteBehindTest {
    /** A file that grows by hand, whose forces are counted. */
    private static class File implements WriteBehind.Target {
        volatile long size;
        volatile int forces;
        final CountDownLatch forced = new CountDownLatch(1);

        @Override
        public long size() throws IOException {
            return size;
        }

        @Override
        public void force() throws IOException {
            forces++;
            forced.countDown();
        }
    }

    @Test
    void aPartIsForcedWhileMoreIsWritten() throws Exception {
        File file = new File();
        try (WriteBehind _ = new WriteBehind(file)) {
            file.size = WriteBehind.PART;
            assertTrue(file.forced.await(10, TimeUnit.SECONDS));
            file.size += WriteBehind.PART - 1;
            Thread.sleep(50);
            assertEquals(1, file.forces);
        }
    }

    @Test
    void littleIsLeftToTheLastForce() throws Exception {
        File file = new File();
        file.size = WriteBehind.PART - 1;
        try (WriteBehind _ = new WriteBehind(file)) {
            Thread.sleep(50);
        }
        assertEquals(0, file.forces);
    }

    @Test
    void aFailureIsToldAtTheEndThoughLaterForcesSucceed() throws Exception {
        IOException failure = new IOException("Input/output error");
        CountDownLatch failed = new CountDownLatch(1);
        WriteBehind behind = new WriteBehind(new File() {
            @Override
            public long size() {
                return WriteBehind.PART;
            }

            @Override
            public void force() throws IOException {
                super.force();
                failed.countDown();
                throw failure;
            }
        });
        assertTrue(failed.await(10, TimeUnit.SECONDS));
        assertSame(failure, assertThrows(IOException.class, behind::close));
    }
}
