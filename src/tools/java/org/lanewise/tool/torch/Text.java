package org.lanewise.tool.torch;

/** Names from a file that nobody has checked, in sentences and tables. */
final class Text {
    private static final int MOST = 100;

    private Text() {}

    /** A name between quotes: not long, on one line. */
    static String quoted(String name) {
        return "'" + shortened(name) + "'";
    }

    /** A name that is not long, on one line. */
    static String shortened(String name) {
        return printable(name.length() > MOST ? name.substring(0, MOST) + "..." : name);
    }

    /** With a question mark for what would move a terminal's cursor or change its colours. */
    static String printable(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]", "?");
    }
}
