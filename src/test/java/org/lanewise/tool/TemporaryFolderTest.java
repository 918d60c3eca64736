package org.lanewise.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("changes system properties")
class TemporaryFolderTest {
    private static final String FOLDER = "java.io.tmpdir";

    @TempDir
    private Path folder;

    private String usual;

    @BeforeEach
    void keep() {
        usual = System.getProperty(FOLDER);
    }

    @AfterEach
    void restore() {
        System.setProperty(FOLDER, usual);
    }

    @Test
    void aFolderThatTakesFilesIsLeftAsItIs() throws IOException {
        System.setProperty(FOLDER, folder.toString());
        TemporaryFolder.require();
        assertEquals(0, folder.toFile().list().length);
    }

    @Test
    void otherFoldersAreRefusedByName() throws IOException {
        Path none = folder.resolve("none"), file = Files.createFile(folder.resolve("file"));
        assertRefused(none, none + ": cannot hold temporary files: no such file");
        assertRefused(file, file + ": cannot hold temporary files: Not a directory");
    }

    /** A JVM that was killed while it wrote leaves a part of a file. */
    @Test
    void aFolderIsDeletedWithWhatIsInItIfItCanBe() throws IOException {
        Path mine = Files.createDirectory(folder.resolve("mine"));
        Files.createFile(mine.resolve(".1-0.part"));
        TemporaryFolder.delete(mine);
        assertFalse(Files.exists(mine));
        TemporaryFolder.delete(mine);
        Files.createDirectories(mine.resolve("other/more"));
        TemporaryFolder.delete(mine);
        assertTrue(Files.exists(mine));
    }

    private static void assertRefused(Path path, String sentence) {
        System.setProperty(FOLDER, path.toString());
        assertEquals(sentence + "; -Djava.io.tmpdir=DIR before -jar takes another folder",
                assertThrows(IOException.class, TemporaryFolder::require).getMessage());
    }
}
