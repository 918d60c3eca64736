package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loops that README shows, compiled from there and run on a small problem. */
class ReadmeSnippetsTest {
    /** What the loops leave to the reader: gradients of half the squared length, which a step makes shorter. */
    private static final String SURROUNDINGS = """
            static boolean training = true;
            static int computed;

            static void computeGradients(float[] weights, float[] gradients) {
                System.arraycopy(weights, 0, gradients, 0, weights.length);
                training = ++computed < 5;
            }

            static void backward(int batch, ParameterStore store) {
                computed++;
                for (Tensor tensor : store.tensors()) {
                    for (long i = 0; i < tensor.size(); i++) {
                        tensor.gradient().set(i, tensor.parameter().get(i));
                    }
                }
            }

            static void evaluate(ParameterStore store) {
                System.out.println("average: " + store.tensor("fc1.weight").parameter().get(0));
            }

            static float[] initial = new float[128 * 64];
            static {
                java.util.Arrays.fill(initial, 1);
            }
            static int[] batches = {1, 2, 3};

            static float[] weights = new float[3], gradients = new float[3];
            static Optimizer optimizer = Optimizer.of(new Adam(1), ParameterStore.wrap(weights, gradients));
            static Path file = Path.of(System.getProperty("java.io.tmpdir"), "lanewise-" + System.nanoTime() + ".safetensors");
            static {
                file.toFile().deleteOnExit();
            }
            """;

    @TempDir
    private Path folder;

    @Test
    void tenLinesRun() throws Exception {
        assertEquals("5", run("Ten lines"));
    }

    @Test
    void theTrainingLoopRuns() throws Exception {
        String printed = run("A training loop");
        assertTrue(printed.startsWith("step 1: learning rate 0.00, norm 90.5, clipped by 0.0110"), printed);
        assertTrue(printed.endsWith("3"), printed);
    }

    @Test
    void theTrainingThatIsSavedRuns() throws Exception {
        assertEquals("1000", run("Save and resume"));
    }

    private String run(String section) throws Exception {
        String snippet = snippet(section);
        String imports = snippet.lines().filter(line -> line.startsWith("import ")).collect(Collectors.joining("\n"));
        String body = snippet.lines().filter(line -> !line.startsWith("import ")).collect(Collectors.joining("\n"));
        Path source = folder.resolve("Snippet.java");
        Files.writeString(source, "import java.nio.file.*;\nimport org.lanewise.*;\nimport org.lanewise.rule.*;\n" + imports
                + "\npublic class Snippet {\n" + SURROUNDINGS + "public static void main(String[] args) throws Exception {\n" + body
                + "\nSystem.out.println(computed);\n}\n}\n");
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        var messages = new StringWriter();
        List<String> options = List.of("--add-modules", "jdk.incubator.vector", "-cp", ChildJvm.CLASSES.toString(),
                "-d", folder.toString());
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            assertTrue(compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(source)).call(), messages::toString);
        }
        return ChildJvm.run(List.of("--add-modules", "jdk.incubator.vector", "-cp",
                ChildJvm.CLASSES + File.pathSeparator + folder, "Snippet")).strip();
    }

    private static String snippet(String section) throws Exception {
        var code = Pattern.compile("## " + section + "\n(?:(?!## ).*\n)*?```java\n((?:(?!```).*\n)*)```")
                .matcher(Files.readString(Path.of("README.md")));
        assertTrue(code.find(), () -> "README.md has no Java under '" + section + "'");
        return code.group(1);
    }
}
