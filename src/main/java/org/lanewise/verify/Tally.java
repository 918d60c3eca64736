package org.lanewise.verify;

import java.util.List;
import org.lanewise.Rule;
import org.lanewise.Width;

/**
 * What was compared of one rule in one place at one width.
 *
 * @param rule the rule with its options
 * @param maximize whether the optimizer maximized
 * @param place where the planes lay
 * @param width width of the executed kernels
 * @param comparisons number of elements compared
 * @param differences number of those that differed
 * @param first the first of them, at most {@value #KEPT}; immutable
 */
public record Tally(Rule rule, boolean maximize, Place place, Width width, long comparisons, long differences, List<Difference> first) {
    /** How many differences are kept, not only counted. */
    public static final int KEPT = 3;

    /** Copies the list. */
    public Tally {
        first = List.copyOf(first);
    }
}
