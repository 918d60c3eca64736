package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.eclipse.jdt.core.compiler.batch.BatchCompiler;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The rule that README shows, compiled from there, runs from a module of its own and from the class path. */
@Tag("slow")
class OwnRuleTest {
    private static final String PROGRAM = """
            package app;

            import org.lanewise.*;

            public class Main {
                public static void main(String[] args) {
                    for (Width width : Width.values()) {
                        if (width.isSupported()) {
                            float[] w = new float[103], g = new float[103];
                            for (int i = 0; i < w.length; i++) {
                                g[i] = i % 3 - 1;
                            }
                            Optimizer.of(new SignDescent(0.25), ParameterStore.wrap(w, g), width).step();
                            for (int i = 0; i < w.length; i++) {
                                if (w[i] != -0.25f * g[i]) {
                                    throw new AssertionError(width + " " + i + " " + w[i]);
                                }
                            }
                        }
                    }
                    System.out.println(Main.class.getModule());
                }
            }
            """;

    private static final String PLAIN = """
            package app;

            import org.lanewise.*;
            import org.lanewise.rule.Adam;

            public class Plain {
                public static void main(String[] args) {
                    Optimizer.of(new Adam(1e-3), ParameterStore.wrap(new float[3], new float[3])).step();
                }
            }
            """;

    @TempDir
    private Path directory;

    @Test
    void runsFromAModuleOfItsOwn() throws Exception {
        Path classes = compile("module app { requires org.lanewise; }");
        assertEquals("module app", ChildJvm.run(
                List.of("--module-path", ChildJvm.CLASSES + File.pathSeparator + classes, "-m", "app/app.Main")));
    }

    @Test
    void runsFromTheClassPath() throws Exception {
        Path classes = compile(null);
        String output = ChildJvm.run(List.of("--add-modules", "jdk.incubator.vector",
                "-cp", ChildJvm.CLASSES + File.pathSeparator + classes, "app.Main"));
        assertTrue(output.startsWith("unnamed module"), output);
    }

    @Test
    void runsFromTheBootClassPath() throws Exception {
        Path classes = compile(null);
        String output = ChildJvm.run(List.of("--add-modules", "jdk.incubator.vector",
                "-Xbootclasspath/a:" + ChildJvm.CLASSES + File.pathSeparator + classes, "app.Main"));
        assertTrue(output.startsWith("unnamed module"), output);
    }

    @Test
    void runsWhenEclipseCompiledIt() throws Exception {
        Path sources = compile(null).resolveSibling("src");
        Path classes = directory.resolve("eclipse");
        StringWriter messages = new StringWriter();
        PrintWriter out = new PrintWriter(messages);
        assertTrue(BatchCompiler.compile(new String[] {"-25", "-nowarn", "--add-modules", "jdk.incubator.vector",
            "-cp", ChildJvm.CLASSES.toString(), "-d", classes.toString(), sources.toString()}, out, out, null), messages::toString);
        assertTrue(ChildJvm.run(List.of("--add-modules", "jdk.incubator.vector",
                "-cp", ChildJvm.CLASSES + File.pathSeparator + classes, "app.Main")).startsWith("unnamed module"));
    }

    @Test
    void writesWhatItBuiltOnDemand() throws Exception {
        Path classes = compile(null);
        Path dump = directory.resolve("dump");
        ChildJvm.run(List.of("--add-modules", "jdk.incubator.vector", "-Dlanewise.dump=" + dump,
                "-cp", ChildJvm.CLASSES + File.pathSeparator + classes, "app.Main"));
        assertTrue(Files.exists(dump.resolve("app.SignDescent$Update_128_F32Heap-F32Heap.class")),
                () -> String.join(" ", dump.toFile().list()));
    }

    @Test
    void saysWhichModuleIsMissing() throws Exception {
        Path classes = compile(null);
        var process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", ChildJvm.CLASSES + File.pathSeparator + classes, "app.Plain").redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(output.contains("the module jdk.incubator.vector is missing: start java with --add-modules jdk.incubator.vector"),
                output);
    }

    private Path compile(String moduleInfo) throws Exception {
        Path sources = Files.createDirectories(directory.resolve("src/app"));
        Files.writeString(sources.resolve("Main.java"), PROGRAM);
        Files.writeString(sources.resolve("SignDescent.java"), "package app;\n\n" + ruleOfReadme());
        Files.writeString(sources.resolve("Plain.java"), PLAIN);
        List<String> files = new ArrayList<>();
        for (String name : List.of("Main", "Plain", "SignDescent")) {
            files.add(sources.resolve(name + ".java").toString());
        }
        List<String> options = List.of("-Xlint:all,-incubating", "-Werror",
                "--add-modules", "jdk.incubator.vector", "-cp", ChildJvm.CLASSES.toString());
        if (moduleInfo != null) {
            Files.writeString(sources.resolveSibling("module-info.java"), moduleInfo);
            files.add(sources.resolveSibling("module-info.java").toString());
            options = List.of("-Xlint:all,-incubating", "-Werror", "--module-path", ChildJvm.CLASSES.toString());
        }
        Path classes = directory.resolve("classes");
        StringWriter messages = new StringWriter();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            List<String> all = new ArrayList<>(options);
            all.addAll(List.of("-d", classes.toString()));
            assertTrue(compiler.getTask(messages, manager, null, all, null, manager.getJavaFileObjectsFromStrings(files)).call(),
                    messages::toString);
        }
        return classes;
    }

    private static String ruleOfReadme() throws Exception {
        Matcher code = Pattern.compile("```java\n((?:(?!```).)*record SignDescent.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("README.md")));
        assertTrue(code.find(), "README.md shows no rule named SignDescent");
        return code.group(1);
    }
}
