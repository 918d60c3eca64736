package org.lanewise.bench.report;

/** What a ratio of two times says: runs of the same code differ by some percent, so what is closer than 5 % counts as equal. */
enum Verdict {
    /** At least 5 % faster. */
    FASTER(""),
    /** Within 5 %. */
    TIE("tie"),
    /** At least 5 % slower. */
    SLOWER("slower");

    private static final double MARGIN = 0.05;

    private final String word;

    Verdict(String word) {
        this.word = word;
    }

    static Verdict of(double ratio) {
        if (ratio >= 1 + MARGIN) {
            return FASTER;
        }
        return ratio > 1 - MARGIN ? TIE : SLOWER;
    }

    /** What stands behind the number; empty where it is faster. */
    String word() {
        return word;
    }
}
