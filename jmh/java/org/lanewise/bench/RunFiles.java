package org.lanewise.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lanewise.tool.WholeFile;

/** The files of a run in its folder. While it measures they hold what was measured so far, so that a run that is killed leaves it. */
final class RunFiles {
    static final String RESULTS = "results.json";
    static final String REPORT = "report.html";
    static final String TABLE = "table.md";
    static final String CHART = "chart.svg";

    private static final String LOG = "jmh.log";
    /** Writing takes at most this share of the time between two writings. */
    private static final int SHARE = 50;

    private final Path folder;
    private long next = System.nanoTime();

    /** The texts of a run's files by their names. */
    interface Texts {
        /** Makes them. */
        Map<String, String> make() throws IOException;
    }

    /** The files of a run that begins, in a folder that is new. */
    RunFiles(Path folder) {
        this.folder = folder;
    }

    /** The folder of the run. */
    Path folder() {
        return folder;
    }

    /** Where JMH writes what it says. */
    PrintStream log() throws IOException {
        return new PrintStream(folder.resolve(LOG).toFile());
    }

    /** Writes what was measured so far, unless the last time is too near. */
    void writeSoFar(Texts texts) throws IOException {
        long begin = System.nanoTime();
        if (begin - next >= 0) {
            write(texts);
            long end = System.nanoTime();
            next = end + SHARE * (end - begin);
        }
    }

    /** Writes the files of a run that has ended. */
    void write(Texts texts) throws IOException {
        Map<Path, String> files = new LinkedHashMap<>();
        texts.make().forEach((name, text) -> files.put(folder.resolve(name), text));
        WholeFile.writeAll(files);
    }

    /** The page, for people. */
    Path report() {
        return folder.resolve(REPORT).toAbsolutePath().normalize();
    }
}
