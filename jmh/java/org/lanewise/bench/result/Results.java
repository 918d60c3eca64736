package org.lanewise.bench.result;

import java.util.List;
import org.lanewise.tool.Machine;

/**
 * All of {@code results.json}.
 *
 * @param format of the file
 * @param finished whether all was measured that should be: no JVM failed, and the run was not ended early
 * @param machine what was measured on
 * @param settings how
 * @param rows times per element
 * @param latencies times of single steps
 */
public record Results(int format, boolean finished, Machine machine, Settings settings, List<Row> rows, List<Latency> latencies) {
    /** What this version writes. Files without a number are older and finished. */
    public static final int FORMAT = 1;

    /** Results of a run that has measured all. */
    public Results(Machine machine, Settings settings, List<Row> rows, List<Latency> latencies) {
        this(FORMAT, true, machine, settings, rows, latencies);
    }

    /** The same of a run that has measured all, or has not. */
    public Results withFinished(boolean finished) {
        return new Results(format, finished, machine, settings, rows, latencies);
    }

    /** Times with a doubt. */
    public long doubted() {
        return rows.stream().filter(row -> row.doubt() != null).count() + latencies.stream().filter(one -> one.doubt() != null).count();
    }

    /**
     * How it was measured.
     *
     * @param command the arguments of the command
     * @param forks JVMs for each cell
     * @param warmUpMillis before the first iteration in each
     * @param iterations in each
     * @param iterationMillis length of one, at least
     * @param seconds length of the whole run
     */
    public record Settings(List<String> command, int forks, int warmUpMillis, int iterations, int iterationMillis, long seconds) {}
}
