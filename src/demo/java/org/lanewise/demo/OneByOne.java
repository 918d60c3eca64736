package org.lanewise.demo;

import java.io.IOException;
import java.io.PrintWriter;
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
        String output = OtherJvm.run("measures plain loops with " + NO_SUPERWORD, List.of(NO_SUPERWORD), classPath, OneByOne.class,
                Long.toString(timing.warmUp()), Long.toString(timing.sample()), Integer.toString(timing.count()));
        return Json.read(output, Times.class);
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
