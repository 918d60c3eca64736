package org.lanewise.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.lanewise.tool.ExitCode;
import org.lanewise.tool.checkpoint.CheckpointContent;
import org.lanewise.tool.checkpoint.CheckpointTables;
import org.lanewise.tool.checkpoint.Conversion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Shows, compares and converts checkpoints. */
@Command(
        name = "checkpoint",
        sortOptions = false,
        description = "Shows what is in a checkpoint, in safetensors or as torch.save writes it (.pt, .pth); compares two; converts one.",
        footer = {
            "",
            "Tensors are named as in safetensors: the parameter weight, and its state state.weight.exp_avg. norm is the root of the sum of "
                + "squares, |x| the largest magnitude, both of numbers that are finite.",
            "--to FILE.safetensors writes what org.lanewise.checkpoint.Checkpoint loads, or the model alone if there is no optimizer; --to "
                + "FILE.pt what torch.load(weights_only=True) does. Files that are read are data: nothing in them is run.",
            "Exit codes: 0; with a second file 0 if all tensors are the same, 1 if not; " + ExitCode.COMMON + "."})
final class CheckpointCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "FILE", description = "a checkpoint")
    private Path file;

    @Parameters(index = "1", arity = "0..1", paramLabel = "OTHER", description = "what to compare it with")
    private Optional<Path> other = Optional.empty();

    @Option(names = "--to", paramLabel = "FILE", description = "what to convert it to: a name that ends with .safetensors, .pt or .pth")
    private Optional<Path> target = Optional.empty();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (target.isPresent()) {
            Conversion.run(file, target.get());
            spec.commandLine().getOut().println("wrote " + target.get());
            return ExitCode.OK;
        }
        try (CheckpointContent content = CheckpointContent.open(file)) {
            if (other.isEmpty()) {
                CheckpointTables.show(content, spec.commandLine().getOut());
                return ExitCode.OK;
            }
            try (CheckpointContent second = CheckpointContent.open(other.get())) {
                return CheckpointTables.compare(content, second, spec.commandLine().getOut()) ? ExitCode.OK : ExitCode.FAILED;
            }
        }
    }
}
