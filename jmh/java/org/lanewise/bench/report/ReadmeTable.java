package org.lanewise.bench.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lanewise.bench.Results;
import org.lanewise.bench.Row;

/** The table of the README: each rule in cache and out of it, against plain Java. */
public final class ReadmeTable {
    private static final List<Integer> SIZES = List.of(64 << 10, 16 << 20);
    private static final String HEAD = """
            | rule | parameters | B | Lanewise | bits | scalar | C2 SoA | C2 best | x scalar | x C2 SoA | x C2 best | roof |
            |---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|
            """;

    private ReadmeTable() {}

    /**
     * Lanewise's fastest width on 32-bit floats in native memory with one thread, at 64 Ki and 16 Mi parameters as far as these were
     * measured; ratios within 5 % of 1 are called ties, and smaller ones slower.
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
                Units.digits(row.nsPerElement()), Units.width(row.width()));
        Stream<String> others = Stream.of(Comparison.values())
                .map(comparison -> comparison.other(cells, row).map(other -> Units.digits(other.nsPerElement())).orElse(Units.MISSING));
        Stream<String> ratios = Stream.of(Comparison.values())
                .map(comparison -> comparison.ratio(cells, row).map(ReadmeTable::ratio).orElse(Units.MISSING));
        Stream<String> roof = Stream.of(row.roofFraction() == null ? Units.MISSING : Units.percent(row.roofFraction()) + " %");
        return Stream.of(own, others, ratios, roof).flatMap(cell -> cell).collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    private static String ratio(double ratio) {
        return (Units.digits(ratio) + " " + Verdict.of(ratio).word()).strip();
    }
}
