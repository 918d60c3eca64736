package org.lanewise.bench.plan;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.lanewise.bench.Form;
import org.lanewise.bench.Row;
import org.lanewise.bench.work.Probe;

/**
 * Says of each goal whether the rows reach it, and of rows that do not why, as far as other rows of the same run show it. Goals are
 * ratios; no time is expected of any machine.
 */
public final class Remarks {
    private static final Set<String> TENFOLD = Set.of("Adam", "RmsProp", "Rprop", "Momentum");

    /** Rules whose loop has one square root and one division for each parameter, besides cheaper operations. */
    private static final Set<String> ROOT_AND_DIVISION = Set.of("Adam", "AdamW", "RmsProp", "Adagrad", "AdaBelief", "Yogi");

    private static final double NEAR_LIMIT = 1.15;
    private static final double OVERHEAD_NANOS = 150;
    private static final int OVERHEAD_SIZE = 16;

    private final List<Row> rows;
    private final List<String> remarks = new ArrayList<>();

    private Remarks(List<Row> rows) {
        this.rows = rows;
    }

    /** One paragraph for each goal that the rows can tell about. */
    public static List<String> of(List<Row> rows) {
        Remarks remarks = new Remarks(rows);
        remarks.ratio("at least 10 times the true scalar loop in cache, 32-bit planes, the CPU's width ("
                        + String.join(", ", TENFOLD.stream().sorted().toList()) + ")",
                10, row -> TENFOLD.contains(row.rule()) && remarks.isUsualInCache(row), Row::ratioToScalar);
        remarks.ratio("at least 8 times C2's struct-of-arrays case in cache, 32-bit planes, the CPU's width", 8, remarks::isUsualInCache,
                row -> remarks.over(row, Form.AUTO_SOA, other -> true));
        remarks.ratio("not slower than C2's best case by more than 5 %, 32-bit planes, the CPU's width", 1 / 1.05,
                row -> remarks.isUsual(row) && row.n() >= Plan.IN_CACHE, Row::ratioToAuto);
        remarks.ratio("at least 0.95 times the speed of the loop by hand", 0.95, remarks::isLanewise,
                row -> remarks.over(row, Form.CONTROL, other -> other.storage().equals(row.storage()) && other.width() == row.width()));
        remarks.ratio("the roof is at least 0.95 times as fast as a stream by hand", 0.95, row -> row.form().equals(Form.ROOF)
                && row.threads() == 1, row -> remarks.over(row, Form.ROOF_CONTROL, other -> other.storage().equals(row.storage())));
        remarks.ratio("at least 0.9 of the roof at 16 Mi (32-bit, Adam)", 0.9, row -> row.rule().equals("Adam") && row.n() == Plan.IN_MEMORY
                && remarks.isUsual(row), Row::roofFraction);
        remarks.ratio("bfloat16 states at least 1.15 times as fast at 16 Mi (Adam)", 1.15,
                row -> remarks.inMemory(row, "BF16_STATES_NATIVE"), remarks::overF32);
        remarks.ratio("all bfloat16 at least 1.6 times as fast at 16 Mi (Adam)", 1.6,
                row -> remarks.inMemory(row, "BF16_NATIVE"), remarks::overF32);
        remarks.ratio("polluted at least 0.95 times as fast as alone", 0.95, row -> row.form().equals(Form.LANEWISE_POLLUTED),
                row -> remarks.over(row, Form.LANEWISE, other -> other.storage().equals(row.storage()) && other.width() == row.width()
                        && other.threads() == 1));
        remarks.rivals();
        remarks.overhead();
        remarks.allocation();
        return remarks.remarks;
    }

    private void rivals() {
        Map<String, Double> goals = new LinkedHashMap<>();
        goals.put("libtorch-fused", 2.0);
        for (String rival : List.of("djl", "tensorflow", "nd4j")) {
            goals.put(rival, 10.0);
        }
        goals.forEach((rival, least) -> ratio(
                String.format(Locale.ROOT, "at least %.0f times %s in cache (Adam, native)", least, rival), least,
                row -> isLanewise(row) && row.rule().equals("Adam") && row.storage().equals("F32_NATIVE") && isInCache(row),
                row -> over(row, rival, other -> other.threads() == 1)));
    }

    private interface Ratio {
        Double of(Row row);
    }

    private void ratio(String goal, double least, Predicate<Row> concerns, Ratio ratio) {
        List<Row> told = rows.stream().filter(concerns).filter(row -> ratio.of(row) != null).toList();
        if (told.isEmpty()) {
            return;
        }
        List<String> missed = told.stream().filter(row -> ratio.of(row) < least).map(row -> describe(row, ratio.of(row))).toList();
        String met = told.size() - missed.size() + " of " + told.size() + " cells";
        String not = missed.isEmpty() ? "" : " Not by " + String.join("; ", missed) + ".";
        remarks.add("Goal: " + goal + ". Reached by " + met + "." + not);
    }

