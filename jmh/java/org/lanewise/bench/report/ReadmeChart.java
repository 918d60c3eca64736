package org.lanewise.bench.report;

import java.util.DoubleSummaryStatistics;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.lanewise.bench.Machine;
import org.lanewise.bench.Results;
import org.lanewise.bench.Row;

/**
 * The picture of the README: how many times as fast as plain Java each rule is in cache. Written here and not by a plotting library,
 * because those fix the colours of text and background, and this follows the reader's choice of a light or a dark page.
 */
public final class ReadmeChart {
    private static final int N = 64 << 10;
    private static final int WIDTH = 790;
    private static final int MARGIN = 16;
    private static final int LEFT = 140;
    private static final int RIGHT = 730;
    private static final int TOP = 74;
    private static final int BAR = 15;
    private static final int GAP = 14;
    private static final int GROUP = Comparison.values().length * BAR + GAP;
    private static final List<String> TICKS = List.of("0.1", "0.2", "0.5", "1", "2", "5", "10", "20", "50", "100");
    private static final Map<Comparison, String> CLASSES = new EnumMap<>(Map.of(
            Comparison.SCALAR, "scalar", Comparison.AUTO_SOA, "soa", Comparison.AUTO, "auto"));
    private static final String STYLE = """
            <style>
            svg{background:#fff}text{font:13px system-ui,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;fill:#24292f}
            .title{font-size:15px;font-weight:600}.small{font-size:12px;fill:#57606a}.grid{stroke:#d0d7de}
            .one{stroke:#24292f;stroke-width:1.5}
            .scalar{fill:#56b4e9}.soa{fill:#0072b2}.auto{fill:#009e73}.slower{fill:#d55e00}.warn{font-weight:600;fill:#b34700}
            @media(prefers-color-scheme:dark){
            svg{background:#0d1117}text{fill:#e6edf3}.small{fill:#9198a1}.grid{stroke:#3d444d}.one{stroke:#e6edf3}
            .soa{fill:#3d8fd1}.auto{fill:#14b889}.slower{fill:#f0762b}.warn{fill:#ff9a57}}
            </style>
            """;

    private final Cells cells;
    private final double lowest;
    private final double highest;

    private ReadmeChart(Cells cells, List<Row> rows) {
        this.cells = cells;
        DoubleSummaryStatistics ratios = rows.stream()
                .flatMap(row -> Stream.of(Comparison.values()).flatMap(comparison -> comparison.ratio(cells, row).stream()))
                .mapToDouble(ratio -> ratio).summaryStatistics();
        lowest = Math.min(0.8, ratios.getMin() / 1.3);
        highest = Math.max(2, ratios.getMax() * 1.1);
    }

    /**
     * One group of bars for each rule at 64 Ki parameters: Lanewise's fastest width on 32-bit floats in native memory with one thread
     * over the true scalar loop and over C2's loops. The axis is logarithmic and bars begin at 1, so what is slower goes to the left,
     * in a colour and with a word of its own.
     *
     * @param results what was measured
     * @return SVG; empty if there is no such row
     */
    public static Optional<String> svg(Results results) {
        Cells cells = Cells.of(results);
        List<Row> rows = cells.rules().stream().flatMap(rule -> cells.lanewise(rule, N).stream()).toList();
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new ReadmeChart(cells, rows).draw(rows, results.machine()));
    }

    private String draw(List<Row> rows, Machine machine) {
        int bottom = TOP + rows.size() * GROUP;
        var svg = new StringBuilder(format("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="%d %d %d %d" role="img" aria-label="Speed-up of Lanewise over plain Java">
                """, -MARGIN, -MARGIN, WIDTH + 2 * MARGIN, bottom + 58 + 2 * MARGIN));
        svg.append(STYLE).append(legend())
                .append(text(0, 18, "title", "How many times as fast as plain Java, " + Units.size(N) + " parameters"));
        TICKS.forEach(tick -> svg.append(tick(tick, bottom)));
        for (int i = 0; i < rows.size(); i++) {
            svg.append(group(rows.get(i), TOP + i * GROUP));
        }
        svg.append(text(0, bottom + 34, "small",
                "Left of 1\u00d7: slower than plain Java. 32-bit floats in native memory, one thread, Lanewise's fastest width."));
        return svg.append(text(0, bottom + 51, "small", machine.cpu() + ", " + machine.jvm())).append("</svg>\n").toString();
    }

    private String tick(String tick, int bottom) {
        double ratio = Double.parseDouble(tick);
        if (ratio < lowest || ratio > highest) {
            return "";
        }
        return format("<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>\n",
                ratio == 1 ? "one" : "grid", x(ratio), x(ratio), TOP - 6, bottom - GAP + 6)
                + format("<text class=\"small\" text-anchor=\"middle\" x=\"%.1f\" y=\"%d\">%s\u00d7</text>\n", x(ratio), bottom + 10, tick);
    }

    private static String legend() {
        var svg = new StringBuilder();
        int x = 0;
        for (Comparison comparison : Comparison.values()) {
            String label = "over " + comparison.label();
            svg.append(format("<rect class=\"%s\" x=\"%d\" y=\"34\" width=\"12\" height=\"12\" rx=\"2\"/>\n", CLASSES.get(comparison), x));
            svg.append(text(x + 18, 45, "", label));
            x += 50 + 7 * label.length();
        }
        return svg.toString();
    }

    private String group(Row row, int top) {
        int middle = top + Comparison.values().length * BAR / 2 + 5;
        var svg = new StringBuilder(format("<text text-anchor=\"end\" x=\"%d\" y=\"%d\">%s</text>\n", LEFT - 12,
                middle, escape(row.rule())));
        for (Comparison comparison : Comparison.values()) {
            Optional<Double> ratio = comparison.ratio(cells, row);
            if (ratio.isPresent()) {
                svg.append(bar(comparison, ratio.get(), top + comparison.ordinal() * BAR));
            }
        }
        return svg.toString();
    }

    private String bar(Comparison comparison, double ratio, int y) {
        boolean slower = ratio < 1;
        double from = Math.min(x(1), x(ratio));
        double to = Math.max(x(1), x(ratio));
        String label = Units.digits(ratio) + "\u00d7 " + Verdict.of(ratio).word();
        return format("<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"1\"/>\n",
                slower ? "slower" : CLASSES.get(comparison), from, y, to - from, BAR - 2)
                + format("<text class=\"%s\" x=\"%.1f\" y=\"%d\">%s</text>\n",
                        slower ? "small warn" : "small", to + 5, y + BAR - 4, label.strip());
    }

    private double x(double ratio) {
        return LEFT + (RIGHT - LEFT) * Math.log(ratio / lowest) / Math.log(highest / lowest);
    }

    private static String text(int x, int y, String style, String text) {
        return format("<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>\n", style, x, y, escape(text));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
