package org.lanewise.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.lanewise.bench.result.Compared;
import org.lanewise.bench.result.Results;
import org.lanewise.bench.result.ResultsFile;
import org.lanewise.bench.result.Rows;
import org.lanewise.tool.StoreKind;
import org.lanewise.tool.Units;
import org.lanewise.tool.WholeFile;

/** Puts results into this project's documents. */
public final class Documents {
    /** The rules of the README's table. */
    static final List<String> IN_README = List.of("Adam", "AdamW", "Sgd", "Lion", "Lamb", "Nesterov");

    static final String BEGIN = "<!-- begin: written by the command readme -->";
    static final String END = "<!-- end -->";

    private static final Path README = Path.of("README.md");
    private static final Path DOCS = Path.of("src/docs");
    private static final String RULES_BEGINNING = "| rule | step |";
    private static final String NANOS = "ns, ";
    private static final int MOST_NAMED = 5;

    private Documents() {}

    /**
     * The documents with the numbers of results: README's table and chart, {@code measured.md}, the times in {@code rules.md}, and a file
     * of results for each CPU.
     *
     * @param project the folder of this project's sources
     * @param results of one machine or two; all tables are of the first, the chart is of both
     * @return the whole text of each file that changes, by its path
     * @throws IOException if one of the documents cannot be read
     * @throws IllegalArgumentException if one lacks the place where numbers go or has figures that results lack, results lack a row that is
     *     needed, or both are of one CPU
     */
    public static Map<Path, String> with(Path project, List<Results> results) throws IOException {
        Results first = results.getFirst();
        Map<Path, String> texts = new LinkedHashMap<>();
        Path readme = project.resolve(README), docs = project.resolve(DOCS), measured = docs.resolve("measured.md");
        Path rules = docs.resolve("rules.md");
        texts.put(readme, marked(readme, 1, MeasuredTable.machine(first) + "\n" + MeasuredTable.markdown(first, IN_README)));
        texts.put(measured, marked(measured, 2,
                MeasuredTable.machine(first) + "\n" + MeasuredTable.markdown(first) + "\n" + MeasuredTable.LEGEND));
        texts.put(rules, rules(rules, Rows.of(first)));
        texts.put(docs.resolve("chart.svg"), Chart.svg(results).orElseThrow(() -> new IllegalArgumentException(
                "results have no row of Lanewise at " + Units.size(MeasuredTable.SIZES.getFirst()) + " parameters")));
        for (Results one : results) {
            requireRules(first, one);
            String name = ResultsFile.nameFor(one.machine());
            if (texts.put(docs.resolve("results").resolve(name), ResultsFile.text(one)) != null) {
                throw new IllegalArgumentException("both results are of one CPU, " + one.machine().cpu());
            }
        }
        return texts;
    }

    /** The chart has a place for each rule of the first machine on the second. */
    private static void requireRules(Results first, Results other) {
        Rows rows = Rows.of(first), others = Rows.of(other);
        int n = MeasuredTable.SIZES.getFirst();
        List<String> lost = rows.rules().stream().filter(rule -> rows.lanewise(rule, StoreKind.F32_NATIVE, n).isPresent()
                && others.lanewise(rule, StoreKind.F32_NATIVE, n).isEmpty()).toList();
        if (!lost.isEmpty()) {
            throw new IllegalArgumentException("results of " + other.machine().cpu() + " lack " + String.join(", ", lost) + " at "
                    + Units.size(n) + " parameters; bench --full measures them");
        }
    }

    private static String read(Path file) throws IOException {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IOException(file + ": " + WholeFile.reason(e), e);
        }
    }

    /** The file with other lines between its marks, in a table whose lines have a name in so many columns. */
    private static String marked(Path file, int names, String lines) throws IOException {
        String text = read(file);
        int begin = text.indexOf(BEGIN + "\n"), end = text.indexOf("\n" + END, Math.max(begin, 0));
        if (begin < 0 || end < 0) {
            throw new IllegalArgumentException(file + " has no line '" + BEGIN + "' with a line '" + END + "' after it");
        }
        List<String> lost = Figures.of(text.substring(begin, end), names).missingIn(Figures.of(lines, names));
        if (!lost.isEmpty()) {
            throw new IllegalArgumentException(file + " has figures that results lack or that are in doubt: "
                    + lost.stream().limit(MOST_NAMED).collect(Collectors.joining("; "))
                    + (lost.size() > MOST_NAMED ? "; and of " + (lost.size() - MOST_NAMED) + " more lines" : "")
                    + "; bench --full measures them");
        }
        return text.substring(0, begin) + BEGIN + "\n" + lines.stripTrailing() + text.substring(end);
    }

    /**
     * The file with the table of rules, its columns of nanoseconds per parameter set. They are put before the last column if they are not
     * there. Rules that were not measured keep what they have.
     */
    private static String rules(Path file, Rows rows) throws IOException {
        List<String> lines = new ArrayList<>(read(file).lines().toList());
        int from = 0;
        while (from < lines.size() && !lines.get(from).startsWith(RULES_BEGINNING)) {
            from++;
        }
        if (from == lines.size()) {
            throw new IllegalArgumentException(file + " has no table that begins with '" + RULES_BEGINNING + "'");
        }
        int to = from;
        while (to < lines.size() && lines.get(to).startsWith("|")) {
            to++;
        }
        List<String> table = lines.subList(from, to);
        List<String> changed = withTimes(table.stream().map(Markdown::cells).toList(), rows);
        table.clear();
        lines.addAll(from, changed);
        return lines.stream().collect(Collectors.joining("\n", "", "\n"));
    }

    private static List<String> withTimes(List<List<String>> table, Rows rows) {
        for (int n : MeasuredTable.SIZES) {
            String title = NANOS + Units.size(n);
            int found = table.getFirst().indexOf(title);
            int column = found < 0 ? table.getFirst().size() - 1 : found;
            if (found < 0) {
                table.forEach(line -> line.add(column, Units.MISSING));
                table.get(0).set(column, title);
                table.get(1).set(column, "---:");
            }
            for (List<String> line : table.subList(2, table.size())) {
                rows.lanewise(line.getFirst().replace("`", ""), StoreKind.F32_NATIVE, n).map(Compared::row)
                        .ifPresent(row -> line.set(column, MeasuredTable.time(row)));
            }
        }
        return table.stream().map(Documents::line).toList();
    }

    private static String line(List<String> cells) {
        return cells.getFirst().startsWith("---") ? "|" + String.join("|", cells) + "|"
                : cells.stream().map(cell -> cell.isEmpty() ? " " : " " + cell + " ").collect(Collectors.joining("|", "|", "|"));
    }
}
