package org.lanewise.demo;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Programs of the demo in JVMs of their own, with this one's {@code -XX} options. */
final class OtherJvm {
    private OtherJvm() {}

    /**
     * Runs one.
     *
     * @param what it does, for the message if it fails
     * @param options more options
     * @param classPath where it finds the class and all that it needs
     * @return what it printed
     * @throws IOException if it fails
     */
    static String run(String what, List<String> options, String classPath, Class<?> main, String... args) throws IOException {
        return run("the JVM that " + what, command(options, classPath, main.getName(), args));
    }

    /** What starts one. */
    static List<String> command(List<String> options, String classPath, String main, String... args) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(each -> each.startsWith("-XX:")).forEach(command::add);
        command.addAll(options);
        command.addAll(List.of("--add-modules", "jdk.incubator.vector", "-cp", classPath, main));
        command.addAll(List.of(args));
        return command;
    }

    /**
     * Runs a command.
     *
     * @param who for the message if it fails
     * @return what it printed
     * @throws IOException if it fails
     */
    static String run(String who, List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException(who + " failed: exit code " + code);
            }
            return output;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for " + who, e);
        } finally {
            process.destroyForcibly();
        }
    }
}
