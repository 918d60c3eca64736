package org.lanewise;

import java.util.Map;
import java.util.Optional;
import org.lanewise.schedule.Schedule;

/** Tensors of one rule; {@code next} is the rule of the step to come. */
final class PlainGroup {
    final Rule rule;
    final Map<String, Schedule> schedules;
    double base;
    Rule next;

    PlainGroup(Rule rule, Map<String, Schedule> schedules) {
        this.rule = rule;
        this.schedules = schedules;
        this.base = rule.learningRate();
        this.next = rule;
    }

    /** The rule of a step, if no number is refused. */
    boolean find(long step) {
        next = rule;
        for (Map.Entry<String, Schedule> each : schedules.entrySet()) {
            if (!each.getKey().equals("learningRate")) {
                Hyperparameter number = new Hyperparameter(each.getKey());
                Optional<Rule> found = number.with(next, each.getValue().at(step, number.of(rule)));
                if (found.isEmpty()) {
                    return false;
                }
                next = found.get();
            }
        }
        return true;
    }

    double learningRate(long step, double factor) {
        double rate = base * factor;
        Schedule schedule = schedules.get("learningRate");
        rate = schedule == null ? rate : schedule.at(step, rate);
        return Math.abs(rate) < Float.MIN_NORMAL ? 0 : rate;
    }
}
