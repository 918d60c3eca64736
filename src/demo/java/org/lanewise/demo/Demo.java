package org.lanewise.demo;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lanewise.tool.Json;
import org.lanewise.tool.Page;
import org.lanewise.tool.Progress;
import org.lanewise.tool.WholeFile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Trains a network on handwritten digits with seven rules, with vectors and without, and reports what came out. */
@Command(
        name = "demo",
        sortOptions = false,
        description = "Trains a network on handwritten digits with seven rules, with vectors and without, and reports what came out.",
        footer = {"", "Exit codes: 0 if vectors and plain Java gave the same bits, 1 if not, 2 if the input cannot be used."})
public final class Demo implements Callable<Integer> {
    private static final int BITS_DIFFER = 1;

    @Option(names = "--csv", paramLabel = "FILE",
            description = "your own digits: 64 grey levels 0 to 16 and the label 0 to 9 on each line; plain or gzipped")
    private Path csv;

    @Option(names = "--out", paramLabel = "DIR", defaultValue = "target/demo",
            description = "where to write index.html and results.json (default: ${DEFAULT-VALUE})")
    private Path out;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1",
            description = "chooses test images, first weights and batches (default: ${DEFAULT-VALUE})")
    private long seed;

    @Option(names = "--epochs", paramLabel = "N", defaultValue = "30",
            description = "passes over the training images, 1 to 1000 (default: ${DEFAULT-VALUE})")
    private int epochs;

    @Option(names = {"-h", "--help"}, usageHelp = true, description = "shows this help")
    private boolean help;

    @Spec
    private CommandSpec spec;

    private final Timing timing;

    private Demo(Timing timing) {
        this.timing = timing;
    }

    /**
     * Runs the demo and exits.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(run(Timing.thorough(), new PrintWriter(System.out, true), new PrintWriter(System.err, true), args));
    }

    /** Runs the demo; gives the exit code. */
    static int run(Timing timing, PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new Demo(timing))
                .setOut(out)
                .setErr(err)
                .setParameterExceptionHandler((e, _) -> refuse(e.getCommandLine(), e.getMessage() + "; see --help"))
                .setExecutionExceptionHandler((e, command, _) -> {
                    if (e instanceof BadInput) {
                        return refuse(command, e.getMessage());
                    }
                    throw e;
                })
                .execute(args);
    }

    private static int refuse(CommandLine command, String reason) {
        command.getErr().println(reason);
        return CommandLine.ExitCode.USAGE;
    }

    @Override
    public Integer call() throws IOException {
        if (epochs < 1 || epochs > 1000) {
            throw new BadInput("--epochs must be 1 to 1000, got " + epochs);
        }
        Digits digits = csv == null ? DigitsCsv.builtIn() : DigitsCsv.read(csv);
        createDirectory();
        PrintWriter console = spec.commandLine().getOut();
        String source = csv == null ? "1,797 handwritten digits that come with the demo" : csv.toString();
        Progress progress = Progress.onTerminalOr(spec.commandLine().getErr());
        Content content = new Experiment(digits, epochs, seed).run(source, timing, progress);
        console.println();
        DemoTable.print(content.results(), console);
        Path page = write("index.html", Page.of(Demo.class, content));
        Path json = write("results.json", Json.FOR_FILE.toJson(content.results()) + "\n");
        console.println();
        console.println("Pictures: " + page.toAbsolutePath().normalize());
        console.println("Numbers:  " + json.toAbsolutePath().normalize());
        console.flush();
        return content.results().allBitsEqual() ? CommandLine.ExitCode.OK : BITS_DIFFER;
    }

    private void createDirectory() {
        try {
            Files.createDirectories(out);
        } catch (IOException _) {
            throw new BadInput("--out " + out + ": cannot be made a directory");
        }
        if (!Files.isWritable(out)) {
            throw new BadInput("--out " + out + ": no permission to write there");
        }
    }

    private Path write(String name, String text) {
        Path file = out.resolve(name);
        try {
            WholeFile.write(file, text);
            return file;
        } catch (IOException e) {
            throw new BadInput(e.getMessage());
        }
    }
}
