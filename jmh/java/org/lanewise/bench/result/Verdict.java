package org.lanewise.bench.result;

import java.util.Locale;

/** What a ratio of two times says: runs of the same code differ by some percent, so what is closer than 5 % counts as equal. */
public enum Verdict {
    /** At least 5 % faster. */
    FASTER,
    /** Within 5 %. */
    TIE,
    /** At least 5 % slower. */
    SLOWER;

    /** What still counts as equal. */
    public static final double MARGIN = 0.05;

    /** Of a number of times as fast. */
    public static Verdict of(double ratio) {
        if (ratio >= 1 + MARGIN) {
            return FASTER;
        }
        return ratio > 1 - MARGIN ? TIE : SLOWER;
    }

    /** Its word. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What stands behind the number; empty where it is faster. */
    public String remark() {
        return this == FASTER ? "" : toString();
    }
}
