package org.lanewise.snapshot;

import java.util.List;
import java.util.Map;
import org.lanewise.execution.GroupSteps;

/**
 * Tensors that have one rule and one factor of its learning rate.
 *
 * @param name name of their group; other parts may have it too, with another factor
 * @param frozen whether they are not stepped; then what follows is empty, but for the tensors
 * @param maximize whether gradients are negated
 * @param rule their rule, as {@link Described} has it
 * @param schedules what its numbers follow, by their names
 * @param factor what learning rates are multiplied by
 * @param position where its steps stand
 * @param tensors names of the tensors
 */
public record GroupPart(String name, boolean frozen, boolean maximize, Map<String, Object> rule, Map<String, Object> schedules,
        double factor, GroupSteps.Position position, List<String> tensors) {
    /** Of tensors that are frozen. */
    static GroupPart frozen(String name, List<String> tensors) {
        return new GroupPart(name, true, false, Map.of(), Map.of(), 1, new GroupSteps.Position(0, 0, 0, 0), tensors);
    }

    /** Name of the rule's class. */
    String ruleName() {
        return String.valueOf(rule.get(Described.CLASS));
    }
}
