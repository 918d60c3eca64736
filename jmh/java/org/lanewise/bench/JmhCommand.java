package org.lanewise.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.lanewise.tool.Choices;
import org.lanewise.tool.RuleTable;
import org.lanewise.tool.SizeList;
import picocli.CommandLine.Command;

/**
 * JMH's own runner over the benchmarks of this jar. {@link Main} hands it all arguments as they are, since JMH has options, such as
 * {@code -h}, that commands here have too.
 */
@Command(name = JmhCommand.NAME, description = "JMH's own runner: -l lists the benchmarks, -h all options. -p rule= and -p n= take what "
        + "--rule and --size take. Exit codes are JMH's.")
final class JmhCommand {
    static final String NAME = "jmh";

    private static final String PARAMETER = "-p", RULE = "rule=", SIZE = "n=";

    private JmhCommand() {}

    /** Runs what stands behind the name of the command; JMH ends this JVM if a benchmark fails. */
    static void run(String... args) throws Exception {
        org.openjdk.jmh.Main.main(translated(args));
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
