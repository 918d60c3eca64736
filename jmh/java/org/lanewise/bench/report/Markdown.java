package org.lanewise.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.lanewise.tool.Printable;

/** Text for Markdown. */
final class Markdown {
    private Markdown() {}

    /** A text as it is, in one line: bars end no cell, nothing is markup, and no address becomes a link. */
    static String escape(String text) {
        return Printable.line(text).replaceAll("[\\\\`*_{}\\[\\]<>|~#&]|:(?=//)|(?<=(?i:www))\\.|(?<=\\S)@(?=\\S)", "\\\\$0");
    }

    /** The cells of a line. A bar after a backslash belongs to the text. */
    static List<String> cells(String line) {
        String[] parts = line.strip().replaceAll("^\\||\\|$", "").split("(?<!\\\\)\\|", -1);
        return new ArrayList<>(List.of(parts).stream().map(String::strip).toList());
    }

    /** A line of a table. */
    static String row(List<String> cells) {
        return cells.stream().collect(Collectors.joining(" | ", "| ", " |\n"));
    }

    /** The line below a table's head. */
    static String rule(int words, int numbers) {
        return "|" + "---|".repeat(words) + "---:|".repeat(numbers) + "\n";
    }
}
