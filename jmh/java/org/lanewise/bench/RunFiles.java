package org.lanewise.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.tool.WholeFile;

/**
 * The files of a run. While it measures they hold what was measured so far, so that a run that is killed leaves it. In a folder with the
 * results of an earlier run they are in a folder inside until the run has finished: the earlier ones stay until the new ones are whole.
 */
final class RunFiles {
    static final String RESULTS = "results.json";
    static final String REPORT = "report.html";
    static final String TABLE = "table.md";
    static final String CHART = "chart.svg";

    private static final String LOG = "jmh.log";
    private static final List<String> NAMES = List.of(RESULTS, REPORT, TABLE, CHART, LOG);
    private static final String UNFINISHED = "unfinished";
    /** Writing takes at most this share of the time between two writings. */
    private static final int SHARE = 50;

    private final Path folder;
    private final Path sofar;
    private long next = System.nanoTime();

    /** The texts of a run's files by their names. */
    interface Texts {
        /** Makes them. */
        Map<String, String> make() throws IOException;
    }

    /** The files of a run that begins. */
    RunFiles(Path folder) {
        this.folder = folder;
        sofar = Files.exists(folder.resolve(RESULTS)) ? folder.resolve(UNFINISHED) : folder;
    }

    /** Where JMH writes what it says. */
    PrintStream log() throws IOException {
        Files.createDirectories(sofar);
        return new PrintStream(sofar.resolve(LOG).toFile());
    }

    /** Writes what was measured so far, unless the last time is too near. */
    void writeSoFar(Texts texts) throws IOException {
        long begin = System.nanoTime();
        if (begin - next >= 0) {
            write(sofar, texts.make());
            long end = System.nanoTime();
            next = end + SHARE * (end - begin);
        }
    }

    /**
     * Writes the files of a run that has ended, and deletes those that an earlier run had and this one has not.
     *
     * @return the folder that they are in
     */
    Path write(boolean finished, Texts texts) throws IOException {
        Path target = finished ? folder : sofar;
        write(target, texts.make());
        if (finished && !sofar.equals(folder)) {
            if (Files.exists(sofar.resolve(LOG))) {
                Files.move(sofar.resolve(LOG), folder.resolve(LOG), StandardCopyOption.REPLACE_EXISTING);
            }
            for (String name : NAMES) {
                Files.deleteIfExists(sofar.resolve(name));
            }
            Files.deleteIfExists(sofar);
        }
        return target;
    }

    private static void write(Path target, Map<String, String> texts) throws IOException {
        Map<Path, String> files = new LinkedHashMap<>();
        texts.forEach((name, text) -> files.put(target.resolve(name), text));
        WholeFile.writeAll(files);
        for (String name : NAMES) {
            if (!texts.containsKey(name) && !name.equals(LOG)) {
                Files.deleteIfExists(target.resolve(name));
            }
        }
    }
}
