package org.lanewise.bench.peers;

import java.util.List;
import org.lanewise.bench.plan.Measurement;
import org.lanewise.bench.result.Row;

/**
 * What one JVM measures: one rival with one number of threads.
 *
 * @param peer whom
 * @param rules names of recipes
 * @param sizes numbers of parameters
 * @param threads that share them
 * @param measurement how long
 */
public record Task(Peer peer, List<String> rules, List<Integer> sizes, int threads, Measurement measurement) {
    /**
     * What came of it.
     *
     * @param rows what was measured
     * @param missing rules that the rival lacks, a sentence each
     * @param wrong cells that were not measured because the rival computes something else, a sentence each
     * @param failure why not all was measured; null if all was
     */
    public record Outcome(List<Row> rows, List<String> missing, List<String> wrong, String failure) {
        static final Outcome NONE = new Outcome(List.of(), List.of(), List.of(), null);

        Outcome withFailure(String failure) {
            return new Outcome(rows, missing, wrong, failure);
        }
    }

    @Override
    public String toString() {
        return peer + ", " + threads + (threads == 1 ? " thread" : " threads");
    }
}
