package org.lanewise.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file is what it was or what it is to be, whatever happens. */
class ReplacementTest {
    private static final String LEFTOVER = ".x.0123456789abcdef.lanewise-tmp";

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void thereIsAFile() throws IOException {
        file = Files.writeString(folder.resolve("x"), "before");
    }

    private static Replacement.Content text(String text) {
        return channel -> {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        };
    }

    private List<String> names(Path of) throws IOException {
        try (Stream<Path> all = Files.list(of)) {
            return all.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aFileIsReplacedOrMade() throws IOException {
        Replacement.of(file, text("after"));
        Replacement.of(folder.resolve("y"), text("new"));
        assertEquals("after", Files.readString(file));
        assertEquals("new", Files.readString(folder.resolve("y")));
        assertEquals(List.of("x", "y"), names(folder));
    }

    @Test
    void aFailureLeavesTheFileAndNothingElse() throws IOException {
        assertEquals(file + ": not saved: No space left", assertThrowsExactly(IOException.class, () -> Replacement.of(file, channel -> {
            text("af").write(channel);
            throw new IOException("No space left");
        })).getMessage());
        assertThrowsExactly(IllegalStateException.class, () -> Replacement.of(file, _ -> {
            throw new IllegalStateException("store is closed");
        }));
        assertEquals("before", Files.readString(file));
        assertEquals(List.of("x"), names(folder));
    }

    @Test
    void aFolderThatIsNotThereIsRefused() throws IOException {
        Path missing = folder.resolve("missing").resolve("x");
        assertEquals(missing + ": not saved: there is no such file or folder",
                assertThrowsExactly(IOException.class, () -> Replacement.of(missing, text("after"))).getMessage());
        assertEquals(folder + ": not saved: it is a folder",
                assertThrowsExactly(IOException.class, () -> Replacement.of(folder, text("after"))).getMessage());
        assertEquals(List.of("x"), names(folder));
    }

    @Test
    void aFullDiskAndAReadOnlyFolderAreRefused() throws IOException, InterruptedException {
        Path readOnly = Files.createDirectory(folder.resolve("mounted"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", readOnly.toString()), "this user may not mount");
        try {
            Path there = readOnly.resolve("x");
            Replacement.of(there, text("before"));
            assertEquals(there + ": not saved: No space left on device", assertThrowsExactly(IOException.class,
                    () -> Replacement.of(there, text("long".repeat(1 << 16)))).getMessage());
            assertEquals("before", Files.readString(there));
            assertEquals(List.of("x"), names(readOnly));
            assertTrue(run("mount", "-o", "remount,ro", readOnly.toString()));
            assertEquals(there + ": not saved: Read-only file system",
                    assertThrowsExactly(IOException.class, () -> Replacement.of(there, text("after"))).getMessage());
            assertEquals("before", Files.readString(there));
        } finally {
            run("umount", readOnly.toString());
        }
    }

    private static boolean run(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start()
                    .waitFor() == 0;
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void anInterruptedThreadSavesAndStaysInterrupted() throws IOException {
        Thread.currentThread().interrupt();
        Replacement.of(file, text("after"));
        assertTrue(Thread.interrupted());
        assertEquals("after", Files.readString(file));
    }

    @Test
    void anInterruptMeanwhileIsKept() throws IOException {
        Thread caller = Thread.currentThread();
        Replacement.of(file, channel -> {
            caller.interrupt();
            text("after").write(channel);
        });
        assertTrue(Thread.interrupted());
        assertEquals("after", Files.readString(file));
    }

    @Test
    void aLinkStaysOne() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), file);
        Replacement.of(link, text("after"));
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("after", Files.readString(file));
    }

    @Test
    void whatACrashLeftIsRemovedUnlessItsWriterLives() throws IOException {
        Path dead = Files.writeString(folder.resolve(LEFTOVER), "half");
        Path ofAnother = Files.writeString(folder.resolve(".y.0123456789abcdef.lanewise-tmp"), "half");
        Path alive = Files.writeString(folder.resolve(".x.0000000000000000.lanewise-tmp"), "half");
        try (FileChannel channel = FileChannel.open(alive, StandardOpenOption.WRITE); FileLock _ = channel.lock()) {
            Replacement.of(file, text("after"));
        }
        assertFalse(Files.exists(dead));
        assertTrue(Files.exists(ofAnother));
        assertTrue(Files.exists(alive));
    }

    @Test
    void twoThreadsMayReplaceOneFile() throws IOException {
        Replacement.of(file, channel -> {
            text("outer").write(channel);
            Replacement.of(file, text("inner"));
            assertEquals("inner", Files.readString(file));
        });
        assertEquals("outer", Files.readString(file));
        assertEquals(List.of("x"), names(folder));
    }
}
