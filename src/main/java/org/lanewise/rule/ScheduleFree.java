package org.lanewise.rule;

import java.util.List;
import org.lanewise.Rule;

/** What {@link ScheduleFreeSgd} and {@link ScheduleFreeAdamW} share besides {@link ScheduleFreeLookAhead}: two points and their weights. */
final class ScheduleFree {
    /**
     * The point {@code z}, which a step moves, and the average {@code x}, which is the parameter except between look-ahead and step. Both
     * are parameters and so kept exactly.
     */
    static final List<Rule.State> POINTS = List.of(new Rule.State("z", 0, true), new Rule.State("x", 0, true));

    private ScheduleFree() {}

    /** {@return factor of the learning rate in this step} */
    static double warmed(long step, long warmup) {
        return step < warmup ? (double) step / warmup : 1;
    }

    /** {@return weight of {@code z} in the average after this step: the square of {@link #warmed} by the sum of all such squares} */
    static double weight(long step, long warmup) {
        double warm = Math.min(step, warmup), part = warmed(step, warmup);
        double sum = warmup == 0 ? 0 : warm / warmup * ((warm + 1) / warmup) * (2 * warm + 1) / 6;
        return part * part / (sum + (step - warm));
    }
}
