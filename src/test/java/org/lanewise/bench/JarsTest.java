package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What {@code package} has built; it runs before the tests that are slow. */
@Tag("slow")
class JarsTest {
    private static final Path TARGET = Path.of("target");
    private static final String BENCH = "lanewise-bench.jar";
    private static final Pattern QUOTED = Pattern.compile("`([^`]+)`");

    /** Folders of the classes of each library; a new one needs a row in THIRD-PARTY.md. */
    private static final Set<String> LIBRARIES = Set.of("com/google/gson", "joptsimple", "me/tongfei/progressbar",
            "org/apache/commons/math3", "org/jline", "org/lanewise", "org/openjdk/jmh", "picocli");

    @Test
    void everyJarHasTheLicense() throws IOException {
        List<Path> jars = jars();
        assertTrue(jars.size() >= 3, () -> "jars in target: " + jars);
        for (Path jar : jars) {
            try (FileSystem files = open(jar)) {
                assertEquals(-1, Files.mismatch(Path.of("LICENSE"), files.getPath("META-INF/LICENSE")), jar::toString);
            }
        }
    }

    @Test
    void everyLibraryInTheBenchmarksJarHasItsLicense() throws IOException {
        try (FileSystem files = open(TARGET.resolve(BENCH))) {
            Set<String> others = new TreeSet<>();
            for (Path file : all(files)) {
                String name = file.toString().substring(1);
                if (name.endsWith(".class") && !name.startsWith("META-INF/")
                        && LIBRARIES.stream().noneMatch(folder -> name.startsWith(folder + "/"))) {
                    others.add(name);
                }
            }
            assertEquals(Set.of(), others);
            String table = Files.readString(files.getPath("META-INF/THIRD-PARTY.md"));
            List<String> rows = table.lines().filter(line -> line.startsWith("| ")).skip(1).toList();
            // plotly.js has no classes, and Lanewise no row.
            assertEquals(LIBRARIES.size(), rows.size(), table);
            for (String row : rows) {
                List<String> texts = QUOTED.matcher(row).results().map(found -> found.group(1)).toList();
                assertTrue(!texts.isEmpty(), row);
                texts.forEach(text -> assertTrue(Files.exists(files.getPath(text)), () -> row));
            }
        }
    }

    /** Those of the files it was made from would follow the umask. */
    @Test
    void modesOfFilesAreFixed() throws IOException {
        for (Path jar : jars()) {
            try (FileSystem files = open(jar)) {
                for (Path file : all(files)) {
                    Set<?> permissions = (Set<?>) Files.getAttribute(file, "zip:permissions");
                    String expected = Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--";
                    // The JDK's tool jar, which the library's jar comes from, writes none.
                    assertTrue(permissions == null || permissions.equals(PosixFilePermissions.fromString(expected)),
                            () -> jar + " " + file + " " + permissions);
                }
            }
        }
    }

    private static List<Path> jars() throws IOException {
        try (Stream<Path> files = Files.list(TARGET)) {
            return files.filter(file -> file.toString().endsWith(".jar")).toList();
        }
    }

    private static FileSystem open(Path jar) throws IOException {
        return FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of());
    }

    private static List<Path> all(FileSystem files) throws IOException {
        try (Stream<Path> walk = Files.walk(files.getPath("/"))) {
            return walk.skip(1).toList();
        }
    }
}
