package org.lanewise.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.lanewise.bench.report.Documents;
import org.lanewise.bench.result.Results;
import org.lanewise.bench.result.ResultsFile;
import org.lanewise.bench.result.StartResults;
import org.lanewise.tool.ExitCode;
import org.lanewise.tool.RunFolder;
import org.lanewise.tool.WholeFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts the numbers of a run into this project's documents. */
@Command(
        name = "readme",
        hidden = true,
        sortOptions = false,
        description = "Puts the numbers of a run of bench --full into Lanewise's README.md, src/docs/measured.md, rules.md and chart.svg, "
                + "and the results into src/docs/results under the name of the CPU. The chart shows two results side by side; all tables "
                + "are of the first. Nothing is written if anything is missing.",
        footer = {"", "Exit codes: 0 if all was written, " + ExitCode.COMMON + "."})
final class ReadmeCommand implements Callable<Integer> {
    @Parameters(arity = "1..2", paramLabel = "RESULTS", description = "a run of bench --full, on one machine or two: its "
            + "results.json, its folder, or the folder of all runs, which stands for the latest")
    private List<Path> files;

    @Option(names = "--project", paramLabel = "DIR", defaultValue = ".",
            description = "the folder of Lanewise's sources (default: ${DEFAULT-VALUE})")
    private Path project;

    @Option(names = "--unfinished", description = "takes results of a run that was ended early, if they have all that is needed")
    private boolean unfinished;

    @Option(names = "--start", description = "takes a run of bench --start instead, and puts its tables into src/docs/measured.md and its "
            + "chart beside it")
    private boolean start;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        try {
            Map<Path, String> texts = start ? withStart() : withRules();
            WholeFile.writeAll(texts);
            texts.keySet().forEach(spec.commandLine().getOut()::println);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        return ExitCode.OK;
    }

    private Map<Path, String> withRules() throws IOException {
        List<Results> results = new ArrayList<>();
        for (Path each : files) {
            Path file = RunFolder.file(each, RunFiles.RESULTS);
            results.add(ResultsFile.read(file));
            requireFinished(file, results.getLast().finished());
        }
        return Documents.with(project, results);
    }

    private Map<Path, String> withStart() throws IOException {
        if (files.size() != 1) {
            throw new IllegalArgumentException("--start takes one run, got " + files.size());
        }
        Path file = RunFolder.file(files.getFirst(), RunFiles.RESULTS);
        StartResults results = StartResults.read(file);
        requireFinished(file, results.finished());
        return Documents.withStart(project, results);
    }

    private void requireFinished(Path file, boolean finished) {
        if (!finished && !unfinished) {
            throw new ParameterException(spec.commandLine(), file + " is of a run that was ended early or whose JVMs failed; --unfinished "
                    + "takes it");
        }
    }
}
