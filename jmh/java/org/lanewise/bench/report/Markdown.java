package org.lanewise.bench.report;

import java.util.List;
import java.util.stream.Collectors;

/** Text for Markdown. */
final class Markdown {
    private Markdown() {}

    /** A text as it is: bars end no cell, nothing is markup. */
    static String escape(String text) {
        return text.replaceAll("[\\\\`*_{}\\[\\]<>|~#]", "\\\\$0");
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
