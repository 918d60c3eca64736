package org.lanewise.bench.result;

import java.util.Map;

/**
 * A row beside the others of its run: every number that reports derive is here.
 *
 * @param row what was measured
 * @param limit what the machine allows at best; null where the run does not tell
 * @param speeds how many times as fast it is as plain loops of the same rule, size and number of threads; without those not measured
 * @param overF32 how many times as fast Lanewise is as with 32-bit floats in native memory; null for other forms
 * @param overLanewise how many times as long another library takes as Lanewise with 32-bit floats in native memory; null for forms
 * @param isFastest whether no other width of the same form, storage, size and number of threads is faster
 */
public record Compared(Row row, Limit limit, Map<Baseline, Ratio> speeds, Ratio overF32, Ratio overLanewise, boolean isFastest) {
    /** Share of the speed that the machine allows; null where the run does not tell. */
    public Double shareOfLimit() {
        return limit == null ? null : limit.nanos() / row.nsPerElement();
    }

    /** How many times as fast it is as a plain loop; null if there is none. */
    public Double speed(Baseline baseline) {
        return speeds.containsKey(baseline) ? speeds.get(baseline).value() : null;
    }

    /** Whether this is Lanewise as it is used: on one thread, at its fastest width, over more than overhead. */
    public boolean isUsual() {
        return row.form() == Form.LANEWISE && row.threads() == 1 && row.n() >= Sizes.SMALL && isFastest;
    }
}
