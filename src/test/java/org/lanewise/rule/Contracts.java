package org.lanewise.rule;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.lanewise.Rule;
import org.lanewise.tool.RuleTable;

/** The contracts of all rules of the library, by the names of their classes. {@link EveryRuleTest} tells which are missing. */
final class Contracts {
    private static final List<String> TABLE = List.copyOf(RuleTable.firstOfEach().keySet());
    private static final List<RuleContract<?>> ALL = RuleClasses.all().stream()
            .sorted(Comparator.comparing(rule -> TABLE.indexOf(rule.getSimpleName())))
            .<RuleContract<?>>flatMap(rule -> find(rule).stream()).toList();

    private Contracts() {}

    /** {@return all, in the order of the table: what jqwik shrinks to comes first} */
    static List<RuleContract<?>> all() {
        return ALL;
    }

    /** {@return the contract of a rule} */
    @SuppressWarnings("unchecked")
    static <R extends Rule> RuleContract<R> of(R rule) {
        return (RuleContract<R>) ALL.stream().filter(contract -> contract.type() == rule.getClass()).findFirst().orElseThrow();
    }

    /** {@return every case of every rule} */
    static List<RuleCase<?>> cases() {
        return ALL.stream().<RuleCase<?>>flatMap(contract -> contract.ruleCases().stream()).toList();
    }

    /** {@return the contract of a rule's class, if it has one} */
    static Optional<RuleContract<?>> find(Class<?> rule) {
        try {
            Object test = Class.forName(rule.getName() + "Test").getDeclaredConstructor().newInstance();
            return test instanceof RuleContract<?> contract && contract.type() == rule ? Optional.of(contract) : Optional.empty();
        } catch (ClassNotFoundException _) {
            return Optional.empty();
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
