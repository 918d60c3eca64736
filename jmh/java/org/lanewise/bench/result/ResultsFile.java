package org.lanewise.bench.result;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.lanewise.tool.Json;
import org.lanewise.tool.Machine;
import org.lanewise.tool.WholeFile;

/** {@code results.json}. */
public final class ResultsFile {
    /** Ten times a full run, which has some 1,500 rows of 500 bytes. */
    private static final int MOST_BYTES = 8 << 20;
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
        String text = WholeFile.read(file, MOST_BYTES);
        try {
            Head head = Json.read(text, Head.class);
            Results results = Json.read(text, Results.class);
            if (results.machine() == null || results.settings() == null || results.rows() == null || results.latencies() == null) {
                throw new IllegalArgumentException(NEEDED);
            }
            boolean isOld = head.format() == null && head.finished() == null;
            Results read = isOld ? new Results(results.machine(), results.settings(), results.rows(), results.latencies()) : results;
            if (!isOld && head.finished() == null) {
                throw new IllegalArgumentException("finished must be true or false, got null");
            }
            Validation.require(read);
            return read;
        } catch (IllegalArgumentException e) {
            throw new IOException(file + " does not hold results: " + e.getMessage(), e);
        }
    }

    /** What older files do not have. */
    private record Head(Integer format, Boolean finished) {}
}
