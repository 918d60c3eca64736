package org.lanewise.tool;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Names that an option takes: in any case, with - or _, some at once separated by commas. */
public final class Choices {
    /** Letters that a name may lack, have too many or otherwise to be called near. */
    private static final int FAR = 4;

    private Choices() {}

    /**
     * The names that were asked for.
     *
     * @param option what the user calls the option, for the sentence that refuses
     * @param asked what was given, each with commas or without
     * @param known all names, as they are spelled
     * @return those asked for, as they are spelled, in the order in which they were given
     * @throws IllegalArgumentException if one is not known; the sentence has all that are, and the nearest
     */
    public static Set<String> of(String option, Collection<String> asked, Collection<String> known) {
        Set<String> names = new LinkedHashSet<>();
        for (String some : asked) {
            for (String name : some.split(",", -1)) {
                String stripped = name.strip();
                names.add(known.stream().filter(one -> plain(one).equals(plain(stripped))).findFirst().orElseThrow(
                        () -> new IllegalArgumentException(option + " must be one of " + String.join(", ", known) + ", got '" + stripped
                                + "'" + nearest(stripped, known).map(near -> "; nearest is " + near).orElse(""))));
            }
        }
        return names;
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Optional<String> nearest(String name, Collection<String> known) {
        Optional<String> nearest = known.stream().min(Comparator.comparingInt(one -> distance(plain(one), plain(name))));
        return nearest.filter(one -> distance(plain(one), plain(name)) < Math.min(FAR, Math.max(one.length(), name.length())));
    }

    /** Levenshtein's: letters to put in, to leave out or to change. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
