package org.lanewise.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lanewise.Optimizer;
import org.lanewise.Width;
import org.lanewise.tool.Json;
import org.lanewise.tool.Progress;

/** What the plain loops cost one element at a time: in a JVM of its own, whose C2 does not make vectors of loops. */
final class OneByOne {
    private static final String NO_SUPERWORD = "-XX:-UseSuperWord";

    private OneByOne() {}

    /**
     * Measures the plain loops of all contenders in another JVM, with this one's options.
     *
     * @param classPath where that JVM finds this class and all that it needs
     * @throws IOException if that JVM fails
     */
    static Times measure(Timing timing, String classPath) throws IOException {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream().filter(each -> each.startsWith("-XX:")).forEach(command::add);
        command.addAll(List.of(NO_SUPERWORD, "--add-modules", "jdk.incubator.vector", "-cp", classPath, OneByOne.class.getName(),
                Long.toString(timing.warmUp()), Long.toString(timing.sample()), Integer.toString(timing.count())));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException("the JVM that measures plain loops with " + NO_SUPERWORD + " failed: exit code " + code);
            }
            return Json.read(output, Times.class);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while plain loops were measured", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * What that JVM runs; prints the times as JSON.
     *
     * @param args warm-up, sample and count of the {@link Timing}
     */
    public static void main(String[] args) {
        var timing = new Timing(Long.parseLong(args[0]), Long.parseLong(args[1]), Integer.parseInt(args[2]), false);
        List<Optimizer> optimizers = Contender.forDigits().stream()
                .map(contender -> Optimizer.of(contender.rule(), new Network(0).store(), Width.SCALAR)).toList();
        var nowhere = new PrintWriter(PrintWriter.nullWriter());
        System.out.println(Json.FOR_PAGE.toJson(timing.measure(optimizers, Progress.onTerminalOr(nowhere))));
    }
}
