package org.lanewise.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.tool.Units;

/**
 * The figures of a Markdown table.
 *
 * @param titles of all columns
 * @param lines the texts that are no dash by the titles of their columns, by the line's first columns
 */
record Figures(List<String> titles, Map<String, Map<String, String>> lines) {
    /** The first table in a text, of which some columns name a line. */
    static Figures of(String text, int names) {
        Map<String, Map<String, String>> lines = new LinkedHashMap<>();
        List<List<String>> table = text.lines().dropWhile(line -> !line.startsWith("|")).takeWhile(line -> line.startsWith("|"))
                .map(Markdown::cells).toList();
        List<String> titles = titles(table.isEmpty() ? List.of() : table.getFirst());
        for (List<String> line : table.stream().skip(2).toList()) {
            Map<String, String> figures = new LinkedHashMap<>();
            for (int column = names; column < Math.min(line.size(), titles.size()); column++) {
                if (!line.get(column).equals(Units.MISSING)) {
                    figures.put(titles.get(column), line.get(column));
                }
            }
            lines.put(String.join(" ", line.subList(0, Math.min(names, line.size()))), figures);
        }
        return new Figures(titles, lines);
    }

    /** With a number where a title comes again, as in the README, which has the same columns for both sizes. */
    private static List<String> titles(List<String> head) {
        List<String> titles = new ArrayList<>();
        for (String title : head) {
            titles.add(titles.contains(title) ? title + " (" + (titles.size() + 1) + ")" : title);
        }
        return titles;
    }

    /** Which of these another table lacks, in its lines or in the columns of its head, in words. */
    List<String> missingIn(Figures other) {
        List<String> missing = new ArrayList<>();
        lines.forEach((name, figures) -> {
            Map<String, String> there = other.lines.get(name);
            List<String> lost = figures.keySet().stream()
                    .filter(title -> other.titles.contains(title) && there != null && !there.containsKey(title)).toList();
            if (there == null) {
                missing.add(name);
            } else if (!lost.isEmpty()) {
                missing.add(name + " (" + String.join(", ", lost) + ")");
            }
        });
        return missing;
    }
}
