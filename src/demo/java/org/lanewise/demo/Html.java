package org.lanewise.demo;

import java.util.List;
import java.util.stream.Collectors;

/** Writes HTML. */
final class Html {
    private Html() {}

    /** Text as it may stand between tags and in attributes. */
    static String text(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    /** A table of texts. */
    static String table(List<String> head, List<List<String>> rows) {
        return "<div class=\"scroll\"><table>\n<thead>" + row("th", head) + "</thead>\n<tbody>"
                + rows.stream().map(row -> row("td", row)).collect(Collectors.joining("\n")) + "</tbody>\n</table></div>";
    }

    private static String row(String tag, List<String> cells) {
        return cells.stream().map(cell -> "<" + tag + ">" + text(cell) + "</" + tag + ">").collect(Collectors.joining("", "<tr>", "</tr>"));
    }
}
