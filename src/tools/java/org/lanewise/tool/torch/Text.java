package org.lanewise.tool.torch;

import org.lanewise.tool.Printable;

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
        return shortened(name, MOST);
    }

    /** A text of so many characters at most, on one line. */
    static String shortened(String text, int most) {
        return Printable.of(text.length() > most ? text.substring(0, most) + "..." : text);
    }
}
