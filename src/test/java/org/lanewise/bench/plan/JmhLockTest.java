package org.lanewise.bench.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("changes system properties")
class JmhLockTest {
    @TempDir
    private Path folder;

    @RegisterExtension
    final OwnLock lock = new OwnLock(() -> folder);

    @Test
    void whileOneRunHasItNoOtherGetsIt() throws IOException {
        try (JmhLock _ = JmhLock.take().orElseThrow()) {
            assertTrue(Boolean.getBoolean(JmhLock.IGNORE), "JMH does not ask for it again");
            System.clearProperty(JmhLock.IGNORE);
            assertEquals(Optional.empty(), JmhLock.take());
        }
        JmhLock.take().orElseThrow().close();
        assertFalse(Boolean.getBoolean(JmhLock.IGNORE));
    }

    @Test
    void itIsTheFileThatJmhLocks() throws IOException {
        try (FileChannel jmh = FileChannel.open(folder.resolve("jmh.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = jmh.lock()) {
            assertEquals(Optional.empty(), JmhLock.take());
        }
    }

    @Test
    void whoIgnoresItGetsItAlways() throws IOException {
        System.setProperty(JmhLock.IGNORE, "true");
        try (JmhLock _ = JmhLock.take().orElseThrow(); JmhLock _ = JmhLock.take().orElseThrow()) {
            assertFalse(Files.exists(JmhLock.file()));
        }
        assertTrue(Boolean.getBoolean(JmhLock.IGNORE));
    }

    @Test
    void aFileThatCannotBeOpenedIsNamed() throws IOException {
        Files.createDirectory(folder.resolve("jmh.lock"));
        String message = assertThrows(IOException.class, JmhLock::take).getMessage();
        assertTrue(message.startsWith(folder.resolve("jmh.lock") + ": cannot be opened: "), message);
    }
}
