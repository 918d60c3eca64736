package org.lanewise.bench.result;

import java.util.List;
import org.lanewise.tool.Machine;

/**
 * All of {@code results.json}.
 *
 * @param machine what was measured on
 * @param settings how
 * @param rows times per element
 * @param latencies times of single steps
 */
public record Results(Machine machine, Settings settings, List<Row> rows, List<Latency> latencies) {
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
