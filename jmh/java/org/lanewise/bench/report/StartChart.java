package org.lanewise.bench.report;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.lanewise.bench.result.Start;
import org.lanewise.bench.result.StartResults;
import org.lanewise.tool.Units;

/** How long a step takes by the time since the start: a panel for each number of parameters, a line for each way, both axes logarithmic. */
public final class StartChart {
    private static final int MARGIN = 16, LEFT = 64, TOP = 92, WIDTH = 640, HEIGHT = 180, GAP = 62;
    private static final int LEGEND_WIDTH = 128;
    /** Of both axes: milliseconds from the start, nanoseconds of a step. */
    private static final double FROM_MILLIS = 0.1, LEAST_NANOS = 1, MOST_NANOS = 1e12;
    private static final double TEN = 10;
    private static final String OTHERS = "other";
    private static final Map<String, String> CLASSES = Map.of("lanewise-heap", "heap", "lanewise-native", "native",
            "vectors-heap", "heap later", "vectors-native", "native later", "plain-java", "plain");
    private static final List<String> LEGEND = List.of("lanewise-heap", "lanewise-native", "plain-java", "vectors-heap", "vectors-native",
            "other libraries");
    private static final int LEGEND_COLUMNS = 5;
    private static final String STYLE = """
            <style>
            svg{background:#fff}text{font:13px system-ui,"Segoe UI",Roboto,"Helvetica Neue",sans-serif;fill:#24292f}
            .title{font-size:15px;font-weight:600}.small{font-size:12px;fill:#57606a}.grid{stroke:#d0d7de}
            .line{fill:none;stroke-width:2}.later{stroke-dasharray:5 4}
            .heap{stroke:#0072b2}.native{stroke:#009e73}.plain{stroke:#d55e00}.other{stroke:#8c959f;stroke-width:1}
            @media(prefers-color-scheme:dark){
            svg{background:#0d1117}text{fill:#e6edf3}.small{fill:#9198a1}.grid{stroke:#3d444d}
            .heap{stroke:#3d8fd1}.native{stroke:#14b889}.plain{stroke:#f0762b}}
            </style>
            """;

    private final StartResults results;
    private final Map<Integer, List<Start>> panels;
    private final double untilMillis, leastNanos, mostNanos;

    private StartChart(StartResults results) {
        this.results = results;
        List<Start> drawn = results.starts().stream().filter(start -> start.doubt() == null && start.curve().size() > 1).toList();
        panels = drawn.stream().collect(Collectors.groupingBy(Start::n, TreeMap::new, Collectors.toList()));
        double least = MOST_NANOS, most = LEAST_NANOS, until = FROM_MILLIS * TEN;
        for (Start start : drawn) {
            for (Start.Point point : start.curve()) {
                least = Math.min(least, point.nanos());
                most = Math.max(most, point.nanos());
                until = Math.max(until, point.millis());
            }
        }
        leastNanos = Math.pow(TEN, Math.floor(Math.log10(least)));
        mostNanos = Math.max(TEN * leastNanos, Math.pow(TEN, Math.ceil(Math.log10(most))));
        untilMillis = until;
    }

    /**
     * Draws all ways without a doubt.
     *
     * @param results what was measured
     * @return SVG; empty if there are none
     */
    public static Optional<String> svg(StartResults results) {
        StartChart chart = new StartChart(results);
        return chart.panels.isEmpty() ? Optional.empty() : Optional.of(chart.draw());
    }

    private String draw() {
        int bottom = TOP + panels.size() * (HEIGHT + GAP);
        StringBuilder svg = new StringBuilder(format("""
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="%d %d %d %d" role="img" aria-label="Time of a step since the start">
                """, -MARGIN, -MARGIN, LEFT + WIDTH + 3 * MARGIN, bottom + 2 * MARGIN));
        svg.append(STYLE).append(text(0, 18, "title", "", "How long a step of Adam takes, by the time since making began"));
        for (int k = 0; k < LEGEND.size(); k++) {
            int x = k % LEGEND_COLUMNS * LEGEND_WIDTH, y = 42 + k / LEGEND_COLUMNS * 18;
            svg.append(format("<line class=\"line %s\" x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\"/>\n",
                    CLASSES.getOrDefault(LEGEND.get(k), OTHERS), x, x + 20, y - 4, y - 4));
            svg.append(text(x + 26, y, "small", "", LEGEND.get(k)));
        }
        int top = TOP;
        for (Map.Entry<Integer, List<Start>> panel : panels.entrySet()) {
            svg.append(panel(panel.getKey(), panel.getValue(), top));
            top += HEIGHT + GAP;
        }
        svg.append(text(0, bottom, "small", "", "Medians of fresh JVMs. Dashed: Lanewise with vectors from the first step on. "
                + results.machine().cpu() + ", " + results.machine().jvm()));
        return svg.append("</svg>\n").toString();
    }

    private String panel(int n, List<Start> starts, int top) {
        StringBuilder svg = new StringBuilder(text(LEFT, top - 8, "", "", Units.size(n) + " parameters"));
        for (double nanos = leastNanos; nanos < mostNanos * (1 + 1e-9); nanos *= TEN) {
            double y = y(nanos, top);
            svg.append(format("<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>\n", LEFT, LEFT + WIDTH, y, y))
                    .append(text(LEFT - 8, (int) y + 4, "small", "end", time(nanos)));
        }
        for (double millis = FROM_MILLIS; millis < untilMillis * (1 + 1e-9); millis *= TEN) {
            double x = x(millis);
            svg.append(format("<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>\n", x, x, top, top + HEIGHT))
                    .append(text((int) x, top + HEIGHT + 18, "small", "middle", time(millis * 1e6)));
        }
        for (Start start : starts) {
            svg.append(format("<polyline class=\"line %s\" points=\"%s\"/>\n", CLASSES.getOrDefault(start.way(), OTHERS),
                    start.curve().stream().map(point -> format("%.1f,%.1f", x(point.millis()), y(point.nanos(), top)))
                            .collect(Collectors.joining(" "))));
        }
        return svg.toString();
    }

    private double x(double millis) {
        return LEFT + WIDTH * Math.log(Math.max(1, millis / FROM_MILLIS)) / Math.log(untilMillis / FROM_MILLIS);
    }

    private double y(double nanos, int top) {
        return top + HEIGHT * (1 - Math.log(nanos / leastNanos) / Math.log(mostNanos / leastNanos));
    }

    private static String time(double nanos) {
        String[] units = {"ns", "\u00b5s", "ms", "s"};
        int unit = 0;
        double number = nanos;
        // A tenth of a millisecond is 100 microseconds; powers of ten come out a little off.
        while (number > 999.5 && unit < units.length - 1) {
            number /= 1_000;
            unit++;
        }
        return Math.round(number) + " " + units[unit];
    }

    private static String text(int x, int y, String style, String anchor, String text) {
        return format("<text class=\"%s\"%s x=\"%d\" y=\"%d\">%s</text>\n", style,
                anchor.isEmpty() ? "" : " text-anchor=\"" + anchor + "\"", x, y,
                text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"));
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
