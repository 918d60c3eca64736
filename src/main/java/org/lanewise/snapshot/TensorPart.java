package org.lanewise.snapshot;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lanewise.execution.Presence;
import org.lanewise.kernel.Extent;
import org.lanewise.safetensors.Numbers;

/**
 * A tensor and what is kept for it.
 *
 * @param name its name
 * @param shape its dimensions
 * @param parameter its parameters; empty if only states are known
 * @param states its states, by their names in the rule
 * @param average average of the parameters; empty if there is none
 * @param accumulated sum of its gradients since the last step; empty if there is none
 * @param position where its steps stand
 */
public record TensorPart(String name, List<Long> shape, Optional<Numbers> parameter, Map<String, State> states, Optional<Numbers> average,
        Optional<Numbers> accumulated, Presence.Position position) {
    /**
     * A state.
     *
     * @param extent what has a number of its own
     * @param initialValue what it is before the first step
     * @param numbers the numbers
     */
    public record State(Extent extent, float initialValue, Numbers numbers) {}
}
