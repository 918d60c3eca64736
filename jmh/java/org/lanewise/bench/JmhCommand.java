package org.lanewise.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.lanewise.bench.plan.JmhFailure;
import org.lanewise.bench.plan.JmhLock;
import org.lanewise.tool.Choices;
import org.lanewise.tool.Cli;
import org.lanewise.tool.ExitCode;
import org.lanewise.tool.Printable;
import org.lanewise.tool.RuleTable;
import org.lanewise.tool.SizeList;
import org.lanewise.tool.WholeFile;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import picocli.CommandLine.Command;

/**
 * JMH's own runner over the benchmarks of this jar. {@link Main} hands it all arguments as they are, since JMH has options, such as
 * {@code -h}, that commands here have too.
 */
@Command(name = JmhCommand.NAME, description = "JMH's own runner: -l lists the benchmarks, -h all options. -p rule= and -p n= take what "
        + "--rule and --size take. Exit codes: 0 if JMH ran, 1 if it failed, 4 if another JMH runs on this machine, "
        + ExitCode.COMMON + ".")
final class JmhCommand {
    static final String NAME = "jmh";

    private static final String PARAMETER = "-p", RULE = "rule=", SIZE = "n=";

    private JmhCommand() {}

    /** Runs what stands behind the name of the command; gives the exit code. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        return Cli.run(Cli.of(new Jmh(err, args), out, err));
    }

    /** JMH, with its arguments but none for the command line. */
    @Command(name = NAME)
    private record Jmh(PrintWriter err, String... args) implements Callable<Integer> {
        @Override
        public Integer call() throws IOException {
            String[] own;
            CommandLineOptions options;
            try {
                own = translated(args);
                options = new CommandLineOptions(own);
            } catch (IllegalArgumentException | CommandLineOptionException e) {
                err.println(Printable.line(e.getMessage()) + "; see jmh -h");
                return ExitCode.USAGE;
            }
            if (options.shouldHelp() || options.shouldList() || options.shouldListWithParams() || options.shouldListProfilers()
                    || options.shouldListResultFormats()) {
                org.openjdk.jmh.Main.main(own);
                return ExitCode.OK;
            }
            return measure(options);
        }

        private int measure(CommandLineOptions options) throws IOException {
            if (options.getOutput().hasValue()) {
                WholeFile.requireWritable("-o", Path.of(options.getOutput().get()));
            }
            if (options.getResult().hasValue()) {
                WholeFile.requireWritable("-rff", Path.of(options.getResult().get()));
            }
            Optional<JmhLock> lock = Options.takeLock(err);
            if (lock.isEmpty()) {
                return ExitCode.BUSY;
            }
            // JMH takes it again; without this look at it, it would end with a stack trace.
            lock.get().close();
            try {
                new Runner(options).run();
                return ExitCode.OK;
            } catch (NoBenchmarksException _) {
                err.println("no benchmark has a name that fits; jmh -l lists them");
            } catch (RunnerException e) {
                err.println(JmhFailure.sentence(e));
            }
            return ExitCode.FAILED;
        }
    }

    /**
     * JMH's arguments, names of rules spelled as it needs them and sizes in digits.
     *
     * @throws IllegalArgumentException if a rule or a size is none; the sentence says which
     */
    static String[] translated(String... args) {
        List<String> translated = new ArrayList<>();
        for (int k = 1; k < args.length; k++) {
            boolean behind = args[k - 1].equals(PARAMETER), joined = args[k].startsWith(PARAMETER) && args[k].contains("=");
            String option = joined ? PARAMETER : "";
            translated.add(behind || joined ? option + parameter(args[k].substring(option.length())) : args[k]);
        }
        return translated.toArray(String[]::new);
    }

    private static String parameter(String parameter) {
        if (parameter.startsWith(RULE)) {
            List<String> rules = List.of(parameter.substring(RULE.length()));
            return RULE + String.join(",", Choices.of(PARAMETER + " " + RULE, rules, RuleTable.firstOfEach().keySet()));
        }
        if (parameter.startsWith(SIZE)) {
            List<String> sizes = List.of(parameter.substring(SIZE.length()));
            return SIZE + SizeList.of(PARAMETER + " " + SIZE, sizes).stream().map(String::valueOf).collect(Collectors.joining(","));
        }
        return parameter;
    }
}
