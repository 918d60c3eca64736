package org.lanewise.tool.torch;

import java.io.IOException;
import java.util.Map;
import org.lanewise.schedule.CosineHardRestarts;
import org.lanewise.schedule.Curve;
import org.lanewise.schedule.Linear;
import org.lanewise.schedule.Polynomial;
import org.lanewise.schedule.Schedule;
import org.lanewise.schedule.WarmUpStableDecay;

/** Which schedule follows one of {@code transformers.optimization}. */
final class TransformersSchedules {
    private static final Map<String, Curve> CURVES =
            Map.of("linear", Curve.LINEAR, "cosine", Curve.COSINE, "1-sqrt", Curve.ONE_MINUS_SQRT);
    private static final double HALF_A_PERIOD = 0.5;
    private static final long TIMESCALE = 10_000;

    private TransformersSchedules() {}

    static ScheduleCounterpart of(ScheduleCase c) throws NoCounterpartException, IOException {
        Arguments a = c.arguments();
        long warmUp = a.whole("num_warmup_steps");
        return switch (c.name()) {
            case "transformers.get_constant_schedule_with_warmup" -> ScheduleCounterpart.bits(after(warmUp, Schedule.constant()));
            case "transformers.get_linear_schedule_with_warmup" ->
                ScheduleCounterpart.bits(after(warmUp, new Linear(1, 0, rest(a, warmUp))));
            case "transformers.get_cosine_schedule_with_warmup", "transformers.get_cosine_with_min_lr_schedule_with_warmup" ->
                cosine(a, warmUp);
            case "transformers.get_cosine_with_hard_restarts_schedule_with_warmup" ->
                ScheduleCounterpart.formula(after(warmUp, new CosineHardRestarts(rest(a, warmUp), a.numberOr("num_cycles", 1))));
            case "transformers.get_polynomial_decay_schedule_with_warmup" -> ScheduleCounterpart.formula(
                    after(warmUp, new Polynomial(rest(a, warmUp), a.numberOr("power", 1)).downTo(a.numberOr("lr_end", 1e-7))));
            case "transformers.get_inverse_sqrt_schedule" -> ScheduleCounterpart.bits(
                    after(warmUp, Schedule.inverseSquareRoot(a.wholeOr("timescale", warmUp == 0 ? TIMESCALE : warmUp))));
            case "transformers.get_wsd_schedule" -> warmUpStableDecay(a, warmUp);
            default -> throw new NoCounterpartException("no schedule follows " + Text.quoted(c.name()));
        };
    }

    private static Schedule after(long warmUp, Schedule next) {
        return warmUp == 0 ? next : Schedule.warmUp(warmUp).then(next);
    }

    private static long rest(Arguments a, long warmUp) throws NoCounterpartException, IOException {
        return Math.max(1, a.whole("num_training_steps") - warmUp);
    }

    private static void requireHalfAPeriod(Arguments a) throws NoCounterpartException, IOException {
        if (a.numberOr("num_cycles", HALF_A_PERIOD) != HALF_A_PERIOD) {
            throw new NoCounterpartException("no counterpart of another num_cycles than 0.5");
        }
    }

    private static ScheduleCounterpart cosine(Arguments a, long warmUp) throws NoCounterpartException, IOException {
        requireHalfAPeriod(a);
        return ScheduleCounterpart.formula(after(warmUp,
                Schedule.cosine(rest(a, warmUp)).downToFraction(a.numberOr("min_lr_rate", 0)).risingAgain()));
    }

    private static ScheduleCounterpart warmUpStableDecay(Arguments a, long warmUp) throws NoCounterpartException, IOException {
        requireHalfAPeriod(a);
        long decay = a.whole("num_decay_steps");
        long stable = a.isGiven("num_stable_steps") ? a.whole("num_stable_steps") : a.whole("num_training_steps") - warmUp - decay;
        Curve rise = curve(a, "warmup_type", "linear"), fall = curve(a, "decay_type", "cosine");
        Schedule schedule = new WarmUpStableDecay(warmUp, stable, decay, rise, fall, a.numberOr("min_lr_ratio", 0));
        return rise == Curve.COSINE || fall == Curve.COSINE ? ScheduleCounterpart.formula(schedule) : ScheduleCounterpart.bits(schedule);
    }

    private static Curve curve(Arguments a, String name, String usual) throws NoCounterpartException, IOException {
        String word = a.wordOr(name, usual);
        if (!CURVES.containsKey(word)) {
            throw new NoCounterpartException("no counterpart of its " + name + " " + Text.quoted(word));
        }
        return CURVES.get(word);
    }
}
