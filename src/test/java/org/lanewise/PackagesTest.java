package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Packages of the library are layers: each imports only from those below it. */
class PackagesTest {
    private static final Path SOURCES = Path.of("src/main/java/org/lanewise");

    /** From the bottom up; "" is the public face. */
    private static final List<String> LAYERS =
            List.of("access", "check", "scalar", "kernel", "storage", "safetensors", "splicer", "staging", "reduction", "schedule",
                    "execution", "", "rule", "snapshot", "torchfile", "torch", "checkpoint", "reference", "verify");

    /** What gives packages above access to what the public face does not show. */
    private static final String ACCESS = "Insides";

    private static final Pattern IMPORT = Pattern.compile("^import (?:static )?org\\.lanewise\\.(?:([a-z]+)\\.)?[A-Z]", Pattern.MULTILINE);

    @Test
    void noImportRunsUp() throws IOException {
        List<String> upwards = new ArrayList<>();
        for (Path file : files(SOURCES)) {
            String text = Files.readString(file);
            int layer = LAYERS.indexOf(layer(file));
            assertTrue(layer >= 0, () -> "say in LAYERS what the package of " + file + " stands on");
            IMPORT.matcher(text).results().map(found -> found.group(1) == null ? "" : found.group(1))
                    .filter(imported -> LAYERS.indexOf(imported) > layer || !LAYERS.contains(imported))
                    .forEach(imported -> upwards.add(file + " imports from " + imported));
        }
        assertEquals(List.of(), upwards);
    }

    @Test
    void thePublicFaceHoldsPublicTypesOnly() throws IOException {
        for (Path file : files(SOURCES)) {
            String name = file.getFileName().toString().replace(".java", "");
            if (layer(file).isEmpty() && !name.equals("package-info") && !name.equals(ACCESS)) {
                assertTrue(Pattern.compile("^public .*\\b" + name + "\\b", Pattern.MULTILINE).matcher(Files.readString(file)).find(),
                        () -> file + " is not public");
            }
        }
    }

    @Test
    void whatIsExportedIsNullMarked() throws IOException {
        List<String> exported = Pattern.compile("exports org\\.lanewise\\.?(\\w*);")
                .matcher(Files.readString(SOURCES.resolveSibling("../module-info.java"))).results().map(found -> found.group(1)).toList();
        assertEquals(List.of("", "checkpoint", "kernel", "rule", "schedule", "verify"), exported);
        for (String name : exported) {
            String text = Files.readString(SOURCES.resolve(name).resolve("package-info.java"));
            assertTrue(text.contains("\n@NullMarked\npackage "), () -> "package " + name + " is not @NullMarked");
        }
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
            assertTrue(sources.size() > 50, "run in the project's folder");
            return sources;
        }
    }

    private static String layer(Path file) {
        Path folder = SOURCES.relativize(file.getParent());
        return folder.toString();
    }
}
