package org.lanewise.bench.result;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.lanewise.tool.Json;
import org.lanewise.tool.Machine;
import org.lanewise.tool.WholeFile;

/**
 * All of the {@code results.json} that {@code bench --start} writes.
 *
 * @param format of the file
 * @param finished whether all was measured that should be
 * @param machine what was measured on
 * @param settings how
 * @param starts first steps
 * @param spreads of single steps at full speed
 */
public record StartResults(int format, boolean finished, Machine machine, Results.Settings settings, List<Start> starts,
        List<StepSpread> spreads) {
    private static final int MOST_BYTES = 8 << 20;

    /** Of this version's format. */
    public StartResults(boolean finished, Machine machine, Results.Settings settings, List<Start> starts, List<StepSpread> spreads) {
        this(Results.FORMAT, finished, machine, settings, starts, spreads);
    }

    /** Times with a doubt. */
    public long doubted() {
        return Stream.concat(starts.stream().map(Start::doubt), spreads.stream().map(StepSpread::doubt)).filter(one -> one != null).count();
    }

    /** The file's text; numbers that are not finite are null. */
    public String text() {
        return Json.FOR_FILE.toJson(this) + "\n";
    }

    /**
     * Reads a file of {@link #text}.
     *
     * @throws IOException if the file cannot be read or does not hold such results; the message names it
     */
    public static StartResults read(Path file) throws IOException {
        String text = WholeFile.read(file, MOST_BYTES);
        try {
            StartResults results = Json.read(text, StartResults.class);
            if (results.machine() == null || results.settings() == null || results.starts() == null || results.spreads() == null) {
                throw new IllegalArgumentException("it needs machine, settings, starts and spreads, which bench --start writes");
            }
            Validation.require(results);
            return results;
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " does not hold results of first steps: " + e.getMessage(), e);
        }
    }
}
