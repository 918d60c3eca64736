package org.lanewise.tool;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers of parameters that an option takes, separated by commas: {@code 65536}, {@code 64Ki}, {@code 16Mi}, {@code 1_000_000} or
 * {@code 1e6}. One number alone may have commas too if it cannot be a list: in {@code 1,000,000} and {@code 1,024Ki} a number would
 * begin with 0.
 */
public final class SizeList {
    /** What they are, for help and for the sentence that refuses others. */
    public static final String WHAT = "numbers from 1 to 1024Mi, such as 5000, 64Ki, 16Mi or 1,000,000";

    private static final BigDecimal MOST = BigDecimal.valueOf(1 << 30);
    private static final Pattern SIZE = Pattern.compile("([^kmg]+?) *(?:([kmg])i)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern GROUPED = Pattern.compile("[1-9]\\d{0,2}(,\\d{3})+");
    /** With a unit only what can be no list; {@code 16,128Ki} is one. */
    private static final Pattern GROUPED_WITH_UNIT = Pattern.compile("[1-9]\\d{0,2},0\\d\\d *[kmg]i", Pattern.CASE_INSENSITIVE);

    private SizeList() {}

    /**
     * The numbers that were asked for.
     *
     * @param option what the user calls the option, for the sentence that refuses
     * @param asked what was given, each with commas or without
     * @return all numbers, in the order in which they were given
     * @throws IllegalArgumentException if one is no number from 1 to 2^30, or could be several; the sentence says which
     */
    public static Set<Integer> of(String option, Collection<String> asked) {
        Set<Integer> sizes = new LinkedHashSet<>();
        for (String text : asked) {
            boolean grouped = GROUPED.matcher(text).matches();
            if (grouped && !text.contains(",0")) {
                throw new IllegalArgumentException(option + " " + text + " can be one number or several: write one without commas, several "
                        + "each with " + option);
            }
            boolean one = grouped || GROUPED_WITH_UNIT.matcher(text).matches();
            for (String size : one ? List.of(text.replace(",", "")) : List.of(text.split(",", -1))) {
                int n = size(size.strip());
                if (n == 0) {
                    throw new IllegalArgumentException(option + " must be " + WHAT + ", got '" + text + "'");
                }
                sizes.add(n);
            }
        }
        return sizes;
    }

    /** The number that a text says; 0 if it says none, or one that is no size. */
    private static int size(String text) {
        Matcher size = SIZE.matcher(text);
        if (text.startsWith("0") || !size.matches()) {
            return 0;
        }
        try {
            BigDecimal n = Units.number(size.group(1)).multiply(BigDecimal.valueOf(unit(size.group(2))));
            return n.signum() > 0 && n.compareTo(MOST) <= 0 ? n.intValueExact() : 0;
        } catch (ArithmeticException | NumberFormatException _) {
            return 0;
        }
    }

    private static long unit(String letter) {
        return letter == null ? 1 : 1L << 10 * (1 + "kmg".indexOf(letter.toLowerCase(Locale.ROOT)));
    }
}
