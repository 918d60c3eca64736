package org.lanewise.tool;

import java.util.regex.Pattern;

/**
 * Texts that come from files and from classes of the user's, as a terminal and a document can show them: a control character may be a
 * command to a terminal, and a format character turns the direction of what follows.
 */
public final class Printable {
    private static final Pattern OTHER = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");
    private static final Pattern LINE_BREAK = Pattern.compile("\\s*\\R\\s*");

    private Printable() {}

    /** Whether all characters of a text can be seen, in one line. */
    public static boolean is(String text) {
        return !OTHER.matcher(text).find();
    }

    /** A text with a question mark in place of each character that cannot be seen. */
    public static String of(String text) {
        return OTHER.matcher(text).replaceAll("?");
    }

    /** The same in one line, with a blank for each end of a line. */
    public static String line(String text) {
        return of(LINE_BREAK.matcher(text.strip()).replaceAll(" "));
    }
}
