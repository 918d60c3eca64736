package org.lanewise.bench;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What happens when this JVM is told to end while it measures, as by Ctrl-C: it starts no further JVM, ends those it has started, and
 * waits until the command has written what it has.
 */
final class EarlyEnd implements AutoCloseable {
    private static final int LONGEST_MILLIS = 20_000;
    private static final int EVERY_MILLIS = 100;

    private final CountDownLatch written = new CountDownLatch(1);
    private final Thread hook = new Thread(this::end);
    private volatile boolean asked;

    /** Begins to listen. */
    EarlyEnd() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Whether the JVM was told to end. */
    boolean isAsked() {
        return asked;
    }

    private void end() {
        asked = true;
        try {
            // Again and again: the command may be about to start one.
            for (int waited = 0; waited < LONGEST_MILLIS; waited += EVERY_MILLIS) {
                ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
                if (written.await(EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** The command has written all. */
    @Override
    public void close() {
        written.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The hook runs and has just been let go.
        }
    }
}
