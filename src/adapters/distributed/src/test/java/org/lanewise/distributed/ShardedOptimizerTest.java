package org.lanewise.distributed;

import static org.lanewise.distributed.SameBits.assertAsOneProcess;

import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Average;
import org.lanewise.Clipping;
import org.lanewise.Group;
import org.lanewise.LossScaler;
import org.lanewise.NonFinite;
import org.lanewise.OptimizerBuilder;
import org.lanewise.Rule;
import org.lanewise.Storage;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Lamb;
import org.lanewise.rule.Momentum;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.ScheduleFreeAdamW;
import org.lanewise.schedule.Schedule;
import org.lanewise.tool.RuleTable;

/** Several ranks leave the bits of one process that adds the same gradients in the same order. */
class ShardedOptimizerTest {
    private static final int STEPS = 50;
    private static final Model SMALL = Model.of(new long[] {7, 9}, new long[] {5}, new long[] {}, new long[] {3, 4, 11}, new long[] {65});

    /** Blocks of norms begin in one part and end in another. */
    private static final Model LARGE = Model.of(new long[] {301, 67}, new long[] {5}, new long[] {40_000}, new long[] {20, 30});

    static List<Rule> rules() {
        return RuleTable.all();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void everyRuleInFloats(Rule rule) {
        for (int ranks = 2; ranks <= 4; ranks++) {
            assertAsOneProcess(Session.of(SMALL, builder -> builder.rule(rule).clipNorm(3)), ranks, STEPS);
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void everyRuleWithBf16StatesGroupsAndAverages(Rule rule) {
        for (int ranks = 2; ranks <= 4; ranks++) {
            assertAsOneProcess(Session.of(SMALL.withStates(Storage.BF16),
                    builder -> builder.rule(rule).group(Group.of("biases", tensor -> tensor.name().endsWith("bias"))
                            .withLearningRateFactor(0.5)).average(Average.ema(0.9)).clearGradients(true)), ranks, STEPS);
        }
    }

    static List<UnaryOperator<OptimizerBuilder>> options() {
        UnaryOperator<OptimizerBuilder> adam = builder -> builder.rule(new AdamW(1e-2));
        UnaryOperator<OptimizerBuilder> lamb = builder -> builder.rule(new Lamb(1e-2));
        return List.of(
                adam.andThen(each -> each.clip(Clipping.byTensorNorm(0.5)).nonFinite(NonFinite.SKIP))::apply,
                adam.andThen(each -> each.clip(Clipping.byNormAsOptax(0.5)).nonFinite(NonFinite.SKIP))::apply,
                adam.andThen(each -> each.clip(Clipping.byValue(0.5)).maximize(true).flushSubnormals(true))::apply,
                adam.andThen(each -> each.lossScaler(new LossScaler().withInitialScale(4).withGrowthInterval(3)))::apply,
                adam.andThen(each -> each.clipNorm(1).nonFinite(NonFinite.SANITISE).parallelism(2, 0))::apply,
                adam.andThen(each -> each.schedule(Schedule.warmUp(5).thenCosine(40)).group(Group.noDecay()).clipNorm(1)
                        .average(Average.ema(0.9)).nonFinite(NonFinite.SKIP))::apply,
                lamb.andThen(each -> each.clip(Clipping.byTensorNorm(0.5)).nonFinite(NonFinite.SKIP))::apply,
                lamb.andThen(each -> each.clipNorm(0.5).group(Group.of("first", tensor -> tensor.rank() == 1)
                        .withRule(new Momentum(0.01, 0.9))).nonFinite(NonFinite.SKIP))::apply,
                builder -> builder.rule(new Nesterov(0.01, 0.9)).clipNorm(1).nonFinite(NonFinite.SKIP),
                builder -> builder.rule(new ScheduleFreeAdamW(0.01)).clipNorm(1).lossScaler(new LossScaler().withInitialScale(2)),
                builder -> builder.rule(new AdamW(0.01)).group(Group.matching("*bias").frozen()).clipNorm(1).nonFinite(NonFinite.SKIP));
    }

    @ParameterizedTest
    @MethodSource("options")
    void optionsWithGradientsThatAreNotFinite(UnaryOperator<OptimizerBuilder> told) {
        for (int ranks = 1; ranks <= 4; ranks++) {
            assertAsOneProcess(Session.of(LARGE.withNonFinite(), told), ranks, 12);
        }
    }

    @ParameterizedTest
    @MethodSource("options")
    void optionsWhereSomeTensorsHaveNoGradient(UnaryOperator<OptimizerBuilder> told) {
        assertAsOneProcess(Session.of(LARGE, told).withSomeAbsent(), 3, 7);
    }

    @ParameterizedTest
    @MethodSource("options")
    void optionsWithGradientsThatAreAccumulated(UnaryOperator<OptimizerBuilder> told) {
        assertAsOneProcess(Session.of(LARGE, told).accumulating(2).with(Reduction.SUM), 3, 6);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 31, 33, 49})
    void oneTensorOfFewElements(int size) {
        for (int ranks = 1; ranks <= 4; ranks++) {
            assertAsOneProcess(Session.of(Model.of(new long[] {size}), builder -> builder.rule(new AdamW(0.01)).clipNorm(0.5)), ranks, 5);
        }
    }

    @Test
    void tensorsWithoutElements() {
        assertAsOneProcess(Session.of(Model.of(new long[] {0}, new long[] {3}, new long[] {2, 0}),
                builder -> builder.rule(new Lamb(0.01)).clip(Clipping.byTensorNorm(1))), 3, 5);
    }

    @Test
    void twoHundredTensors() {
        for (Rule rule : List.of(new AdamW(0.01), new Lamb(0.01))) {
            assertAsOneProcess(Session.of(Model.mixed(200), builder -> builder.rule(rule).clipNorm(0.1).average(Average.ema(0.9))), 4, 20);
        }
    }

    @Test
    void partsOfSeveralMessages() {
        assertAsOneProcess(Session.of(Model.of(new long[] {3, 250_001}, new long[] {7}), builder -> builder.rule(new AdamW(0.01))
                .clipNorm(0.1)), 2, 2);
    }
}
