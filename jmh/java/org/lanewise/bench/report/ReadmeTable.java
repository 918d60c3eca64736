package org.lanewise.bench.report;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lanewise.bench.Results;
import org.lanewise.bench.Row;
import org.lanewise.tool.StoreKind;

/** The table of the README: each rule in cache and out of it, against plain Java. */
public final class ReadmeTable {
    /** Its first columns, by which it is found in a text. */
    static final String BEGINNING = "| rule | parameters |";

    static final List<Integer> SIZES = List.of(64 << 10, 16 << 20);

    private static final String HEAD = BEGINNING
            + " B | Lanewise | bits | BF16 states | all BF16 | scalar | C2 SoA | C2 best | x scalar | x C2 SoA | x C2 best | roof |\n"
            + "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n";

    /** Smaller errors are not shown. */
    private static final double SURE = 0.03;

    private ReadmeTable() {}

    /**
     * Lanewise's fastest width in native memory with one thread, with 32-bit floats, bfloat16 states and all bfloat16, at 64 Ki and 16 Mi
     * parameters as far as these were measured; ratios are of 32-bit floats, those within 5 % of 1 are called ties, and smaller ones
     * slower. Times whose error is above 3 % have it behind them.
     *
     * @param results what was measured
     * @return lines of Markdown
     */
    public static String markdown(Results results) {
        Cells cells = Cells.of(results);
        return HEAD + SIZES.stream()
                .flatMap(n -> cells.rules().stream().flatMap(rule -> cells.lanewise(rule, n).stream()))
                .map(row -> line(cells, row)).collect(Collectors.joining());
    }

    private static String line(Cells cells, Row row) {
        Stream<String> own = Stream.of(row.rule().replace("|", "\\|"), Units.size(row.n()), Units.fixed(row.bytesPerElement(), 0),
                time(row), Units.width(row.width()));
        Stream<String> narrow = Stream.of(StoreKind.BF16_STATES_NATIVE, StoreKind.BF16_NATIVE)
                .map(kind -> time(cells.lanewise(row.rule(), kind, row.n())));
        Stream<String> others = Stream.of(Comparison.values()).map(comparison -> time(comparison.other(cells, row)));
        Stream<String> ratios = Stream.of(Comparison.values())
                .map(comparison -> comparison.ratio(cells, row).map(ReadmeTable::ratio).orElse(Units.MISSING));
        Stream<String> roof = Stream.of(row.roofFraction() == null ? Units.MISSING : Units.percent(row.roofFraction()) + " %");
        return Stream.of(own, narrow, others, ratios, roof).flatMap(cell -> cell).collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    static String time(Optional<Row> row) {
        return row.map(ReadmeTable::time).orElse(Units.MISSING);
    }

    private static String time(Row row) {
        double share = row.error() / row.nsPerElement();
        return Units.digits(row.nsPerElement()) + (share > SURE ? " \u00b1" + Units.percent(share) + "%" : "");
    }

    private static String ratio(double ratio) {
        return (Units.digits(ratio) + " " + Verdict.of(ratio).word()).strip();
    }
}
