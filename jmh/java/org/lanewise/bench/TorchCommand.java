package org.lanewise.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.lanewise.tool.ExitCode;
import org.lanewise.tool.Json;
import org.lanewise.tool.Progress;
import org.lanewise.tool.WholeFile;
import org.lanewise.tool.torch.Compared;
import org.lanewise.tool.torch.Comparison;
import org.lanewise.tool.torch.Recording;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares what PyTorch has computed with the rules. */
@Command(
        name = "torch",
        sortOptions = false,
        description = "Compares what PyTorch has computed with the rules, bit by bit: parameters and every state, in Java arrays and in "
                + "native memory, at every width of this CPU. Python is not needed.",
        footer = {
            "",
            "src/docs/torch/record.py of the sources records such a file from the PyTorch you have, with your options and gradients, and "
                + "the README.md beside it says what a file holds. Bits are those of PyTorch 2.14.1, one tensor at a time (foreach=False, "
                + "fused=False); src/docs/compatibility.md says what its other paths compute differently. A case that Lanewise has no "
                + "counterpart of is skipped by name.",
            "Exit codes: 0 if no number differs, 1 if one does, 3 if every case was skipped, " + ExitCode.COMMON + "."})
final class TorchCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "FILE", description = "a recording, in the safetensors format")
    private Path file;

    @Option(names = "--json", paramLabel = "FILE", description = "where to write the results as JSON")
    private Path json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (json != null) {
            WholeFile.requireWritable("--json", json);
        }
        try (Recording recording = Recording.open(file)) {
            Comparison comparison = Comparison.of(recording);
            List<Compared> compared = compare(comparison);
            TorchTable.print(recording, compared, comparison.skipped(), spec.commandLine().getOut());
            if (json != null) {
                WholeFile.write(json, Json.FOR_FILE.toJson(TorchReport.of(file, recording, compared, comparison.skipped())) + "\n");
            }
            if (compared.isEmpty()) {
                return ExitCode.NOT_SHOWN;
            }
            return compared.stream().allMatch(one -> one.differences().isEmpty()) ? ExitCode.OK : ExitCode.FAILED;
        }
    }

    private List<Compared> compare(Comparison comparison) {
        Progress progress = Progress.onTerminalOr(spec.commandLine().getErr());
        try (Progress.Bar bar = progress.start("Comparing", comparison.size())) {
            return comparison.run(_ -> bar.step());
        }
    }
}
