package org.lanewise.bench;

import java.util.Arrays;
import picocli.CommandLine.Command;

/**
 * JMH's own runner over the benchmarks of this jar. {@link Main} hands it all arguments as they are, since JMH has options, such as
 * {@code -h}, that commands here have too.
 */
@Command(name = JmhCommand.NAME, description = "JMH's own runner: -l lists the benchmarks, -h all options.")
final class JmhCommand {
    static final String NAME = "jmh";

    private JmhCommand() {}

    /** Runs what stands behind the name of the command; JMH ends this JVM if a benchmark fails. */
    static void run(String... args) throws Exception {
        org.openjdk.jmh.Main.main(Arrays.copyOfRange(args, 1, args.length));
    }
}
