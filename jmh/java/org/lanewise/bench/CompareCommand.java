package org.lanewise.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.lanewise.bench.report.ChangesTable;
import org.lanewise.bench.result.ResultsFile;
import org.lanewise.tool.ExitCode;
import org.lanewise.tool.RunFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows two results side by side. */
@Command(
        name = "compare",
        sortOptions = false,
        description = "Shows two results of bench or peers side by side: before and after a change, or two CPUs.",
        footer = {
            "",
            "B/A is the second time over the first. noise is what the ratio would differ from 1 by chance, in 99 of 100 cases at most: "
                + "for each time the distance of its quartile, over 0.6745, is the standard deviation; times 1.2533 over the root of the "
                + "number of JVMs, the standard error of the median; 2.576 times the root of the sum of both squares is noise. With one "
                + "JVM for each cell, what differs from JVM to JVM is not seen: use --forks 5. Of 100 cells that are the same, one is "
                + "called faster or slower all the same.",
            "Exit codes: 0 whatever the difference, " + ExitCode.COMMON + "."})
final class CompareCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "A",
            description = "the first run: its results.json, its folder, or the folder of all runs, which stands for the latest")
    private Path first;

    @Parameters(index = "1", paramLabel = "B", description = "the second run")
    private Path second;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Path a = RunFolder.file(first, RunFiles.RESULTS), b = RunFolder.file(second, RunFiles.RESULTS);
        ChangesTable.print(a.toString(), ResultsFile.read(a), b.toString(), ResultsFile.read(b), spec.commandLine().getOut());
        return ExitCode.OK;
    }
}
