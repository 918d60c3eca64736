package org.lanewise.tool;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Pattern;

/** Numbers in the words of people. */
public final class Units {
    /** What stands for a number that is missing. */
    public static final String MISSING = "-";

    private static final MathContext THREE_DIGITS = new MathContext(3, RoundingMode.HALF_EVEN);
    private static final int MOST_DECIMALS = 4;
    private static final int KI = 1 << 10;
    private static final int MI = 1 << 20;
    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(\\d{1,3}(,\\d{3})+|\\d+(_\\d+)*)(\\.\\d+)?(e\\+?\\d{1,2})?", Pattern.CASE_INSENSITIVE);

    private Units() {}

    /** A number of parameters, as {@code 64 Ki}. */
    public static String size(int n) {
        if (n >= MI && n % MI == 0) {
            return n / MI + " Mi";
        }
        return n >= KI && n % KI == 0 ? n / KI + " Ki" : String.format(Locale.ROOT, "%,d", n);
    }

    /**
     * Reads a number with its digits in groups or not, as {@code 1000000}, {@code 1,000,000}, {@code 1_000_000} or {@code 1e6}.
     *
     * @throws NumberFormatException if the text says none
     */
    static BigDecimal number(String text) {
        String stripped = text.strip();
        if (!NUMBER.matcher(stripped).matches()) {
            throw new NumberFormatException();
        }
        return new BigDecimal(stripped.replaceAll("[,_]", ""));
    }

    /** A number with three significant digits, as {@link #digits} shows it where it is below 1,000. */
    public static double threeDigits(double number) {
        return Double.isFinite(number) ? new BigDecimal(number).round(THREE_DIGITS).doubleValue() : number;
    }

    /** Three significant digits or all before the point, at most four behind it, and no exponent. */
    public static String digits(Double number) {
        if (number == null || !Double.isFinite(number)) {
            return MISSING;
        }
        BigDecimal rounded = new BigDecimal(number).round(THREE_DIGITS);
        int decimals = rounded.signum() == 0 ? 0 : Math.clamp(2L + rounded.scale() - rounded.precision() + 1, 0, MOST_DECIMALS);
        return new BigDecimal(number).setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
    }

    /** So many digits behind the point. */
    public static String fixed(Double number, int decimals) {
        return number == null || !Double.isFinite(number) ? MISSING : String.format(Locale.ROOT, "%." + decimals + "f", number);
    }

    /** A share, as {@code 93}. */
    public static String percent(Double share) {
        return share == null ? MISSING : fixed(100 * share, 0);
    }

    /** Bits of a vector. */
    public static String width(int width) {
        return width == 0 ? MISSING : String.valueOf(width);
    }

    /** A time that is to come or that has passed, as {@code 3 min 20 s}. */
    public static String seconds(long seconds) {
        return seconds < 60 ? seconds + " s" : String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
    }
}
