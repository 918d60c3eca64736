package org.lanewise.verify;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.Rule;
import org.lanewise.kernel.Shape;

/**
 * What a run of some steps starts from. Before the last step but one, states get numbers of their own: whatever a rule's loop may
 * find there, not only what it left itself.
 *
 * @param values their kind
 * @param shape what they are parameters of
 * @param parameters first parameters
 * @param gradients gradients of each step
 * @param states what states are replaced by
 */
record Numbers(Values values, Shape shape, float[] parameters, List<float[]> gradients, List<float[]> states) {
    static Numbers of(Rule rule, Values values, Shape shape, int steps, long seed) {
        long next = seed;
        int length = (int) shape.size();
        float[] parameters = values.array(length, next++);
        List<float[]> gradients = new ArrayList<>();
        for (int step = 1; step <= steps; step++) {
            gradients.add(values.array(length, next++));
        }
        List<float[]> states = new ArrayList<>();
        for (Rule.State state : rule.states()) {
            states.add(values.array((int) shape.count(state.extent()), next++));
        }
        return new Numbers(values, shape, parameters, gradients, states);
    }

    int steps() {
        return gradients.size();
    }

    float[] gradients(int step) {
        return gradients.get(step - 1);
    }

    float[] states(int k) {
        return states.get(k);
    }

    int refilledStep() {
        return steps() - 1;
    }
}
