package org.lanewise.bench.report;

import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.lanewise.bench.result.Baseline;
import org.lanewise.bench.result.Compared;
import org.lanewise.bench.result.Ratio;
import org.lanewise.bench.result.Results;
import org.lanewise.bench.result.Rows;
import org.lanewise.bench.result.Sizes;
import org.lanewise.bench.result.Verdict;
import org.lanewise.tool.Machine;
import org.lanewise.tool.StoreKind;
import org.lanewise.tool.Units;

/**
 * The picture of the README: how many times as fast as plain Java each rule is in cache, on one or two machines side by side. Written here
 * and not by a plotting library, because those fix the colours of text and background, and this follows the reader's choice of a light or
 * a dark page.
 */
public final class Chart {
    private static final int N = Sizes.LAYER;
    private static final int MARGIN = 16;
    private static final int LEFT = 140;
    private static final int TOP = 74;
    private static final int BAR = 15;
    private static final int GAP = 14;
    /** Of a tie, so that it is seen where both take the same time. */
    private static final int LEAST_WIDTH = 3;
    private static final int GROUP = Baseline.values().length * BAR + GAP;
    /** For the number behind the longest bar. */
    private static final int RIGHT_OF_PANEL = 60;
    private static final List<String> TICKS = List.of("0.1", "0.2", "0.5", "1", "2", "5", "10", "20", "50", "100");
    private static final Map<Baseline, String> CLASSES = Map.of(Baseline.SCALAR, "scalar", Baseline.AUTO_SOA, "soa", Baseline.AUTO, "auto");
    private static final String STYLE = """
            <style>
            svg{background:#fff}text{font:13px system-ui,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;fill:#24292f}
            .title{font-size:15px;font-weight:600}.small{font-size:12px;fill:#57606a}.grid{stroke:#d0d7de}
            .one{stroke:#24292f;stroke-width:1.5}
            .scalar{fill:#56b4e9}.soa{fill:#0072b2}.auto{fill:#009e73}.slower{fill:#d55e00}.tie{fill:#a87400}
            .warn{font-weight:600;fill:#b34700}
            @media(prefers-color-scheme:dark){
            svg{background:#0d1117}text{fill:#e6edf3}.small{fill:#9198a1}.grid{stroke:#3d444d}.one{stroke:#e6edf3}
            .soa{fill:#3d8fd1}.auto{fill:#14b889}.slower{fill:#f0762b}.tie{fill:#e6b33c}.warn{fill:#ff9a57}}
            </style>
            """;

    private final List<Results> results;
    private final List<Map<String, Compared>> panels;
    private final List<String> rules;
    private final int panelWidth;
    private final double lowest;
    private final double highest;

    private Chart(List<Results> results) {
        this.results = results;
        panels = results.stream().map(Chart::cells).toList();
        rules = panels.stream().flatMap(panel -> panel.keySet().stream()).distinct().toList();
        panelWidth = results.size() == 1 ? 590 : 330;
        DoubleSummaryStatistics ratios = panels.stream().flatMap(panel -> panel.values().stream())
                .flatMap(cell -> cell.speeds().values().stream()).mapToDouble(Ratio::value).summaryStatistics();
        lowest = Math.min(0.8, ratios.getMin() / 1.3);
        highest = Math.max(2, ratios.getMax() * 1.1);
    }

    private static Map<String, Compared> cells(Results results) {
        Rows rows = Rows.of(results);
        return rows.rules().stream().flatMap(rule -> rows.lanewise(rule, StoreKind.F32_NATIVE, N).stream())
                .collect(Collectors.toMap(cell -> cell.row().rule(), cell -> cell, (first, _) -> first, LinkedHashMap::new));
    }

    /**
     * One group of bars for each rule at 64 Ki parameters: Lanewise's fastest width on 32-bit floats in native memory with one thread
     * over the true scalar loop and over C2's loops. The axis is logarithmic and bars begin at 1, so what is slower goes to the left.
     * What is slower and what is a tie has a colour and a word of its own.
     *
     * @param results what was measured on one machine or two
     * @return SVG; empty if one of the results has no such row
     */
    public static Optional<String> svg(List<Results> results) {
        Chart chart = new Chart(results);
        return chart.panels.stream().anyMatch(Map::isEmpty) ? Optional.empty() : Optional.of(chart.draw());
    }

