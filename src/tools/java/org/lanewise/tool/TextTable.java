package org.lanewise.tool;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Cells in columns as wide as their widest cell. */
public final class TextTable {
    private final int leftAligned;
    private final boolean leftAlignedAtEnd;
    private final List<List<String>> lines = new ArrayList<>();

    /**
     * A table with words in its first columns, and numbers, which end below each other, in the others.
     *
     * @param leftAligned how many columns of words
     * @param head a title for each column
     */
    public TextTable(int leftAligned, String... head) {
        this(leftAligned, false, head);
    }

    /**
     * The same, with words in the last column too, or not.
     *
     * @param leftAligned how many columns of words at the beginning
     * @param leftAlignedAtEnd whether the last column has words
     * @param head a title for each column
     */
    public TextTable(int leftAligned, boolean leftAlignedAtEnd, String... head) {
        this.leftAligned = leftAligned;
        this.leftAlignedAtEnd = leftAlignedAtEnd;
        lines.add(List.of(head));
    }

    /**
     * Adds a line.
     *
     * @param cells one for each column
     */
    public void add(String... cells) {
        if (cells.length != lines.getFirst().size()) {
            throw new IllegalArgumentException("line has " + cells.length + " cells, the table's head " + lines.getFirst().size());
        }
        lines.add(List.of(cells));
    }

    /** An empty line. */
    public void space() {
        lines.add(List.of());
    }

    /**
     * Prints all lines.
     *
     * @param out where to
     */
    public void print(PrintWriter out) {
        int[] widths = new int[lines.getFirst().size()];
        for (List<String> line : lines) {
            for (int column = 0; column < line.size(); column++) {
                widths[column] = Math.max(widths[column], line.get(column).length());
            }
        }
        lines.forEach(line -> out.println(line(line, widths)));
    }

    private String line(List<String> cells, int[] widths) {
        var line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            String padding = " ".repeat(widths[column] - cell.length());
            boolean left = column < leftAligned || leftAlignedAtEnd && column == cells.size() - 1;
            line.append(column == 0 ? "" : "  ").append(left ? cell + padding : padding + cell);
        }
        return line.toString().stripTrailing();
    }
}
