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
import org.lanewise.tool.torch.Comparing;
import org.lanewise.tool.torch.Comparison;
import org.lanewise.tool.torch.ContinuedTraining;
import org.lanewise.tool.torch.NumbersFile;
import org.lanewise.tool.torch.Origin;
import org.lanewise.tool.torch.Recording;
import org.lanewise.tool.torch.TrainingComparison;
import org.lanewise.tool.torch.TrainingRecording;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Compares what PyTorch has computed with the rules, or with schedules and the loss scaler. */
@Command(
        name = TorchCommand.NAME,
        sortOptions = false,
        description = "Compares what PyTorch has computed with the rules, bit by bit: parameters and every state, in Java arrays and in "
                + "native memory, at every width of this CPU. Python is not needed.",
        footer = {
            "",
            "src/docs/torch/record.py of the sources records such a file from the PyTorch you have, with your options and gradients, and "
                + "the README.md beside it says what a file holds. Bits are those of PyTorch 2.14.1, one tensor at a time (foreach=False, "
                + "fused=False); src/docs/compatibility.md says what its other paths compute differently. A case that Lanewise has no "
                + "counterpart of is skipped by name.",
            "A file of whole training steps is compared with groups, clipping, averages and schedules of OptimizerBuilder: by bits, with "
                + "the norms of gradients that PyTorch had, and with Lanewise's own nearly.",
            "A file of trainings that go on is compared with optimizers that are loaded from the .pt files beside it.",
            "A file that begins with a bracket is a list of what schedules or the loss scaler of PyTorch or transformers computed, as "
                + "JSON, and is compared with org.lanewise.schedule and LossScaler.",
            "Exit codes: 0 if no number differs, 1 if one does, 3 if every case was skipped, " + ExitCode.COMMON + "."})
final class TorchCommand implements Callable<Integer> {
    static final String NAME = "torch";

    @Parameters(index = "0", paramLabel = "FILE", description = "a recording, in the safetensors format, or a list, in JSON")
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
        if (NumbersFile.is(file)) {
            return compareNumbers();
        }
        if (ContinuedTraining.is(file)) {
            try (ContinuedTraining training = ContinuedTraining.open(file)) {
                return compare(training.origin(), training);
            }
        }
        if (TrainingRecording.is(file)) {
            try (TrainingRecording recording = TrainingRecording.open(file)) {
                return compare(recording.origin(), TrainingComparison.of(recording));
            }
        }
        try (Recording recording = Recording.open(file)) {
            return compare(recording.origin(), Comparison.of(recording));
        }
    }

    private int compare(Origin origin, Comparing comparing) throws IOException {
        List<Compared> compared = run(comparing);
        TorchTable.print(origin, comparing, compared, spec.commandLine().getOut());
        if (json != null) {
            WholeFile.write(json, Json.FOR_FILE.toJson(TorchReport.of(file, origin, compared, comparing.skipped())) + "\n");
        }
        if (compared.isEmpty()) {
            return ExitCode.NOT_SHOWN;
        }
        return compared.stream().allMatch(one -> one.differences().isEmpty()) ? ExitCode.OK : ExitCode.FAILED;
    }

    private int compareNumbers() throws IOException {
        NumbersFile numbers = NumbersFile.compare(file);
        NumbersTable.print(numbers, spec.commandLine().getOut());
        if (json != null) {
            WholeFile.write(json, Json.FOR_FILE.toJson(NumbersReport.of(file, numbers)) + "\n");
        }
        if (numbers.compared().isEmpty()) {
            return ExitCode.NOT_SHOWN;
        }
        return numbers.compared().stream().allMatch(one -> one.differing() == 0) ? ExitCode.OK : ExitCode.FAILED;
    }

    private List<Compared> run(Comparing comparing) {
        Progress progress = Progress.onTerminalOr(spec.commandLine().getErr());
        try (Progress.Bar bar = progress.start("Comparing", comparing.size())) {
            return comparing.run(_ -> bar.step());
        }
    }
}
