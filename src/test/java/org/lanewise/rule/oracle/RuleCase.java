package org.lanewise.rule.oracle;

import java.util.Set;
import org.lanewise.Rule;

/**
 * A rule with some options, its oracle and its bound.
 *
 * @param rule the rule
 * @param oracle what it should do
 * @param bound how far it may be off
 */
record RuleCase(Rule rule, Oracle oracle, Bound bound) {
    /** States that hold squares or sizes, so that a change of sign of parameter and gradient leaves them as they are. */
    private static final Set<String> EVEN = Set.of("v", "vMax", "vMove", "u", "sum", "s", "n", "nu");

    /** {@return whether a plane, numbered as in {@link Planes}, changes sign with parameter and gradient} */
    boolean isOdd(int plane) {
        return plane < 2 || !EVEN.contains(Planes.kind(rule, rule.states().get(plane - 2).name()));
    }

    @Override
    public String toString() {
        return rule.toString();
    }
}
