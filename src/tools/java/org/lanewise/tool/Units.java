package org.lanewise.tool;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers in the words of people. */
public final class Units {
    /** What stands for a number that is missing. */
    public static final String MISSING = "-";

    private static final MathContext THREE_DIGITS = new MathContext(3, RoundingMode.HALF_EVEN);
    private static final int MOST_DECIMALS = 4;
    private static final int KI = 1 << 10;
    private static final int MI = 1 << 20;
    private static final Pattern SIZE = Pattern.compile("(\\d{1,10}) ?(ki|mi)?");

    private Units() {}

    /** A number of parameters, as {@code 64 Ki}. */
    public static String size(int n) {
        if (n >= MI && n % MI == 0) {
            return n / MI + " Mi";
        }
        return n >= KI && n % KI == 0 ? n / KI + " Ki" : String.format(Locale.ROOT, "%,d", n);
    }

    /**
     * The number of parameters that a text such as {@code 65536}, {@code 64Ki} or {@code 1 mi} says.
     *
     * @throws IllegalArgumentException if it says none, or a number outside 1 to 2^30
     */
    public static int parseSize(String text) {
        Matcher size = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
        long n = 0;
        if (size.matches()) {
            n = Long.parseLong(size.group(1)) * (size.group(2) == null ? 1 : size.group(2).equals("ki") ? KI : MI);
        }
        if (n < 1 || n > 1 << 30) {
            throw new IllegalArgumentException("must be a number from 1 to 1024Mi, such as 65536, 64Ki or 16Mi, got '" + text + "'");
        }
        return (int) n;
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
