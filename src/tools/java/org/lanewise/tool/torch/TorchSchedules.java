package org.lanewise.tool.torch;

import java.io.IOException;
import java.util.Map;
import org.lanewise.schedule.Annealing;
import org.lanewise.schedule.Constant;
import org.lanewise.schedule.Curve;
import org.lanewise.schedule.Cyclic;
import org.lanewise.schedule.Exponential;
import org.lanewise.schedule.Level;
import org.lanewise.schedule.Linear;
import org.lanewise.schedule.OneCycle;
import org.lanewise.schedule.ReduceOnPlateau;
import org.lanewise.schedule.Schedule;

/** Which schedule follows one of {@code torch.optim.lr_scheduler}. */
final class TorchSchedules {
    private static final double THIRD = 1 / 3.0;

    /** Cases that say in their names what they are made of. */
    private static final Map<String, ScheduleCounterpart> JOINED = Map.of(
            "torch.SequentialLR[LinearLR(0.1,1,20),CosineAnnealingLR(200)] milestones [20]",
            ScheduleCounterpart.chain(new Linear(0.1, 1, 20).inChain().then(20, Schedule.cosine(200).risingAgain())),
            "torch.SequentialLR[ConstantLR(0.1,10),ExponentialLR(0.9),StepLR(50,0.5)] milestones [10,60]",
            ScheduleCounterpart.bits(new Constant(0.1, 10).inChain().then(10, new Exponential(0.9).inChain())
                    .then(60, Schedule.stepDecay(50, 0.5))),
            "torch.ChainedScheduler[ConstantLR(0.1,20),ExponentialLR(0.99)]",
            ScheduleCounterpart.chain(new Constant(0.1, 20).times(new Exponential(0.99))));

    private TorchSchedules() {}

    static ScheduleCounterpart of(ScheduleCase c) throws NoCounterpartException, IOException {
        if (JOINED.containsKey(c.name())) {
            return JOINED.get(c.name());
        }
        Arguments a = c.arguments();
        return switch (c.name().substring("torch.".length())) {
            case "StepLR" -> ScheduleCounterpart.bits(Schedule.stepDecay(a.whole("step_size"), a.numberOr("gamma", 0.1)));
            case "MultiStepLR" -> ScheduleCounterpart.bits(Schedule.multiStepDecay(a.numberOr("gamma", 0.1),
                    a.wholes("milestones").stream().mapToLong(Long::longValue).toArray()));
            case "ConstantLR" -> ScheduleCounterpart.bits(new Constant(a.numberOr("factor", THIRD), a.wholeOr("total_iters", 5)).inChain());
            case "LinearLR" -> ScheduleCounterpart.bits(new Linear(a.numberOr("start_factor", THIRD), a.numberOr("end_factor", 1),
                    a.wholeOr("total_iters", 5)).inChain());
            case "ExponentialLR" -> ScheduleCounterpart.bits(new Exponential(a.number("gamma")).inChain());
            case "PolynomialLR" ->
                ScheduleCounterpart.chain(Schedule.polynomial(a.wholeOr("total_iters", 5), a.numberOr("power", 1)));
            case "CosineAnnealingLR" ->
                ScheduleCounterpart.chain(Schedule.cosine(a.whole("T_max")).downTo(a.numberOr("eta_min", 0)).risingAgain());
            case "CosineAnnealingWarmRestarts" -> ScheduleCounterpart.formula(
                    Schedule.cosineWarmRestarts(a.whole("T_0")).growing(a.wholeOr("T_mult", 1)).downTo(a.numberOr("eta_min", 0)));
            case "SWALR" -> ScheduleCounterpart.formula(new Annealing(Level.value(a.number("swa_lr")), a.wholeOr("anneal_epochs", 10),
                    curve(a)));
            case "CyclicLR" -> cyclic(c, a);
            case "OneCycleLR" -> oneCycle(c, a);
            case "ReduceLROnPlateau" -> plateau(c, a);
            default -> throw new NoCounterpartException("no schedule follows " + Text.quoted(c.name()));
        };
    }

