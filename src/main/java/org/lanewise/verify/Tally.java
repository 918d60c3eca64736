package org.lanewise.verify;

import java.util.List;
import java.util.Set;
import org.lanewise.Rule;
import org.lanewise.Width;
import org.lanewise.check.Check;

/**
 * What was compared of one rule in one place at one width.
 *
 * @param rule the rule with its options
 * @param maximize whether the optimizer maximized
 * @param flushSubnormals whether the optimizer stored zeros instead of subnormal states
 * @param treatsGradients whether the optimizer accumulated and clipped gradients and set to 0 what was not finite
 * @param place where the planes lay
 * @param width width of the executed kernels
 * @param comparisons number of elements compared
 * @param differences number of those that differed
 * @param first the first of them, at most {@value #KEPT}; immutable
 * @param loops the methods that were executed for it, with their classes, as the JVM names them in its list of compiled code ({@code jcmd
 *         Compiler.codelist}): each executed kernel is a class of its own; immutable
 */
public record Tally(Rule rule, boolean maximize, boolean flushSubnormals, boolean treatsGradients, Place place, Width width,
        long comparisons, long differences, List<Difference> first, Set<String> loops) {
    /** How many differences are kept, not only counted. */
    public static final int KEPT = 3;

    /**
     * Copies list and set.
     *
     * @throws NullPointerException if an argument, or something in them, is null
     */
    public Tally {
        Check.notNull("rule", rule);
        Check.notNull("place", place);
        Check.notNull("width", width);
        first = Check.notNull("first", first);
        loops = Check.notNull("loops", loops);
    }

    /**
     * The rule and how the optimizer was made.
     *
     * @return for instance {@code Lion[learningRate=0.1, beta1=0.9, beta2=0.99, weightDecay=0.0] maximizing}
     */
    public String options() {
        return options(rule, maximize, flushSubnormals, treatsGradients);
    }

    static String options(Rule rule, boolean maximize, boolean flushSubnormals, boolean treatsGradients) {
        return rule + (maximize ? " maximizing" : "") + (flushSubnormals ? " flushing subnormals" : "")
                + (treatsGradients ? " treating gradients" : "");
    }
}
