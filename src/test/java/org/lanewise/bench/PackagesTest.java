package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Commands stand on top, results at the bottom, and imports go one way. */
class PackagesTest {
    private static final String ROOT = "org.lanewise.bench";
    private static final Pattern IMPORT = Pattern.compile("(?m)^import (?:static )?org\\.lanewise\\.bench(\\.[a-z]+)?\\.[A-Z]");

    private static final Map<String, Set<String>> BELOW = Map.of(
            "", Set.of(".peers", ".plan", ".report", ".result", ".work"),
            ".peers", Set.of(".plan", ".result", ".work"),
            ".plan", Set.of(".result", ".work"),
            ".report", Set.of(".result"),
            ".result", Set.of(),
            ".work", Set.of());

    @Test
    void importsGoDown() throws IOException {
        Map<String, Set<String>> found = sources(Path.of("jmh/java/org/lanewise/bench")).stream().collect(Collectors.groupingBy(
                PackagesTest::packageOf, Collectors.flatMapping(source -> imports(source).stream(), Collectors.toSet())));
        assertEquals(BELOW, found);
    }

    @Test
    void toolsAndDemoKnowNothingOfBenchmarks() throws IOException {
        for (String folder : List.of("src/tools/java", "src/demo/java")) {
            for (Path source : sources(Path.of(folder))) {
                assertTrue(imports(source).isEmpty(), source::toString);
            }
        }
    }

    private static List<Path> sources(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList();
        }
    }

    private static String packageOf(Path source) {
        Path parent = source.getParent();
        return parent.endsWith("bench") ? "" : "." + parent.getFileName();
    }

    private static Set<String> imports(Path source) {
        try {
            return IMPORT.matcher(Files.readString(source)).results().map(found -> found.group(1) == null ? ROOT : found.group(1))
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
