package org.lanewise.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lanewise.bench.report.Readme;
import org.lanewise.bench.report.ResultsFile;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Puts the numbers of a run into the tables of this project's README. */
@Command(name = "readme", hidden = true, description = "Puts the numbers of a run of bench into the tables of Lanewise's README.md.")
final class ReadmeCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "RESULTS", description = "results.json of bench --full")
    private Path results;

    @Parameters(index = "1", paramLabel = "README", description = "the file to change")
    private Path readme;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        try {
            Files.writeString(readme, Readme.with(Files.readString(readme), ResultsFile.read(results)));
        } catch (IOException | IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        return CommandLine.ExitCode.OK;
    }
}
