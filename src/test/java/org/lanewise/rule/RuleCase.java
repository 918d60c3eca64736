package org.lanewise.rule;

import java.util.List;
import org.lanewise.Rule;

/**
 * A rule with some options, and what it is held to.
 *
 * @param contract its contract
 * @param rule the rule
 * @param oracle what it should do
 * @param bound how far it may be off
 */
record RuleCase<R extends Rule>(RuleContract<R> contract, R rule, Oracle oracle, Bound bound) {
    RuleCase(RuleContract<R> contract, R rule) {
        this(contract, rule, contract.oracle(rule), contract.bound(rule));
    }

    /** {@return which of the contract's states a plane from the third on is} */
    int index(int plane) {
        String name = rule.states().get(plane - 2).name();
        List<String> names = contract.facts().states().stream().map(Held::name).toList();
        if (!names.contains(name)) {
            throw new AssertionError(contract.getClass().getSimpleName() + " needs facts.state(...) of '" + name + "': what it may hold");
        }
        return names.indexOf(name);
    }

    /** {@return what a plane from the third on holds} */
    Held<R> held(int plane) {
        return contract.facts().states().get(index(plane));
    }

    /** {@return whether a plane changes sign with parameter and gradient} */
    boolean isOdd(int plane) {
        return plane < 2 || held(plane).odd();
    }

    /** {@return whether it steps each element by itself} */
    boolean isByElement() {
        return rule.measures().isEmpty();
    }

    @Override
    public String toString() {
        return rule.toString();
    }
}
