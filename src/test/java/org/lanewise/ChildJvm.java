package org.lanewise;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a program in a JVM of its own, with this JVM's vector width. */
public final class ChildJvm {
    /** Where the build puts the library's classes. */
    public static final Path CLASSES = Path.of("target", "classes").toAbsolutePath();

    /** Where the build puts the tests' classes. */
    public static final Path TEST_CLASSES = Path.of("target", "test-classes").toAbsolutePath();

    private ChildJvm() {}

    /** Standard output of {@code java arguments}; fails unless the program ends well. */
    public static String run(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        if (System.getProperty("lanewise.test.useAvx", "default").equals("2")) {
            command.addAll(List.of("-XX:+IgnoreUnrecognizedVMOptions", "-XX:UseAVX=2"));
        }
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new AssertionError("exit code " + process.exitValue() + " of " + command + "\n" + output);
        }
        return output.strip();
    }
}
