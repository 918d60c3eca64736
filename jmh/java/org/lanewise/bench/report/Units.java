package org.lanewise.bench.report;

import java.util.Locale;

/** Numbers in the words of people. */
public final class Units {
    /** What is known of a number that is missing. */
    static final String MISSING = "-";

    private static final int KI = 1 << 10;
    private static final int MI = 1 << 20;

    private Units() {}

    /** A number of parameters, as {@code 64 Ki}. */
    public static String size(int n) {
        if (n >= MI && n % MI == 0) {
            return n / MI + " Mi";
        }
        return n >= KI && n % KI == 0 ? n / KI + " Ki" : String.format(Locale.ROOT, "%,d", n);
    }

    /** Three significant digits and no exponent, however small or large. */
    static String digits(Double number) {
        if (number == null || !Double.isFinite(number)) {
            return MISSING;
        }
        double magnitude = Math.abs(number);
        int decimals = magnitude == 0 ? 0 : Math.clamp(2 - (int) Math.floor(Math.log10(magnitude)), 0, 4);
        return String.format(Locale.ROOT, "%." + decimals + "f", number);
    }

    public static String fixed(Double number, int decimals) {
        return number == null || !Double.isFinite(number) ? MISSING : String.format(Locale.ROOT, "%." + decimals + "f", number);
    }

    /** A share, as {@code 93}. */
    static String percent(Double share) {
        return share == null ? MISSING : fixed(100 * share, 0);
    }

    /** Bits of a vector. */
    static String width(int width) {
        return width == 0 ? MISSING : String.valueOf(width);
    }
}
