package org.lanewise.execution;

import java.util.ArrayList;
import java.util.List;

/**
 * A group as it is stepped: tensors that have one rule and one factor of its learning rate.
 *
 * @param name its name; another may have it too, with another factor
 * @param kinds what each plane of state holds
 * @param tensors numbers of its tensors in the store
 * @param steps its learning rates
 * @param loops what is done to it
 */
public record SteppedGroup(String name, List<States.Kind> kinds, List<Integer> tensors, GroupSteps steps, Pipeline.Group loops) {
    /** Groups of the same family share planes: if they keep the same states and do not depend on whole tensors. */
    Object family() {
        if (loops.wholeTensors()) {
            return steps;
        }
        List<Object> family = new ArrayList<>();
        for (States.Kind kind : kinds) {
            family.add(kind.content());
        }
        return family;
    }
}
