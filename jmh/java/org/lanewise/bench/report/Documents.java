package org.lanewise.bench.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.lanewise.bench.result.Compared;
import org.lanewise.bench.result.Results;
import org.lanewise.bench.result.ResultsFile;
import org.lanewise.bench.result.Rows;
import org.lanewise.bench.result.StartResults;
import org.lanewise.tool.RuleTable;
import org.lanewise.tool.StoreKind;
import org.lanewise.tool.Units;
import org.lanewise.tool.WholeFile;

/** Puts results into this project's documents. */
public final class Documents {
    /** The rules of the README's table. */
    static final List<String> IN_README = List.of("Adam", "AdamW", "Sgd", "Lion", "Lamb", "Nesterov");

    static final String BEGIN = "<!-- begin: written by the command readme -->";
    static final String END = "<!-- end -->";

    static final String BEGIN_START = "<!-- begin: written by the command readme --start -->";

    private static final Path README = Path.of("README.md");
    private static final Path DOCS = Path.of("src/docs");
    private static final String RULES_BEGINNING = "| rule | step |";
    private static final String NANOS = "ns, ";
    private static final int MOST_NAMED = 5;
    private static final int MOST_BYTES = 8 << 20;
    /** Headings, code, pictures and other marks: no text that is written between the marks has them. */
    private static final Pattern FOREIGN = Pattern.compile("^ {0,3}(#|```|~~~|!\\[|<!--)");
    private static final Pattern FOREIGN_TO_START = Pattern.compile("^ {0,3}(#|```|~~~|<!--)");
    private static final String START_CHART = "start.svg";

    private Documents() {}

