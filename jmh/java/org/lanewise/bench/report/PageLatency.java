package org.lanewise.bench.report;

import java.util.List;
import org.lanewise.bench.result.Latency;
import org.lanewise.tool.Units;

/**
 * Times of single steps as the page draws them, in microseconds.
 *
 * @param name what tells it from the others
 * @param where storage and size
 * @param p50 half of all steps took at most this long
 * @param p99 99 of 100
 * @param p999 999 of 1,000
 * @param max the longest
 */
record PageLatency(String name, String where, double p50, double p99, double p999, double max) {
    private static final double NANOS_PER_MICRO = 1000;

    /** Those that nothing speaks against. */
    static List<PageLatency> of(List<Latency> all) {
        List<Latency> latencies = all.stream().filter(one -> one.doubt() == null).toList();
        boolean ambiguous = latencies.stream().map(PageLatency::name).distinct().count() < latencies.size();
        return latencies.stream().map(one -> new PageLatency(name(one) + (ambiguous ? ", " + where(one) : ""), where(one),
                one.p50() / NANOS_PER_MICRO, one.p99() / NANOS_PER_MICRO, one.p999() / NANOS_PER_MICRO, one.max() / NANOS_PER_MICRO))
                .toList();
    }

    private static String name(Latency one) {
        return one.rule() + ", " + PageRow.label(one.form(), one.width());
    }

    private static String where(Latency one) {
        return PageContent.storageLabel(one.storage()) + ", " + Units.size(one.n()) + " parameters";
    }
}
