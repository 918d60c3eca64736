package org.lanewise.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import org.lanewise.bench.work.JvmFlags;
import org.lanewise.bench.work.ParentWatch;
import org.lanewise.tool.Cli;
import org.lanewise.tool.ExitCode;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The jar's commands. */
@Command(
        name = "java -jar lanewise-bench.jar",
        sortOptions = false,
        description = "Measures and verifies Lanewise on this CPU.",
        subcommands = {VerifyCommand.class, TorchCommand.class, CheckpointCommand.class, BenchCommand.class, CompareCommand.class,
            PeersCommand.class, JmhCommand.class, ReadmeCommand.class},
        footer = {"", "Options of the JVM that begin with -XX: are kept, also for the JVMs that bench starts: "
                + "java -XX:UseAVX=2 -jar lanewise-bench.jar verify runs AVX2 code."})
public final class Main {
    @Option(names = {"-h", "--help"}, usageHelp = true, scope = ScopeType.INHERIT, description = "shows this help")
    private boolean help;

    private Main() {}

    /**
     * Runs a command and exits.
     *
     * @param args see {@code --help}
     * @throws InterruptedException if the thread is interrupted while another JVM does the work
     */
    public static void main(String[] args) throws InterruptedException {
        ParentWatch.start();
        PrintWriter err = new PrintWriter(System.err, true);
        Optional<String> unusable = Jvm.unusable();
        if (unusable.isPresent()) {
            err.println(unusable.get());
            System.exit(ExitCode.USAGE);
        }
        List<String> flags = args.length == 0 ? List.of() : switch (args[0]) {
            case VerifyCommand.NAME -> VerifyCommand.JVM_FLAGS;
            case TorchCommand.NAME -> List.of(JvmFlags.VECTORS_FIRST);
            case BenchCommand.NAME, JmhCommand.NAME -> BenchCommand.JVM_FLAGS;
            default -> List.of();
        };
        if (!Jvm.isReady(flags)) {
            System.exit(child(flags, args, err));
        }
        PrintWriter out = new PrintWriter(System.out, true);
        System.exit(args.length > 0 && args[0].equals(JmhCommand.NAME) ? JmhCommand.run(out, err, args) : run(out, err, args));
    }

    private static int child(List<String> flags, String[] args, PrintWriter err) throws InterruptedException {
        try {
            int code = Jvm.run(flags, List.of(args));
            Jvm.killed(code).ifPresent(err::println);
            return code;
        } catch (IOException e) {
            err.println("no JVM can be started: " + e.getMessage());
            return ExitCode.USAGE;
        }
    }

    /** Runs a command in this JVM; gives the exit code. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        CommandLine command = Cli.of(new Main(), out, err);
        if (args.length == 0) {
            command.usage(err);
            return ExitCode.USAGE;
        }
        return Cli.run(command, args);
    }
}
