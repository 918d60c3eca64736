package org.lanewise.bench.result;

import java.util.Locale;
import org.lanewise.tool.Units;

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

    /** Of a number of times as fast, with the three digits that people read: 1.0496 is shown as 1.05, so it is faster. */
    public static Verdict of(double ratio) {
        double shown = Units.threeDigits(ratio);
        if (shown >= 1 + MARGIN) {
            return FASTER;
        }
        return shown > 1 - MARGIN ? TIE : SLOWER;
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