    /**
     * The documents with the numbers of results: README's table and chart, {@code measured.md}, the times in {@code rules.md}, and a file
     * of results for each CPU.
     *
     * @param project the folder of this project's sources
     * @param results of one machine or two; all tables are of the first, the chart is of both
     * @return the whole text of each file that changes, by its path; results first, since all others are made of them
     * @throws IOException if one of the documents cannot be read, or one of the files is no regular file
     * @throws IllegalArgumentException if one lacks the place where numbers go or has figures that results lack, results lack a row that is
     *     needed or have a rule that is unknown, or both are of one CPU
     */
    public static Map<Path, String> with(Path project, List<Results> results) throws IOException {
        Results first = results.getFirst();
        Map<Path, String> texts = new LinkedHashMap<>();
        Path readme = project.resolve(README), docs = project.resolve(DOCS), measured = docs.resolve("measured.md");
        Path rules = docs.resolve("rules.md");
        String few = MeasuredTable.machine(first) + "\n" + MeasuredTable.markdown(first, IN_README);
        String all = MeasuredTable.machine(first) + "\n" + MeasuredTable.markdown(first) + "\n" + MeasuredTable.LEGEND;
        for (Results one : results) {
            requireKnown(one);
            String name = ResultsFile.nameFor(one.machine());
            if (texts.put(docs.resolve("results").resolve(name), ResultsFile.text(one)) != null) {
                throw new IllegalArgumentException("both results are of one CPU, " + one.machine().cpu());
            }
        }
        texts.put(readme, edited(readme, text -> marked(readme, text, 1, few)));
        texts.put(measured, edited(measured, text -> marked(measured, text, 2, all)));
        texts.put(rules, edited(rules, text -> rules(rules, text, Rows.of(first))));
        texts.put(docs.resolve("chart.svg"), Chart.svg(results).orElseThrow(() -> new IllegalArgumentException(
                "results have no row of Lanewise at " + Units.size(MeasuredTable.SIZES.getFirst()) + " parameters")));
        results.forEach(other -> requireRules(first, other));
        for (Path file : texts.keySet()) {
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new IOException(file + ": is no regular file");
            }
        }
        return texts;
    }

    /**
     * The documents with the numbers of first steps: their section in {@code measured.md}, and its chart.
     *
     * @param project the folder of this project's sources
     * @param results of first steps
     * @return as above
     * @throws IOException if the document cannot be read
     * @throws IllegalArgumentException if it lacks the place where numbers go, or results have none that can be drawn
     */
    public static Map<Path, String> withStart(Path project, StartResults results) throws IOException {
        Path docs = project.resolve(DOCS), measured = docs.resolve("measured.md");
        Map<Path, String> texts = new LinkedHashMap<>();
        texts.put(docs.resolve(START_CHART), StartChart.svg(results).orElseThrow(() -> new IllegalArgumentException(
                "results have no line that is not in doubt")));
        String lines = "![How long a step takes by the time since the start](" + START_CHART + ")\n\n" + StartTable.page(results);
        texts.put(measured, edited(measured, text -> replaced(measured, text, BEGIN_START, FOREIGN_TO_START, lines, _ -> {})));
        return texts;
    }

    private static void requireKnown(Results results) {
        List<String> unknown = Rows.of(results).rules().stream().filter(rule -> !RuleTable.firstOfEach().containsKey(rule)).toList();
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("results of " + results.machine().cpu() + " have rules that Lanewise has not: "
                    + some(unknown, ", "));
        }
    }

    private static String some(List<String> names, String between) {
        return names.stream().limit(MOST_NAMED).collect(Collectors.joining(between))
                + (names.size() > MOST_NAMED ? between + "and " + (names.size() - MOST_NAMED) + " more" : "");
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

    /** A document with another text. Lines end as they did. */
    private static String edited(Path file, UnaryOperator<String> edit) throws IOException {
        String text = WholeFile.read(file, MOST_BYTES);
        String edited = edit.apply(text.replace("\r\n", "\n"));
        return text.contains("\r\n") ? edited.replace("\n", "\r\n") : edited;
    }

    /** The text with other lines between its marks, in a table whose lines have a name in so many columns. */
    private static String marked(Path file, String text, int names, String lines) {
        return replaced(file, text, BEGIN, FOREIGN, lines, old -> requireAll(file, old, names, lines));
    }

    private static void requireAll(Path file, String old, int names, String lines) {
        List<String> lost = Figures.of(old, names).missingIn(Figures.of(lines, names));
        if (!lost.isEmpty()) {
            throw new IllegalArgumentException(file + " has figures that results lack or that are in doubt: "
                    + lost.stream().limit(MOST_NAMED).collect(Collectors.joining("; "))
                    + (lost.size() > MOST_NAMED ? "; and of " + (lost.size() - MOST_NAMED) + " more lines" : "")
                    + "; bench --full measures them");
        }
    }

    /** The text with other lines between two marks; the old ones are looked at before. */
    private static String replaced(Path file, String text, String mark, Pattern foreign, String lines, Consumer<String> look) {
        int begin = text.indexOf(mark + "\n"), end = text.indexOf("\n" + END, Math.max(begin, 0));
        if (begin < 0 || end < 0) {
            throw new IllegalArgumentException(file + " has no line '" + mark + "' with a line '" + END + "' after it");
        }
        String old = text.substring(begin + mark.length(), end);
        old.lines().filter(line -> foreign.matcher(line).find()).findFirst().ifPresent(line -> {
            throw new IllegalArgumentException(file + " has a line between '" + mark + "' and '" + END
                    + "' that the command readme does not write, so that one of both seems to be missing: '" + line + "'");
        });
        look.accept(old);
        return text.substring(0, begin) + mark + "\n" + lines.stripTrailing() + text.substring(end);
    }

    /**
     * The text with the table of rules, its columns of nanoseconds per parameter set. They are put before the last column if they are not
     * there. Rules that were not measured keep what they have.
     */
    private static String rules(Path file, String text, Rows rows) {
        List<String> lines = new ArrayList<>(text.lines().toList());
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
        List<List<String>> cells = table.stream().map(Markdown::cells).toList();
        if (cells.size() == 1) {
            throw new IllegalArgumentException(file + " has no line below the head of its table");
        }
        for (int i = 0; i < cells.size(); i++) {
            if (cells.get(i).size() != cells.getFirst().size()) {
                throw new IllegalArgumentException(file + ":" + (from + i + 1) + ": line has " + cells.get(i).size()
                        + " cells, the table's head " + cells.getFirst().size());
            }
        }
        List<String> changed = withTimes(cells, rows);
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