    private String draw() {
        int bottom = TOP + rules.size() * GROUP;
        int width = panelLeft(panels.size()) - 10;
        var svg = new StringBuilder(format("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="%d %d %d %d" role="img" aria-label="Speed-up of Lanewise over plain Java">
                """, -MARGIN, -MARGIN, width + 2 * MARGIN, bottom + 41 + 17 * results.size() + 2 * MARGIN));
        svg.append(STYLE).append(legend())
                .append(text(0, 18, "title", "How many times as fast as plain Java, " + Units.size(N) + " parameters"));
        for (int panel = 0; panel < panels.size(); panel++) {
            svg.append(panel(panel, bottom));
        }
        for (int i = 0; i < rules.size(); i++) {
            svg.append(format("<text text-anchor=\"end\" x=\"%d\" y=\"%d\">%s</text>\n", LEFT - 12,
                    TOP + i * GROUP + Baseline.values().length * BAR / 2 + 5, escape(rules.get(i))));
        }
        svg.append(text(0, bottom + 34, "small",
                "Left of 1\u00d7: slower than plain Java; within 5 %: a tie. 32-bit floats in native memory, one thread, "
                        + "Lanewise's fastest width."));
        for (int i = 0; i < results.size(); i++) {
            Machine machine = results.get(i).machine();
            String place = results.size() == 1 ? "" : i == 0 ? "Left: " : "Right: ";
            svg.append(text(0, bottom + 51 + 17 * i, "small", place + machine.cpu() + ", " + machine.jvm()));
        }
        return svg.append("</svg>\n").toString();
    }

    private String panel(int panel, int bottom) {
        var svg = new StringBuilder();
        TICKS.forEach(tick -> svg.append(tick(tick, panel, bottom)));
        for (int i = 0; i < rules.size(); i++) {
            Compared cell = panels.get(panel).get(rules.get(i));
            if (cell != null) {
                int top = TOP + i * GROUP;
                cell.speeds().forEach((baseline, speed) -> svg.append(bar(baseline, speed, panel, top + baseline.ordinal() * BAR)));
            }
        }
        return svg.toString();
    }

    private String tick(String tick, int panel, int bottom) {
        double ratio = Double.parseDouble(tick);
        if (ratio < lowest || ratio > highest) {
            return "";
        }
        double x = x(ratio, panel);
        return format("<line class=\"%s\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>\n",
                ratio == 1 ? "one" : "grid", x, x, TOP - 6, bottom - GAP + 6)
                + format("<text class=\"small\" text-anchor=\"middle\" x=\"%.1f\" y=\"%d\">%s\u00d7</text>\n", x, bottom + 10, tick);
    }

    private static String legend() {
        var svg = new StringBuilder();
        int x = 0;
        for (Baseline baseline : Baseline.values()) {
            String label = "over " + baseline.label();
            svg.append(format("<rect class=\"%s\" x=\"%d\" y=\"34\" width=\"12\" height=\"12\" rx=\"2\"/>\n", CLASSES.get(baseline), x));
            svg.append(text(x + 18, 45, "", label));
            x += 50 + 7 * label.length();
        }
        return svg.toString();
    }

    private String bar(Baseline baseline, Ratio speed, int panel, int y) {
        double one = x(1, panel), end = x(speed.value(), panel);
        double width = Math.max(LEAST_WIDTH, Math.abs(end - one));
        double left = end < one ? one - width : one;
        String kind = speed.verdict() == Verdict.FASTER ? CLASSES.get(baseline) : speed.verdict().toString();
        String style = speed.verdict() == Verdict.SLOWER ? "small warn" : "small";
        String label = Units.digits(speed.value()) + "\u00d7 " + speed.verdict().remark();
        return format("<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" rx=\"1\"/>\n",
                kind, left, y, width, BAR - 2)
                + format("<text class=\"%s\" x=\"%.1f\" y=\"%d\">%s</text>\n", style, left + width + 5, y + BAR - 4, label.strip());
    }

    private int panelLeft(int panel) {
        return LEFT + panel * (panelWidth + RIGHT_OF_PANEL);
    }

    private double x(double ratio, int panel) {
        return panelLeft(panel) + panelWidth * Math.log(ratio / lowest) / Math.log(highest / lowest);
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
