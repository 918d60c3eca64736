package org.lanewise;

import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.lanewise.WholeStepPlan.Change;
import org.lanewise.WholeStepPlan.Gradients;
import org.lanewise.WholeStepPlan.GroupPlan;
import org.lanewise.WholeStepPlan.Options;
import org.lanewise.WholeStepPlan.Scheduled;
import org.lanewise.WholeStepPlan.Step;
import org.lanewise.WholeStepPlan.Training;
import org.lanewise.WholeStepPlan.Used;
import org.lanewise.generators.Rules;
import org.lanewise.generators.StorePlan;
import org.lanewise.generators.TensorPlan;
import org.lanewise.schedule.Constant;
import org.lanewise.schedule.Schedule;

/** Plans of steps in which anything is chosen at random. */
final class WholeStepPlans {
    private WholeStepPlans() {}

    /** Of stores of at most four such tensors. */
    static Arbitrary<WholeStepPlan> of(Arbitrary<TensorPlan> tensors, int mostSteps) {
        return Combinators.combine(StorePlan.of(tensors, 4), Arbitraries.integers().between(0, 2).list().ofSize(4),
                groups().list().ofMaxSize(2), options(), steps().list().ofMinSize(1).ofMaxSize(mostSteps), Rules.all())
                .as(WholeStepPlan::new);
    }

    private static Arbitrary<Options> options() {
        Arbitrary<Clipping> clipping = Combinators.combine(Arbitraries.of(Clipping.Form.values()),
                Arbitraries.of(1.0, 0.1, 1e-8, 30.0, 1e30)).as(Clipping::new);
        Arbitrary<LossScaler> scaler = Combinators.combine(Arbitraries.of(0x1p16f, 1f, 3f, 0x1p-20f), Arbitraries.of(1, 2, 2000),
                Arbitraries.of(1, 2)).as((scale, interval, hysteresis) -> new LossScaler().withFloor(0).withInitialScale(scale)
                        .withGrowthInterval(interval).withHysteresis(hysteresis, false));
        Arbitrary<Gradients> gradients = Combinators.combine(Arbitraries.of(Used.values()), Arbitraries.of(false, false, true),
                Arbitraries.of(false, true), Arbitraries.of(false, true)).as(Gradients::new);
        Arbitrary<Training> training = Combinators.combine(scheduled(), Arbitraries.of(0L, 0L, 0L, 6L, 1000L),
                Arbitraries.integers().between(0, 3)).as(Training::new);
        return Combinators.combine(clipping, Arbitraries.of(false, false, true), Arbitraries.of(NonFinite.values()), scaler.optional(0.3),
                AveragePlan.all().optional(0.4), gradients, schedules().optional(0.3), training).as(Options::new);
    }

    private static Arbitrary<Schedule> schedules() {
        return Arbitraries.of(Schedule.constant(0.5), new Constant(0.25, 2), Schedule.linear(1, 0.1, 3), Schedule.exponential(0.5),
                Schedule.stepDecay(2, 0.5), Schedule.warmUp(3), Schedule.cosine(2));
    }

    /** Those that do not reach zero: a rule may have other states with zero. */
    private static Arbitrary<Optional<Scheduled>> scheduled() {
        return Combinators.combine(Arbitraries.integers().between(0, 5), Arbitraries.of(Schedule.constant(0.5), new Constant(0.25, 2),
                Schedule.linear(1, 0.1, 3), Schedule.exponential(0.5), Schedule.stepDecay(2, 0.5))).as(Scheduled::new).optional(0.2);
    }

    private static Arbitrary<GroupPlan> groups() {
        return Combinators.combine(Rules.all().optional(0.5), Arbitraries.of(false, false, false, true), factors(), changes(),
                schedules().optional(0.3), scheduled(), Arbitraries.of(false, true).optional(0.3)).as(GroupPlan::new);
    }

    private static Arbitrary<List<Double>> factors() {
        return Arbitraries.of(1.0, 1.0, 0.5, 0.0, 3.0).list().ofMinSize(1).ofMaxSize(2);
    }

    private static Arbitrary<Optional<Change>> changes() {
        return Combinators.combine(Arbitraries.integers().between(0, 5), Arbitraries.of(0.5, 0.9)).as(Change::new).optional(0.3);
    }

    private static Arbitrary<Step> steps() {
        return Combinators.combine(Arbitraries.oneOf(Arbitraries.just(0), Arbitraries.integers().between(0, 15)),
                Arbitraries.integers().between(0, 40), Arbitraries.of(1.0, 2.0, 0.3, 17.0, 1e-3).list().ofMinSize(1).ofMaxSize(3),
                Arbitraries.of(0.01, 0.1, 0.0, 0.5).optional(0.2), Arbitraries.of(false, true), Arbitraries.of(false, true),
                Arbitraries.of(false, false, false, true)).as(Step::new);
    }
}
