package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Width;
import org.lanewise.bench.result.Form;
import org.lanewise.bench.result.Results;
import org.lanewise.bench.result.ResultsFile;
import org.lanewise.bench.result.Row;

/** Commands from their arguments to their files: in a JVM of its own, since JMH gives forks the class path of their parent. */
@Tag("slow")
class BenchRunTest {
    private static final Pattern DATA = Pattern.compile("<script id=\"data\" type=\"application/json\">(.*?)</script>", Pattern.DOTALL);

    @TempDir
    private Path folder;

    @Test
    void measuresAndWritesAllFiles() throws Exception {
        Path out = folder.resolve("out");
        String printed = run("bench", "--rule", "gradientdescent", "--size", "16", "--out", out.toString());
        assertTrue(printed.contains("1 cells, 1 JVMs, about "), printed);

        Results results = ResultsFile.read(out.resolve("results.json"));
        Row row = results.rows().getFirst();
        assertEquals(1, results.rows().size(), printed);
        assertEquals(new Row.Key("GradientDescent", Form.LANEWISE, "F32_NATIVE", Width.preferred().bits(), 16, 1), row.key());
        assertEquals(12, row.bytesPerElement());
        assertTrue(row.nsPerElement() > 0 && row.nsPerElement() < 1e6, row::toString);

        Matcher data = DATA.matcher(Files.readString(out.resolve("report.html")));
        assertTrue(data.find());
        assertEquals(1, JsonParser.parseString(data.group(1)).getAsJsonObject().getAsJsonArray("rows").size());
        assertTrue(Files.exists(out.resolve("table.md")) && Files.size(out.resolve("jmh.log")) > 0);
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(), left.filter(path -> path.getFileName().toString().startsWith("lanewise-bench")).toList());
        }
    }

    @Test
    void jmhsOwnRunnerGetsItsArgumentsAndItsJvmsTheModule() throws Exception {
        Path results = folder.resolve("jmh.json");
        String printed = run("jmh", "StepBenchmark", "-f", "1", "-wi", "0", "-i", "1", "-r", "1ms", "-p", "n=16", "-p", "rule=Lion",
                "-jvmArgs", "-Xmx300m", "-rf", "json", "-rff", results.toString());
        JsonArray benchmarks = JsonParser.parseString(Files.readString(results)).getAsJsonArray();
        assertEquals(1, benchmarks.size(), printed);
        assertEquals("Lion", benchmarks.get(0).getAsJsonObject().getAsJsonObject("params").get("rule").getAsString());
        assertTrue(run("jmh", "-h").contains("-prof"));
    }

    private String run(String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-Dlanewise.child=true",
                "-Djava.io.tmpdir=" + folder, "-cp", classPath(), Main.class.getName()));
        command.addAll(1, ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("-XX:")).toList());
        command.addAll(List.of(args));
        Path printed = folder.resolve("printed");
        int code = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(printed.toFile()).start().waitFor();
        assertEquals(0, code, Files.readString(printed));
        return Files.readString(printed);
    }

    /** Tests run as a module: their classes, those of the library and what both have on module path and class path. */
    private static String classPath() {
        return Stream.of("target/test-classes", "target/classes", System.getProperty("jdk.module.path"),
                System.getProperty("java.class.path"))
                .filter(part -> part != null && !part.isEmpty()).reduce((a, b) -> a + File.pathSeparator + b).orElseThrow();
    }
}
