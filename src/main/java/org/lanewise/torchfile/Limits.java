package org.lanewise.torchfile;

/** What a file may have at most. */
public final class Limits {
    /** How deep values may be in one another. */
    public static final int DEPTH = 64;

    /** Values that a pickle may make. A tensor takes some 20. */
    static final int VALUES = 1 << 22;
    /** Bytes of a pickle. */
    static final long PICKLE = 64L << 20;
    /** Entries of a zip. */
    static final int ENTRIES = 1 << 20;
    /** Bytes of an entry's name, or of a global's. */
    static final int NAME = 512;
    /** Dimensions of a tensor; PyTorch's own limit. */
    static final int DIMENSIONS = 64;

    private static final int SHOWN = 80;

    private Limits() {}

    /**
     * A text of a file as messages show it.
     *
     * @param text from a file
     * @return without control characters, and not too long
     */
    public static String shortened(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().limit(SHOWN).forEach(c -> shown.appendCodePoint(
                Character.isISOControl(c) || Character.getType(c) == Character.FORMAT || Character.getType(c) == Character.SURROGATE ? '?'
                        : c));
        return text.length() > shown.length() ? shown + "..." : shown.toString();
    }
}
