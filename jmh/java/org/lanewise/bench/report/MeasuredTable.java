package org.lanewise.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lanewise.bench.result.Baseline;
import org.lanewise.bench.result.Compared;
import org.lanewise.bench.result.Ratio;
import org.lanewise.bench.result.Results;
import org.lanewise.bench.result.Row;
import org.lanewise.bench.result.Rows;
import org.lanewise.bench.result.Sizes;
import org.lanewise.tool.Machine;
import org.lanewise.tool.StoreKind;
import org.lanewise.tool.Units;

/** Tables for documents: rules in cache and out of it, beside plain Java. */
public final class MeasuredTable {
    static final List<Integer> SIZES = List.of(Sizes.LAYER, Sizes.IN_MEMORY);

    private static final List<String> HEAD = List.of("rule", "parameters", "B", "Lanewise", "bits", "BF16 states", "all BF16", "scalar",
            "C2 SoA", "C2 best", "x scalar", "x C2 SoA", "x C2 best", "% of limit");
    /** Columns for each size; the time stands under the size. */
    private static final List<String> SHORT_HEAD = List.of("ns", "x scalar", "x C2 SoA", "x C2 best");

    /** What the columns mean. */
    static final String LEGEND = """
            All times are nanoseconds per parameter and step, in native memory, on one thread, at Lanewise's fastest width (*bits*).
            Numbers are kept as 32-bit floats except in the columns *BF16 states* and *all BF16*. `\u00b15%` after a time means that a
            quartile of the runs lies 5 % away from the median. It is omitted below 3 %.

            - *B*: the bytes that a step moves for each parameter.
            - *scalar*: the rule's plain Java loop with C2's vectorization switched off.
            - *C2 SoA*: the same loop over one array that holds all planes. *C2 best*: the same loop over an array for each plane, or a loop
              written out by hand if that is faster.
            - *x scalar*, *x C2 SoA*, *x C2 best*: how many times as fast Lanewise is. Within 5 % of 1 is a tie.
            - *% of limit*: share of the speed that this machine allows. The limit is the slower of two loops: one that only moves as many
              bytes, and one that only takes the rule's square roots and divisions.
            """;

    /** Smaller errors are not shown. */
    private static final double SURE = 0.03;

    private static final Set<Baseline> NEEDED = Set.of(Baseline.SCALAR, Baseline.AUTO);

    private MeasuredTable() {}

    /**
     * Lanewise's fastest width in native memory with one thread, with 32-bit floats, bfloat16 states and all bfloat16, at 64 Ki and 16 Mi
     * parameters as far as these were measured; ratios are of 32-bit floats, those within 5 % of 1 are called ties, and smaller ones
     * slower. Times whose error is above 3 % have it behind them.
     *
     * @param results what was measured
     * @return lines of Markdown
     */
    public static String markdown(Results results) {
        Rows rows = Rows.of(results);
        var table = new StringBuilder(Markdown.row(HEAD)).append(Markdown.rule(1, HEAD.size() - 1));
        for (int n : SIZES) {
            rows.rules().forEach(rule -> rows.lanewise(rule, StoreKind.F32_NATIVE, n)
                    .ifPresent(cell -> table.append(Markdown.row(line(rows, cell)))));
        }
        return table.toString();
    }

    /** The same with warnings above it, if there are any. */
    public static String withWarnings(Results results) {
        return Warnings.of(results).stream().map(warning -> warning + "\n\n").collect(Collectors.joining()) + markdown(results);
    }

    private static List<String> line(Rows rows, Compared cell) {
        Row row = cell.row();
        List<String> line = new ArrayList<>(List.of(Markdown.escape(row.rule()), Units.size(row.n()), Units.fixed(row.bytesPerElement(), 0),
                time(row), Units.width(row.width())));
        for (StoreKind kind : List.of(StoreKind.BF16_STATES_NATIVE, StoreKind.BF16_NATIVE)) {
            line.add(time(rows.lanewise(row.rule(), kind, row.n())));
        }
        line.addAll(compared(cell));
        line.add(cell.limit() == null ? Units.MISSING : Units.percent(cell.shareOfLimit()));
        return line;
    }

    /** Times of the plain loops, then how many times as fast Lanewise is. */
    private static List<String> compared(Compared cell) {
        List<String> line = new ArrayList<>();
        for (Baseline baseline : Baseline.values()) {
            Ratio speed = cell.speeds().get(baseline);
            line.add(speed == null ? Units.MISSING : time(speed.other()));
        }
        line.addAll(speeds(cell));
        return line;
    }

    private static List<String> speeds(Compared cell) {
        return Stream.of(Baseline.values()).map(cell.speeds()::get).map(speed -> speed == null ? Units.MISSING : speed.toString()).toList();
    }

    /**
     * A few rules, a line for each, with the columns that matter most.
     *
     * @param results what was measured
     * @param rules names of rules
     * @return lines of Markdown
     * @throws IllegalArgumentException if one of the rules was not measured at both sizes beside its plain loops
     */
    static String markdown(Results results, List<String> rules) {
        Rows rows = Rows.of(results);
        List<String> head = new ArrayList<>(List.of("rule"));
        SIZES.forEach(n -> SHORT_HEAD.forEach(column -> head.add(column.equals(SHORT_HEAD.getFirst()) ? Units.size(n) : column)));
        var table = new StringBuilder(Markdown.row(head)).append(Markdown.rule(1, head.size() - 1));
        for (String rule : rules) {
            List<String> line = new ArrayList<>(List.of(Markdown.escape(rule)));
            for (int n : SIZES) {
                Compared cell = rows.lanewise(rule, StoreKind.F32_NATIVE, n)
                        .filter(one -> one.speeds().keySet().containsAll(NEEDED)).orElseThrow(() -> new IllegalArgumentException(
                                "results lack " + rule + " in native memory or its plain loops at " + Units.size(n)
                                        + " parameters; bench --full measures them"));
                line.add(time(cell.row()));
                line.addAll(speeds(cell));
            }
            table.append(Markdown.row(line));
        }
        return table.toString();
    }

    /** What was measured on and how, as a sentence. */
    static String machine(Results results) {
        Machine machine = results.machine();
        int forks = results.settings().forks();
        return String.format(Locale.ROOT, "Measured on %s (%d processors, %s, %s) with %s on %s: %d %s for each figure, %s in all.%n",
                Markdown.escape(machine.cpu()), machine.cores(), machine.vectors(), Markdown.escape(String.join(", ", machine.caches())),
                Markdown.escape(machine.jvm()), Markdown.escape(machine.date()).replaceAll("T.*", ""), forks,
                forks == 1 ? "JVM" : "JVMs", Units.seconds(results.settings().seconds()))
                .replace(System.lineSeparator(), "\n");
    }

    static String time(Optional<Compared> cell) {
        return cell.map(present -> time(present.row())).orElse(Units.MISSING);
    }

    static String time(Row row) {
        return Units.digits(row.nsPerElement())
                + (row.relativeError() > SURE ? " \u00b1" + Units.percent(row.relativeError()) + "%" : "");
    }
}
