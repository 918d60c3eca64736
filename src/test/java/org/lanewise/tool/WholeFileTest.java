package org.lanewise.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
    @TempDir
    private Path folder;

    @Test
    void aNewFileIsWrittenWithItsFolderAndAnOldOneReplaced() throws IOException {
        Path file = folder.resolve("a/b/c.json");
        WholeFile.write(file, "one é");
        assertEquals("one é", Files.readString(file));
        WholeFile.write(file, "2");
        assertEquals("2", Files.readString(file));
        assertEquals(List.of(file), filesIn(file.getParent()));
    }

    /** A reader sees one of the texts; writing in place would show it an empty file or a part. */
    @Test
    void whoReadsMeanwhileSeesAWholeFile() throws Exception {
        Path file = folder.resolve("file");
        String a = "a".repeat(1 << 20), b = "b".repeat(1 << 19);
        WholeFile.write(file, a);
        AtomicBoolean ended = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            try {
                for (int i = 0; i < 20; i++) {
                    WholeFile.write(file, i % 2 == 0 ? b : a);
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            } finally {
                ended.set(true);
            }
        });
        writer.start();
        while (!ended.get()) {
            String text = Files.readString(file);
            assertTrue(text.equals(a) || text.equals(b), () -> text.length() + " characters");
        }
        writer.join();
    }

    @Test
    void ofSomeFilesNoneIsWrittenIfOneCannotBe() throws IOException {
        Path first = folder.resolve("first"), directory = Files.createDirectory(folder.resolve("directory"));
        Files.writeString(first, "old");
        Map<Path, String> texts = new LinkedHashMap<>();
        texts.put(first, "new");
        texts.put(directory, "new");
        assertEquals(directory + ": cannot be written: is a directory",
                assertThrows(IOException.class, () -> WholeFile.writeAll(texts)).getMessage());
        assertEquals("old", Files.readString(first));
        assertEquals(List.of(directory, first), filesIn(folder), "nothing is left beside them");
    }

    @Test
    void aFileWhereAFolderShouldBeIsNamed() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        assertEquals(file.resolve("x") + ": cannot be written: " + file + " is no directory",
                assertThrows(IOException.class, () -> WholeFile.write(file.resolve("x"), "")).getMessage());
    }

    @Test
    void aFileThatMayNotBeWrittenIsNotReplaced() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "old");
        assumeTrue(file.toFile().setReadOnly());
        assumeFalse(Files.isWritable(file), "root may write everything");
        assertEquals(file + ": cannot be written: no permission",
                assertThrows(IOException.class, () -> WholeFile.write(file, "new")).getMessage());
        assertEquals("old", Files.readString(file));
    }

    @Test
    void permissionsAndSymbolicLinksStay() throws IOException {
        assumeTrue(folder.getFileSystem().supportedFileAttributeViews().contains("posix"));
        Path file = Files.writeString(folder.resolve("file"), "old"), link = Files.createSymbolicLink(folder.resolve("link"), file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r-x"));
        WholeFile.write(link, "new");
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("new", Files.readString(file));
        assertEquals("rw-rw-r-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }

    /** 255 bytes are the most that file systems of Linux take. */
    @Test
    void theLongestNameCanBeWritten() throws IOException {
        Path file = folder.resolve("x".repeat(255));
        try {
            Files.writeString(file, "old");
        } catch (IOException e) {
            assumeTrue(false, "not run: " + e.getMessage());
        }
        WholeFile.write(file, "new");
        assertEquals("new", Files.readString(file));
    }

    /** Names of open files, as a shell's redirection: another file in their place would hide what was printed. */
    @Test
    void whatAnOpenFileHasStays() throws Exception {
        Path stdout = Path.of("/proc/self/fd");
        assumeTrue(Files.exists(stdout), "not run: no /proc on this system");
        Path file = Files.writeString(folder.resolve("file"), "table\n");
        try (var open = new RandomAccessFile(file.toFile(), "rw"); Stream<Path> all = Files.list(stdout)) {
            assertTrue(open.length() > 0);
            Path name = all.filter(one -> isSame(one, file)).findFirst().orElseThrow();
            WholeFile.requireWritable("--json", name);
            WholeFile.write(name, "{}");
        }
        assertEquals("table\n{}", Files.readString(file));
        assertEquals(List.of(file), filesIn(folder));
    }

    /** A shell's redirection neither loses what was printed before nor what is printed after. */
    @Test
    void standardOutputTakesTheTextWhereItIs() throws Exception {
        assumeTrue(Files.exists(Path.of("/dev/stdout")), "not run: no /dev/stdout on this system");
        Path printed = folder.resolve("printed");
        Process java = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xint", "-cp",
                Path.of("target", "test-classes").toString(), Printing.class.getName()).redirectErrorStream(true)
                .redirectOutput(printed.toFile()).start();
        assertEquals(0, java.waitFor(), () -> printed.toString());
        assertEquals("table{}{}end", Files.readString(printed));
    }

    /** In a JVM of its own. */
    static final class Printing {
        private Printing() {}

        public static void main(String[] args) throws IOException {
            System.out.print("table");
            System.out.flush();
            for (Path file : List.of(Path.of("/dev/stdout"), Path.of("/dev/fd/../fd/1"))) {
                WholeFile.requireWritable("--json", file);
                WholeFile.write(file, "{}");
            }
            System.out.print("end");
            System.out.flush();
        }
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Files.exists(one) && Files.isSameFile(one, other);
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void whatCannotBeWrittenIsRefusedBeforeTheWork() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        for (Path good : List.of(file, folder.resolve("new"), Path.of("new"))) {
            WholeFile.requireWritable("--json", good);
        }
        assertEquals("--json " + folder + ": is a directory",
                assertThrows(IOException.class, () -> WholeFile.requireWritable("--json", folder)).getMessage());
        for (Path bad : List.of(file.resolve("x"), folder.resolve("none/x"))) {
            assertEquals("--json " + bad + ": its directory does not exist or is not writable",
                    assertThrows(IOException.class, () -> WholeFile.requireWritable("--json", bad)).getMessage());
        }
    }

    @Test
    void moreThanALimitIsNotRead() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "0123456789");
        assertEquals("0123456789", WholeFile.read(file, 10));
        assertEquals(file + ": cannot be read: has 10 bytes, at most 9 are read",
                assertThrows(IOException.class, () -> WholeFile.read(file, 9)).getMessage());
    }

    @Test
    void aFullDiskIsSaidToBeFull() {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full));
        assertEquals("/dev/full: cannot be written: No space left on device",
                assertThrows(IOException.class, () -> WholeFile.write(full, "text")).getMessage());
        assertTrue(Files.exists(full));
    }

    private static List<Path> filesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
