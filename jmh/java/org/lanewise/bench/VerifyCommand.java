package org.lanewise.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.lanewise.Rule;
import org.lanewise.Width;
import org.lanewise.bench.work.JvmFlags;
import org.lanewise.tool.ExitCode;
import org.lanewise.tool.Json;
import org.lanewise.tool.Progress;
import org.lanewise.tool.RuleTable;
import org.lanewise.tool.WholeFile;
import org.lanewise.verify.Equivalence;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Compares what executed kernels give on this CPU with the rules' plain Java loops, bit by bit. */
@Command(
        name = VerifyCommand.NAME,
        sortOptions = false,
        description = "Compares what vector kernels give on this CPU with the rules' plain Java loops, bit by bit: every rule with "
                + "every option, every way to store, every width.",
        footer = {
            "",
            Options.LISTS,
            "The first form of each rule is also compared in an optimizer that maximizes, flushes subnormal states, accumulates weighted",
            "gradients, sets to 0 what is not finite, and clips by value.",
            "Runs in a JVM with flags that make C2 compile each kernel early, and the kernel wait for it. Checks each rule until the JVM",
            "says that all loops were compiled by C2 before the check and still are after it; only that check counts.",
            "java -XX:UseAVX=2 -jar lanewise-bench.jar verify verifies the AVX2 code of a CPU that has AVX-512.",
            "Exit codes: 0 if no bit differs, 1 if one does, 3 if none differs and C2 did not compile a loop or no step moved a parameter,",
            ExitCode.COMMON + "."})
final class VerifyCommand implements Callable<Integer> {
    static final String NAME = "verify";

    /**
     * Most of the work is compiling some thousand kernels. With these flags C2 compiles each after some dozen short calls, while the caller
     * waits, and only once: on-stack replacement would compile it a second time. AdamW's kernels take 10 instead of 58 s so. Without tiers
     * the code cache has 48 MiB, from which the JVM throws away loops that are to be compared again.
     */
    static final List<String> JVM_FLAGS = List.of(JvmFlags.VECTORS_FIRST, "-XX:-TieredCompilation", "-Xbatch", "-XX:-UseOnStackReplacement",
            "-XX:Tier4MinInvocationThreshold=30", "-XX:Tier4CompileThreshold=500", "-XX:Tier4InvocationThreshold=500",
            "-XX:Tier0InvokeNotifyFreqLog=3", "-XX:Tier0ProfilingStartPercentage=10", "-XX:ReservedCodeCacheSize=512m",
            "-XX:-UseDynamicNumberOfCompilerThreads", "-XX:CICompilerCount=" + Runtime.getRuntime().availableProcessors());

    @Option(names = "--rule", paramLabel = "NAME", description = "only these rules")
    private List<String> names = List.of();

    @Option(names = "--width", split = ",", paramLabel = "BITS", description = "only vectors of these widths: 128, 256, 512 (default: all "
            + "that this CPU has, and plain loops)")
    private Set<Integer> widths = Set.of();

