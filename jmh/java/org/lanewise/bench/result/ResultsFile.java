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
        Results results;
        try {
            results = Json.FOR_FILE.fromJson(Files.readString(file), Results.class);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file", e);
        } catch (IOException e) {
            throw new IOException(file + ": cannot be read: " + e.getMessage(), e);
        } catch (JsonParseException e) {
            throw new IOException(file + " does not hold results: " + e.getMessage(), e);
        }
        if (results == null || results.machine() == null || results.settings() == null || results.rows() == null
                || results.latencies() == null) {
            throw new IOException(file + " does not hold results: it needs machine, settings, rows and latencies");
        }
        return results;
    }
}
