package org.lanewise.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.lanewise.bench.Results;

/** Puts results into the tables of a README: the one of times, and two columns of the one of rules. */
public final class Readme {
    private static final String RULES_BEGINNING = "| rule | step |";
    private static final String NANOS = "ns, ";

    private Readme() {}

    /**
     * Puts {@link ReadmeTable} in the place of the table that begins as it does; in the table of rules, sets the columns of nanoseconds
     * per parameter, which are put before the last one if they are not there. Rules that were not measured keep what they have.
     *
     * @param text all of the README
     * @param results what was measured
     * @return the README with these numbers
     * @throws IllegalArgumentException if the text lacks one of the tables
     */
    public static String with(String text, Results results) {
        Cells cells = Cells.of(results);
        String rules = replaced(text, RULES_BEGINNING, table -> rules(table, cells));
        return replaced(rules, ReadmeTable.BEGINNING, _ -> ReadmeTable.markdown(results).lines().toList());
    }

    private interface Change {
        List<String> of(List<String> table);
    }

    private static String replaced(String text, String beginning, Change change) {
        List<String> lines = new ArrayList<>(text.lines().toList());
        int from = 0;
        while (from < lines.size() && !lines.get(from).startsWith(beginning)) {
            from++;
        }
        if (from == lines.size()) {
            throw new IllegalArgumentException("README has no table that begins with '" + beginning + "'");
        }
        int to = from;
        while (to < lines.size() && lines.get(to).startsWith("|")) {
            to++;
        }
        List<String> table = lines.subList(from, to);
        List<String> changed = change.of(List.copyOf(table));
        table.clear();
        lines.addAll(from, changed);
        return lines.stream().collect(Collectors.joining("\n", "", "\n"));
    }

    private static List<String> rules(List<String> table, Cells cells) {
        List<String> head = cells(table.getFirst());
        List<List<String>> rows = new ArrayList<>(table.stream().map(line -> new ArrayList<>(cells(line))).toList());
        for (int n : ReadmeTable.SIZES) {
            String title = NANOS + Units.size(n);
            int column = head.indexOf(title);
            if (column < 0) {
                column = head.size() - 1;
                head.add(column, title);
                for (List<String> row : rows) {
                    row.add(column, Units.MISSING);
                }
                rows.get(0).set(column, title);
                rows.get(1).set(column, "---:");
            }
            for (List<String> row : rows.subList(2, rows.size())) {
                String rule = row.getFirst().replace("`", "");
                if (cells.lanewise(rule, n).isPresent()) {
                    row.set(column, ReadmeTable.time(cells.lanewise(rule, n)));
                }
            }
        }
        return rows.stream().map(Readme::line).toList();
    }

    /** A bar after a backslash belongs to the text. */
    private static List<String> cells(String line) {
        String[] parts = line.strip().replaceAll("^\\||\\|$", "").split("(?<!\\\\)\\|", -1);
        return new ArrayList<>(List.of(parts).stream().map(String::strip).toList());
    }

    private static String line(List<String> cells) {
        return cells.getFirst().startsWith("---") ? "|" + String.join("|", cells) + "|"
                : cells.stream().map(cell -> cell.isEmpty() ? " " : " " + cell + " ").collect(Collectors.joining("|", "|", "|"));
    }
}