    @Option(names = "--class-path", paramLabel = "PATH", description = "jars and folders with rules of your own; --rule then has the names "
            + "of their classes, which need a public constructor that takes nothing or a learning rate, or of static methods that give a "
            + "rule or a collection of rules: my.Rule, my.Rules#all")
    private String classPath;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "chooses the numbers (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--json", paramLabel = "FILE", description = "where to write the results as JSON")
    private Path json;

    @Spec
    private CommandSpec spec;

    private final List<Rule> rules;

    /** Over the library's rules. */
    VerifyCommand() {
        this(RuleTable.all());
    }

    VerifyCommand(List<Rule> rules) {
        this.rules = rules;
    }

    @Override
    public Integer call() throws IOException {
        if (classPath == null) {
            return verify();
        }
        try {
            return verify();
        } catch (ParameterException | IOException | OutOfMemoryError e) {
            throw e;
        } catch (Throwable e) {
            throw OwnRules.thrown(spec, String.join(",", names), e);
        }
    }

    private int verify() throws IOException {
        Map<String, List<Equivalence>> chosen = chosen();
        if (json != null) {
            WholeFile.requireWritable("--json", json);
        }
        PrintWriter out = spec.commandLine().getOut();
        Progress progress = Progress.onTerminalOr(spec.commandLine().getErr());
        List<Verification> all = verify(chosen, progress);
        VerifyTable.print(all, out);
        if (json != null) {
            WholeFile.write(json, Json.FOR_FILE.toJson(VerifyReport.of(seed, Width.preferred().bits(), all)) + "\n");
        }
        if (all.stream().anyMatch(rule -> rule.differences() > 0)) {
            return ExitCode.FAILED;
        }
        return all.stream().allMatch(rule -> rule.notShown().isEmpty()) ? ExitCode.OK : ExitCode.NOT_SHOWN;
    }

    private List<Verification> verify(Map<String, List<Equivalence>> chosen, Progress progress) {
        List<Equivalence.Result> results = check(chosen.values().stream().flatMap(List::stream).toList(), progress);
        List<Verification> all = new ArrayList<>();
        int from = 0;
        for (Map.Entry<String, List<Equivalence>> rule : chosen.entrySet()) {
            int to = from + rule.getValue().size();
            all.add(new Verification(rule.getKey(), results.subList(from, to)));
            from = to;
        }
        return all;
    }

    /** Side by side, so that no core waits for the last options of a rule. */
    private List<Equivalence.Result> check(List<Equivalence> checks, Progress progress) {
        try (Progress.Bar bar = progress.start("Verifying", checks.stream().mapToLong(Equivalence::comparisons).sum())) {
            return checks.parallelStream().map(check -> check(check, bar)).toList();
        }
    }

    private Equivalence.Result check(Equivalence check, Progress.Bar bar) {
        Equivalence.Result result;
        try {
            result = check.check(bar::step);
        } catch (Throwable e) {
            if (classPath == null || e instanceof OutOfMemoryError) {
                throw e;
            }
            throw OwnRules.refused(spec, check.rule(), e);
        }
        if (result.differences() == 0 && result.comparisons() != check.comparisons()) {
            throw new IllegalStateException(check.rule() + " has " + result.comparisons() + " comparisons, expected "
                    + check.comparisons());
        }
        return result;
    }

    /** Every row of the chosen rules, and the first of each also with all that an optimizer does to gradients and states. */
    private Map<String, List<Equivalence>> chosen() {
        Width[] only = Options.requireWidths(spec, widths).toArray(Width[]::new);
        Map<String, List<Equivalence>> known = new LinkedHashMap<>();
        List<Rule> all = classPath == null ? rules : ownRules();
        for (Rule rule : all) {
            Equivalence every = Equivalence.of(rule).withSeed(seed), check = only.length == 0 ? every : every.withWidths(only);
            List<Equivalence> checks = known.computeIfAbsent(name(rule.getClass(), all), _ -> new ArrayList<>());
            checks.add(check);
            if (checks.size() == 1) {
                checks.add(check.withMaximize(true).withFlushSubnormals(!rule.states().isEmpty()).withTreatedGradients(true));
            }
        }
        Set<String> asked = classPath == null ? Options.requireRules(spec, names, known.keySet()) : Set.of();
        if (!asked.isEmpty()) {
            known.keySet().retainAll(asked);
        }
        return known;
    }

    /** The name without the package, if it has one and no other class has the same. */
    static String name(Class<?> type, List<Rule> all) {
        String simple = type.getSimpleName();
        return !simple.isEmpty() && all.stream().map(Object::getClass).filter(other -> other.getSimpleName().equals(simple))
                .allMatch(other -> other == type) ? simple : type.getName();
    }

    private List<Rule> ownRules() {
        if (names.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--class-path needs --rule with the names of its classes that are rules");
        }
        OwnRules own = new OwnRules(spec, classPath);
        return names.stream().flatMap(list -> Stream.of(list.split(",", -1))).map(String::strip).distinct()
                .flatMap(name -> own.of(name).stream()).toList();
    }
}
