package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonParser;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Width;
import org.lanewise.bench.result.Form;
import org.lanewise.bench.result.Results;
import org.lanewise.bench.result.ResultsFile;
import org.lanewise.bench.result.Row;
import org.lanewise.bench.result.Start;
import org.lanewise.bench.result.StartResults;
import org.lanewise.tool.ExitCode;
import org.lanewise.tool.RunFolder;

/** Commands from their arguments to their files: in a JVM of its own, since JMH gives forks the class path of their parent. */
@Tag("slow")
class BenchRunTest {
    private static final Pattern DATA = Pattern.compile("<script id=\"data\" type=\"application/json\">(.*?)</script>", Pattern.DOTALL);

    @TempDir
    private Path folder;

    @Test
    void measuresAndWritesAllFiles() throws Exception {
        Path runs = folder.resolve("out");
        String printed = run("bench", "--rule", "gradientdescent", "--size", "16", "--out", runs.toString());
        Path out = RunFolder.file(runs, "results.json").getParent();
        assertEquals(runs, out.getParent());
        assertTrue(printed.contains("Report: " + out.resolve("report.html")), printed);
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

    /** Tables, chart and results of JVMs that step for a moment, and of the rivals that are there. */
    @Test
    void firstStepsAreMeasuredInJvmsOfTheirOwn() throws Exception {
        Path runs = folder.resolve("out");
        String printed = run("bench", "--start", "--size", "100", "--forks", "1", "--seconds", "0.25", "--out", runs.toString());
        Path out = RunFolder.file(runs, "results.json").getParent();
        StartResults results = StartResults.read(out.resolve("results.json"));
        assertTrue(results.finished(), printed);
        assertEquals(List.of("lanewise-heap", "lanewise-native", "plain-java", "vectors-heap", "vectors-native"),
                results.starts().stream().map(Start::way).limit(5).toList(), printed);
        for (Start start : results.starts()) {
            assertTrue(start.make() > start.again() && start.first() > 0, start::toString);
            // Missing where a busy machine does not come to it.
            assertFalse(start.thousand() <= start.first(), start::toString);
            assertTrue(start.nanos() < 1e6 * start.first() && !start.curve().isEmpty(), start::toString);
        }
        assertTrue(printed.contains("Table: " + out.resolve("table.md")), printed);
        assertTrue(Files.readString(out.resolve("table.md")).contains("| 100 | lanewise-native"));
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

    @Test
    void whileAnotherJmhRunsNothingIsMeasuredAndNothingChanged() throws Exception {
        Path out = folder.resolve("out");
        try (FileChannel jmh = FileChannel.open(folder.resolve("jmh.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock _ = jmh.lock()) {
            Path printed = folder.resolve("printed");
            Process process = start(printed, "bench", "--rule", "Adam", "--size", "16", "--out", out.toString());
            assertEquals(4, process.waitFor());
            assertTrue(Files.readString(printed).contains("another JMH runs on this machine and holds " + folder.resolve("jmh.lock")),
                    () -> printed.toString());
        }
        assertFalse(Files.exists(out));
    }

    /** SIGTERM lets the command write what it has, SIGKILL does not; both leave what was written before and no JVM. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRunThatIsKilledLeavesWhatItHasAndNoJvm(boolean forcibly) throws Exception {
        Path out = folder.resolve("out"), printed = folder.resolve("printed");
        Process process = start(printed, "bench", "--rule", "GradientDescent", "--size", "4096", "--out", out.toString());
        for (int i = 0; i < 600 && !hasResults(out) && process.isAlive(); i++) {
            Thread.sleep(100);
        }
        List<ProcessHandle> children = process.descendants().toList();
        if (forcibly) {
            process.destroyForcibly();
        } else {
            process.destroy();
        }
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "the command goes on");
        for (ProcessHandle child : children) {
            child.onExit().get(10, TimeUnit.SECONDS);
        }
        Path results = RunFolder.file(out, "results.json");
        assertFalse(ResultsFile.read(results).finished(), Files.readString(printed));
        assertFalse(ResultsFile.read(results).rows().isEmpty());
        assertTrue(Files.readString(results.resolveSibling("report.html")).contains("\"Unfinished: "));
    }

    /** The disk is full where results.json is written, as {@code /dev/full} is always. */
    @Test
    void whatAFullDiskDoesNotTakeIsOnTheConsole() throws Exception {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.exists(full), "not run: no /dev/full on this system");
        Path out = folder.resolve("out"), printed = folder.resolve("printed");
        Process process = start(printed, "bench", "--rule", "GradientDescent", "--size", "16", "--out", out.toString());
        Optional<Path> run = Optional.empty();
        for (int i = 0; i < 6000 && run.isEmpty() && process.isAlive(); i++) {
            Thread.sleep(10);
            run = firstFolder(out);
        }
        Path results = Files.createSymbolicLink(run.orElseThrow().resolve("results.json"), full);
        assertEquals(ExitCode.FILE, process.waitFor(), Files.readString(printed));
        String console = Files.readString(printed);
        assertTrue(console.contains("1 cells in ") && console.indexOf("GradientDescent") < console.indexOf("1 cells in "), console);
        assertTrue(console.indexOf("1 cells in ") < console.indexOf(results + ": cannot be written: "), console);
        assertFalse(console.contains("Report: "), console);
    }

    private static Optional<Path> firstFolder(Path out) throws IOException {
        try (Stream<Path> folders = Files.exists(out) ? Files.list(out) : Stream.empty()) {
            return folders.findFirst();
        }
    }

    private static boolean hasResults(Path out) throws IOException {
        try (Stream<Path> files = Files.exists(out) ? Files.walk(out) : Stream.empty()) {
            return files.anyMatch(file -> file.endsWith("results.json"));
        }
    }

    private String run(String... args) throws IOException, InterruptedException {
        Path printed = folder.resolve("printed");
        int code = start(printed, args).waitFor();
        assertEquals(0, code, Files.readString(printed));
        return Files.readString(printed);
    }

    private Process start(Path printed, String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED", "-Dlanewise.child=true",
                "-Djava.io.tmpdir=" + folder, "-cp", classPath(), Main.class.getName()));
        command.addAll(1, ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("-XX:")).toList());
        command.addAll(List.of(args));
        return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(printed.toFile()).start();
    }

    /** Tests run as a module: their classes, those of the library and what both have on module path and class path. */
    private static String classPath() {
        return Stream.of("target/test-classes", "target/classes", System.getProperty("jdk.module.path"),
                System.getProperty("java.class.path"))
                .filter(part -> part != null && !part.isEmpty()).reduce((a, b) -> a + File.pathSeparator + b).orElseThrow();
    }
}
