package org.lanewise.bench.plan;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.lanewise.tool.WholeFile;

/** JMH's lock on this machine, held for a whole run: JMH itself gives it back after each fork, and between two another run could begin. */
public final class JmhLock implements AutoCloseable {
    /** With it, neither this nor JMH asks for the lock. */
    public static final String IGNORE = "jmh.ignoreLock";

    private final FileChannel channel;

    private JmhLock(FileChannel channel) {
        this.channel = channel;
    }

    /** The file that all JMH runs of this machine lock. */
    public static Path file() {
        return Path.of(System.getProperty("java.io.tmpdir"), "jmh.lock");
    }

    /**
     * Takes the lock, unless it is to be ignored, and has JMH in this JVM not ask for it.
     *
     * @return empty if another run holds it
     * @throws IOException if its file cannot be opened; the message names it
     */
    public static Optional<JmhLock> take() throws IOException {
        if (Boolean.getBoolean(IGNORE)) {
            return Optional.of(new JmhLock(null));
        }
        FileChannel channel;
        try {
            channel = FileChannel.open(file(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException(file() + ": cannot be opened: " + WholeFile.reason(e), e);
        }
        if (isLocked(channel)) {
            channel.close();
            return Optional.empty();
        }
        System.setProperty(IGNORE, "true");
        return Optional.of(new JmhLock(channel));
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock == null;
        } catch (OverlappingFileLockException _) {
            return true;
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            System.clearProperty(IGNORE);
            channel.close();
        }
    }
}
