package org.lanewise.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Checks of options that several commands have. Each refuses with a sentence that names the option. */
final class Options {
    private Options() {}

    /** Refuses numbers of JVMs outside 1 to 100; null is none asked for. */
    static void requireForks(CommandSpec spec, Integer forks) {
        if (forks != null && (forks < 1 || forks > 100)) {
            throw new ParameterException(spec.commandLine(), "--forks must be 1 to 100, got " + forks);
        }
    }

    /** Makes the directory of {@code --out}, unless it is there. */
    static void createDirectory(CommandSpec spec, Path out) {
        try {
            Files.createDirectories(out);
        } catch (IOException e) {
            throw new ParameterException(spec.commandLine(), "--out " + out + ": cannot be made a directory", e);
        }
        if (!Files.isWritable(out)) {
            throw new ParameterException(spec.commandLine(), "--out " + out + ": no permission to write there");
        }
    }
}
