package org.lanewise.bench.report;

import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.lanewise.bench.Results;
import org.lanewise.tool.Json;

/** {@code results.json}. */
public final class ResultsFile {
    private ResultsFile() {}

    /**
     * Writes results; numbers that are not finite are written as null.
     *
     * @param file where to
     * @param results what
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, Results results) throws IOException {
        Files.writeString(file, Json.FOR_FILE.toJson(results) + "\n");
    }

    /**
     * Reads what {@link #write} wrote; a null where the record has no room for one comes back as NaN.
     *
     * @param file where from
     * @return its results
     * @throws IOException if the file cannot be read or does not hold results
     */
    public static Results read(Path file) throws IOException {
        Results results;
        try {
            results = Json.FOR_FILE.fromJson(Files.readString(file), Results.class);
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
