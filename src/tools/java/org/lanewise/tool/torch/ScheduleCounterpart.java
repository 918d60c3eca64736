package org.lanewise.tool.torch;

import java.util.Optional;
import org.lanewise.schedule.Schedule;
import org.lanewise.tool.torch.ComparedNumbers.Nearness;

/**
 * What Lanewise has for a schedule.
 *
 * @param nearness how near it must be
 * @param rate of the learning rate
 * @param momentum of the momentum, if that changes too
 */
record ScheduleCounterpart(Nearness nearness, Schedule rate, Optional<Schedule> momentum) {
    static ScheduleCounterpart bits(Schedule rate) {
        return new ScheduleCounterpart(Nearness.BITS, rate, Optional.empty());
    }

    static ScheduleCounterpart formula(Schedule rate) {
        return new ScheduleCounterpart(Nearness.FORMULA, rate, Optional.empty());
    }

    static ScheduleCounterpart chain(Schedule rate) {
        return new ScheduleCounterpart(Nearness.CHAIN, rate, Optional.empty());
    }

    ScheduleCounterpart withMomentum(Schedule momentum) {
        return new ScheduleCounterpart(nearness, rate, Optional.of(momentum));
    }
}
