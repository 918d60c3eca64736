package org.lanewise.tool.torch;

import java.util.Map;
import java.util.function.Supplier;
import org.lanewise.Rule;

/**
 * What Lanewise has for an optimizer of PyTorch with its arguments. Maps are by PyTorch's names.
 *
 * @param rule the rule
 * @param maximize whether it maximizes
 * @param takesRates whether its learning rate is one that can be changed
 * @param states the rule's states
 * @param derived numbers that follow from the steps
 * @param near how near states or parameters must be; the same bits where nothing is said
 */
record Counterpart(Rule rule, boolean maximize, boolean takesRates, Map<String, String> states, Map<String, Supplier<Derived>> derived,
        Map<String, Tolerance> near) {
    Tolerance tolerance(String what) {
        return near.getOrDefault(what, Tolerance.BITS);
    }

    /** Whether there is something to compare a state with; some states are there with an option only. */
    boolean has(String state) {
        return derived.containsKey(state) || rule.states().stream().anyMatch(ours -> ours.name().equals(states.get(state)));
    }
}
