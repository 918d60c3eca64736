package org.lanewise.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import org.lanewise.tool.Cli;
import org.lanewise.tool.ExitCode;
import org.lanewise.tool.Json;
import org.lanewise.tool.Page;
import org.lanewise.tool.Progress;
import org.lanewise.tool.WholeFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Trains networks on handwritten digits with many rules and with the whole step, and reports what came out. */
@Command(
        name = "demo",
        sortOptions = false,
        description = "Trains networks on handwritten digits with eleven rules and with the whole step, with vectors and without, and "
                + "reports what came out.",
        footer = {"", "Exit codes: 0 if vectors and plain Java, two threads and one, a resumed training, and several processes gave the "
                + "same bits, 1 if not, " + ExitCode.COMMON + "."})
public final class Demo implements Callable<Integer> {
    @Option(names = "--csv", paramLabel = "FILE",
            description = "your own digits: 64 grey levels 0 to 16 and the label 0 to 9 on each of 10 to "
                    + DigitsCsv.MOST_ROWS + " lines; plain or gzipped")
    private Path csv;

    @Option(names = "--label", paramLabel = "PLACE",
            description = "where the label stands on each line: first or last, only with --csv (default: last; refused if it seems to be "
                    + "first)")
    private LabelPlace label;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "target/demo",
            description = "where to write index.html and results.json, in place of those that are there (default: ${DEFAULT-VALUE})")
    private Path out;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
            description = "chooses test images, first weights and batches (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--epochs", paramLabel = "N", defaultValue = "30",
            description = "passes over the training images, 1 to 1000 (default: ${DEFAULT-VALUE})")
    private int epochs;

    @Option(names = "--ranks", paramLabel = "N",
            description = "also trains in N processes together, " + Ranks.FEWEST + " to " + Ranks.MOST + ", and compares with one; needs "
                    + "Open MPI's mpirun and lanewise-distributed, built (default: not)")
    private Integer processes;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "shows this help")
    private boolean help;

    @Spec
    private CommandSpec spec;

    private final Timing timing;

    private final IntFunction<Ranks> rankSource;

    private Demo(Timing timing, IntFunction<Ranks> rankSource) {
        this.timing = timing;
        this.rankSource = rankSource;
    }

    /**
     * Runs the demo and exits.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(run(Timing.thorough(), Ranks::of, new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
    }

    /** Runs the demo; gives the exit code. */
    static int run(Timing timing, IntFunction<Ranks> rankSource, PrintWriter out, PrintWriter err, String... args) {
        return Cli.run(Cli.of(new Demo(timing, rankSource), out, err), args);
    }

    @Override
    public Integer call() throws IOException {
        if (epochs < 1 || epochs > 1000) {
            throw new ParameterException(spec.commandLine(), "--epochs must be 1 to 1000, got " + epochs);
        }
        if (label != null && csv == null) {
            throw new ParameterException(spec.commandLine(), "--label needs --csv: it says where the label stands in that file");
        }
        Optional<Ranks> ranks = ranks();
        Digits digits = csv == null ? DigitsCsv.builtIn() : DigitsCsv.read(csv, Optional.ofNullable(label));
        createDirectory();
        PrintWriter console = spec.commandLine().getOut();
        String source = csv == null ? "1,797 handwritten digits that come with the demo" : csv.toString();
        Progress progress = Progress.onTerminalOr(spec.commandLine().getErr());
        Findings findings = new Experiment(digits, epochs, seed).run(source, timing, ranks, progress);
        DemoResults results = findings.content().results();
        console.println();
        DemoTable.print(results, console);
        Path page = out.resolve("index.html"), json = out.resolve("results.json");
        Map<Path, String> texts = new LinkedHashMap<>();
        texts.put(json, Json.FOR_FILE.toJson(results) + "\n");
        texts.put(page, Page.of(Demo.class, findings.content(), PageTexts.of(findings)));
        WholeFile.writeAll(texts);
        console.println();
        console.println("Pictures: " + page.toAbsolutePath().normalize());
        console.println("Numbers:  " + json.toAbsolutePath().normalize());
        console.flush();
        return results.allBitsEqual() ? ExitCode.OK : ExitCode.FAILED;
    }

    private Optional<Ranks> ranks() {
        if (processes == null) {
            return Optional.empty();
        }
        if (processes < Ranks.FEWEST || processes > Ranks.MOST) {
            throw new ParameterException(spec.commandLine(),
                    "--ranks must be " + Ranks.FEWEST + " to " + Ranks.MOST + ", got " + processes);
        }
        Ranks ranks = rankSource.apply(processes);
        ranks.missing().ifPresent(sentence -> {
            throw new ParameterException(spec.commandLine(), sentence);
        });
        return Optional.of(ranks);
    }

    /** Before the work, not after it. */
    private void createDirectory() throws IOException {
        try {
            Files.createDirectories(out);
        } catch (IOException e) {
            throw new IOException("--out " + out + ": cannot be made a directory: " + WholeFile.reason(e), e);
        }
        if (!Files.isWritable(out)) {
            throw new IOException("--out " + out + ": no permission to write there");
        }
    }
}