    private static Curve curve(Arguments a) throws NoCounterpartException, IOException {
        return chosen(a, "anneal_strategy", "cos", "linear") ? Curve.LINEAR : Curve.COSINE;
    }

    /** Whether a word is the other of two. */
    private static boolean chosen(Arguments a, String name, String usual, String other) throws NoCounterpartException, IOException {
        String word = a.wordOr(name, usual);
        if (!word.equals(usual) && !word.equals(other)) {
            throw new NoCounterpartException("no counterpart of its " + name + " " + Text.quoted(word));
        }
        return word.equals(other);
    }

    private static ScheduleCounterpart cyclic(ScheduleCase c, Arguments a) throws NoCounterpartException, IOException {
        long up = a.wholeOr("step_size_up", 2000);
        Cyclic triangular = new Cyclic(Level.value(a.number("base_lr")), Level.value(a.number("max_lr")), up)
                .withDown(a.wholeOr("step_size_down", up));
        double gamma = a.numberOr("gamma", 1);
        String mode = a.wordOr("mode", "triangular");
        Cyclic cyclic = switch (mode) {
            case "triangular" -> triangular;
            case "triangular2" -> triangular.halving();
            case "exp_range" -> triangular.shrinking(gamma);
            default -> throw new NoCounterpartException("no counterpart of its mode " + Text.quoted(mode));
        };
        ScheduleCounterpart rate = mode.equals("exp_range") ? ScheduleCounterpart.formula(cyclic) : ScheduleCounterpart.bits(cyclic);
        return c.hasMomenta() ? rate.withMomentum(cyclic.momentum(a.numberOr("base_momentum", 0.8),
                a.numberOr("max_momentum", 0.9))) : rate;
    }

    private static ScheduleCounterpart oneCycle(ScheduleCase c, Arguments a) throws NoCounterpartException, IOException {
        if (a.number("max_lr") != c.base()) {
            throw new NoCounterpartException("its max_lr is another number than the base");
        }
        Curve curve = curve(a);
        OneCycle cycle = new OneCycle(a.whole("total_steps")).withRising(a.numberOr("pct_start", 0.3)).along(curve)
                .withDivisors(a.numberOr("div_factor", 25), a.numberOr("final_div_factor", 1e4));
        cycle = a.flag("three_phase") ? cycle.inThreePhases() : cycle;
        ScheduleCounterpart rate = curve == Curve.LINEAR ? ScheduleCounterpart.bits(cycle) : ScheduleCounterpart.formula(cycle);
        return c.hasMomenta() ? rate.withMomentum(cycle.momentum(a.numberOr("base_momentum", 0.85),
                a.numberOr("max_momentum", 0.95))) : rate;
    }

    /** The value after each metric, as a function of how many there were. */
    private static ScheduleCounterpart plateau(ScheduleCase c, Arguments a) throws NoCounterpartException, IOException {
        boolean absolute = chosen(a, "threshold_mode", "rel", "abs");
        ReduceOnPlateau plateau = new ReduceOnPlateau(chosen(a, "mode", "min", "max"), a.numberOr("factor", 0.1),
                Math.toIntExact(a.wholeOr("patience", 10)), a.numberOr("threshold", 1e-4),
                absolute ? ReduceOnPlateau.Threshold.ABSOLUTE : ReduceOnPlateau.Threshold.RELATIVE,
                Math.toIntExact(a.wholeOr("cooldown", 0)), a.numberOr("min_lr", 0), a.numberOr("eps", 1e-8));
        ReduceOnPlateau.Tracker tracker = plateau.tracker(c.base());
        double[] values = new double[c.metrics().length + 1];
        values[0] = tracker.value();
        for (int i = 1; i < values.length; i++) {
            values[i] = tracker.next(c.metrics()[i - 1]);
        }
        return ScheduleCounterpart.bits((step, _) -> step > values.length ? Double.NaN : values[(int) step - 1]);
    }
}
