package org.lanewise.bench.peers;

import java.util.List;
import org.lanewise.bench.Row;

/**
 * What one JVM measures: one rival with one number of threads.
 *
 * @param peer whom
 * @param rules names of recipes
 * @param sizes numbers of parameters
 * @param threads threads that share them
 * @param forks JVMs for each cell
 * @param warmUps iterations before those that count
 * @param iterations that count
 * @param iterationMillis length of one
 */
public record Plan(Peer peer, List<String> rules, List<Integer> sizes, int threads, int forks, int warmUps, int iterations,
        int iterationMillis) {
    /**
     * What came of it.
     *
     * @param rows what was measured
     * @param missing rules that the rival lacks, a sentence each
     * @param wrong rules in which the rival computes something else, a sentence each; not measured
     */
    public record Outcome(List<Row> rows, List<String> missing, List<String> wrong) {}
}