    private String describe(Row row, double ratio) {
        return String.format(Locale.ROOT, "%s %s %d bits n=%,d (%.2f%s)", row.rule(), row.storage(), row.width(), row.n(), ratio,
                cause(row));
    }

    /** What holds a row back, if the probes of this run show it. */
    private String cause(Row row) {
        Optional<Row> arithmetic = rows.stream()
                .filter(other -> ROOT_AND_DIVISION.contains(row.rule()) && isInCache(row))
                .filter(other -> other.form().equals(Form.ARITHMETIC) && other.rule().equals(Probe.What.ROOT_AND_DIVISION.name())
                        && other.width() == row.width())
                .filter(other -> row.nsPerElement() <= NEAR_LIMIT * other.nsPerElement()
                        && row.nsPerElement() >= 0.9 * other.nsPerElement())
                .findFirst();
        if (arithmetic.isPresent()) {
            Row limit = arithmetic.get();
            return String.format(Locale.ROOT, "; takes %.3f ns, and %s alone %.3f", row.nsPerElement(),
                    limit.rule().toLowerCase(Locale.ROOT).replace('_', ' '), limit.nsPerElement());
        }
        if (row.roofFraction() != null && row.roofFraction() >= 0.8) {
            return String.format(Locale.ROOT, "; at %.0f %% of the stream of about as many bytes", 100 * row.roofFraction());
        }
        return "";
    }

    private void overhead() {
        List<Row> small = rows.stream().filter(row -> isLanewise(row) && row.n() == OVERHEAD_SIZE).toList();
        if (small.isEmpty()) {
            return;
        }
        Row slowest = small.stream().max(Comparator.comparingDouble(Row::nsPerElement)).orElseThrow();
        remarks.add(String.format(Locale.ROOT, "Goal: a step of %d parameters under %.0f ns. The slowest, %s %s, takes %.0f ns.",
                OVERHEAD_SIZE, OVERHEAD_NANOS, slowest.rule(), slowest.storage(), slowest.nsPerElement() * OVERHEAD_SIZE));
    }

    private void allocation() {
        List<Row> told = rows.stream().filter(row -> row.form().startsWith(Form.LANEWISE) && row.bytesAllocatedPerStep() != null).toList();
        if (told.isEmpty()) {
            return;
        }
        Set<String> allocating = new LinkedHashSet<>();
        told.stream().filter(row -> row.bytesAllocatedPerStep() >= allocationNoise(row)).forEach(row -> allocating.add(
                String.format(Locale.ROOT, "%s %s %s n=%,d: %.2f", row.rule(), row.form(), row.storage(), row.n(),
                        row.bytesAllocatedPerStep())));
        String not = allocating.isEmpty() ? "" : " Not so: " + String.join("; ", allocating) + ".";
        remarks.add("Goal: no garbage. " + (told.size() - allocating.size()) + " of " + told.size()
                + " cells allocate less than 1 byte for each step, or than what JMH itself allocates in that time." + not);
    }

    /** What the harness allocates in the time of a step, as rows of the same size without Lanewise show it; half as much again. */
    private double allocationNoise(Row row) {
        double bytesPerNano = rows.stream().filter(other -> !other.form().startsWith(Form.LANEWISE) && other.n() == row.n()
                        && other.bytesAllocatedPerStep() != null)
                .mapToDouble(other -> other.bytesAllocatedPerStep() / (other.nsPerElement() * other.n())).max().orElse(0);
        return Math.max(1, 1.5 * bytesPerNano * row.nsPerElement() * row.n());
    }

    private boolean isLanewise(Row row) {
        return row.form().equals(Form.LANEWISE) && row.threads() == 1;
    }

    /** Lanewise as it is used: 32-bit planes and the width the CPU prefers. */
    private boolean isUsual(Row row) {
        return isLanewise(row) && row.storage().startsWith("F32")
                && row.width() == rows.stream().filter(this::isLanewise).mapToInt(Row::width).max().orElseThrow();
    }

    private boolean isUsualInCache(Row row) {
        return isUsual(row) && isInCache(row);
    }

    private static boolean isInCache(Row row) {
        return row.n() == Plan.IN_CACHE || row.n() == Plan.LAYER;
    }

    private boolean inMemory(Row row, String storage) {
        return isLanewise(row) && row.rule().equals("Adam") && row.n() == Plan.IN_MEMORY && row.storage().equals(storage);
    }

    private Double overF32(Row row) {
        return rows.stream().filter(other -> isLanewise(other) && other.rule().equals(row.rule()) && other.n() == row.n()
                && other.storage().equals("F32_NATIVE") && other.width() == row.width())
                .findFirst().map(other -> other.nsPerElement() / row.nsPerElement()).orElse(null);
    }

    private Double over(Row row, String form, Predicate<Row> fits) {
        return rows.stream().filter(other -> other.form().equals(form) && other.rule().equals(row.rule()) && other.n() == row.n())
                .filter(fits).findFirst().map(other -> other.nsPerElement() / row.nsPerElement()).orElse(null);
    }
}
