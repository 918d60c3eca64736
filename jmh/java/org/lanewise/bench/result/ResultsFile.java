package org.lanewise.bench.result;

import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.lanewise.tool.Json;
import org.lanewise.tool.Machine;
import org.lanewise.tool.WholeFile;

/** {@code results.json}. */
public final class ResultsFile {
    /** Ten times a full run, which has some 1,500 rows of 500 bytes. */
    private static final long MOST_BYTES = 8 << 20;
    private static final String NEEDED = "it needs machine, settings, rows and latencies";

    private ResultsFile() {}

    /** The name that a file of results has in {@code src/docs/results}: that of the CPU, as {@code intel-xeon-gold-6338.json}. */
    public static String nameFor(Machine machine) {
        String words = machine.cpu().toLowerCase(Locale.ROOT).replaceAll("\\((r|tm)\\)", " ").replaceAll("[^a-z0-9]+", "-");
        return words.replaceAll("^-|-$", "") + ".json";
    }

    /**
     * Writes results; numbers that are not finite are written as null.
     *
     * @param file where to
     * @param results what
     * @throws IOException if the file cannot be written; the message names it
     */
    public static void write(Path file, Results results) throws IOException {
        WholeFile.write(file, text(results));
    }

    /** What {@link #write} writes. */
    public static String text(Results results) {
        return Json.FOR_FILE.toJson(results) + "\n";
    }

    /**
     * Reads what {@link #write} wrote; a null where the record has no room for one comes back as NaN.
     *
     * @param file where from
     * @return its results
     * @throws IOException if the file cannot be read or does not hold results; the message names it
     */
    public static Results read(Path file) throws IOException {
        String text = text(file);
        try {
            Results results = Json.FOR_FILE.fromJson(text, Results.class);
            if (results == null || results.machine() == null || results.settings() == null || results.rows() == null
                    || results.latencies() == null) {
                throw new IllegalArgumentException(NEEDED);
            }
            Validation.require(results);
            return results.format() == 0 ? new Results(results.machine(), results.settings(), results.rows(), results.latencies())
                    : results;
        } catch (JsonParseException | IllegalArgumentException e) {
            throw new IOException(file + " does not hold results: " + reason(e), e);
        }
    }

    private static String text(Path file) throws IOException {
        try {
            // A pipe has no end before its writer ends, and a device may have none at all.
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new IOException("is no regular file");
            }
            if (Files.size(file) > MOST_BYTES) {
                throw new IOException("has " + Files.size(file) + " bytes, at most " + MOST_BYTES + " are read");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file", e);
        } catch (IOException e) {
            throw new IOException(file + ": cannot be read: " + WholeFile.reason(e), e);
        }
    }

    /** What is wrong and where, without the parser's names of classes and links. */
    private static String reason(RuntimeException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("").replaceAll("(\\w+\\.)+\\w*Exception: ", "");
    }
}
