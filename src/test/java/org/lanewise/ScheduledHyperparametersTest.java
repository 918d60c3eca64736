package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.Refusals.assertRefused;

import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.NovoGrad;
import org.lanewise.rule.Sgd;
import org.lanewise.schedule.Constant;
import org.lanewise.schedule.Level;
import org.lanewise.schedule.Schedule;
import org.lanewise.verify.Values;

/** Other numbers than the learning rate that follow a schedule, against rules that are made for each step by hand. */
class ScheduledHyperparametersTest {
    private static final int SIZE = 37;
    private static final Schedule FALLING = Schedule.exponential(0.5);

    @Test
    void aRuleIsSteppedAsIfItWereMadeForEachStep() {
        assertLikeMadeByHand(new AdamW(0.01).withWeightDecay(0.4), OptimizerBuilder::schedule, "weightDecay",
                step -> new AdamW(0.01).withWeightDecay(FALLING.at(step, 0.4)));
        assertLikeMadeByHand(new Sgd(0.1).withMomentum(0.9), OptimizerBuilder::schedule, "momentum",
                step -> new Sgd(0.1).withMomentum(FALLING.at(step, 0.9)));
    }

    @Test
    void rulesThatLookAheadOrKnowOfWholeTensorsAreToo() {
        assertLikeMadeByHand(new Nesterov(0.1, 0.8), OptimizerBuilder::schedule, "beta",
                step -> new Nesterov(0.1, FALLING.at(step, 0.8)));
        assertLikeMadeByHand(new NovoGrad(0.01).withWeightDecay(0.2), OptimizerBuilder::schedule, "weightDecay",
                step -> new NovoGrad(0.01).withWeightDecay(FALLING.at(step, 0.2)));
    }

    private interface Following {
        OptimizerBuilder in(OptimizerBuilder builder, String name, Schedule schedule);
    }

    private static void assertLikeMadeByHand(Rule rule, Following following, String name, LongFunction<Rule> byHand) {
        float[] g = Values.NORMAL.array(SIZE, 2), found = Values.NORMAL.array(SIZE, 1), expected = found.clone();
        Optimizer optimizer = following.in(Optimizer.builder(ParameterStore.wrap(found, g)).rule(rule), name, FALLING).build();
        float[][] states = new float[rule.states().size()][];
        for (int step = 1; step <= 3; step++) {
            Rule made = byHand.apply(step);
            ParameterStore store = ParameterStore.wrap(expected, g);
            Optimizer one = Optimizer.builder(store).rule(made).resume(step - 1, rule.learningRate()).build();
            for (int k = 0; k < states.length && step > 1; k++) {
                store.tensors().getFirst().state(rule.states().get(k).name()).copyFrom(states[k]);
            }
            one.step(() -> {});
            for (int k = 0; k < states.length; k++) {
                states[k] = Floats.of(store.tensors().getFirst().state(rule.states().get(k).name()));
            }
            optimizer.step(() -> {});
            assertArrayEquals(expected, found, rule + " in step " + step);
        }
    }

    @Test
    void severalNumbersOfOneRuleFollowTheirSchedulesTogether() {
        assertLikeMadeByHand(new AdamW(0.01).withWeightDecay(0.4),
                (builder, name, schedule) -> builder.schedule(name, schedule).schedule("beta1", schedule), "weightDecay",
                step -> new AdamW(0.01).withWeightDecay(FALLING.at(step, 0.4)).withBetas(FALLING.at(step, 0.9), 0.999));
    }

    @Test
    void aNumberThatHasReachedItsLastValueKeepsItWhenAGroupIsAdded() {
        float[] kept = steppedWithAnAddedGroup(new Sgd(0.1).withWeightDecay(1), "weightDecay", new Constant(0, 1000));
        assertArrayEquals(steppedWithAnAddedGroup(new Sgd(0.1), "learningRate", Schedule.constant()), kept);
    }

    private static float[] steppedWithAnAddedGroup(Rule rule, String name, Schedule schedule) {
        float[] w = {1, 2, 3}, frozen = {4};
        ParameterStore store = ParameterStore.builder().wrap("w", w, 0, new float[] {1, 1, 1}, 0, 3)
                .wrap("frozen", frozen, 0, new float[] {1}, 0, 1).build();
        Optimizer optimizer = Optimizer.builder(store).rule(rule).group(Group.matching("frozen").frozen()).schedule(name, schedule).build();
        optimizer.step();
        optimizer.add(Group.of(store.tensor("frozen")).withName("thawed").withRule(new Sgd(0.1)));
        optimizer.step();
        return w;
    }

    @Test
    void aValueThatTheRuleRefusesIsRefusedBeforeAnythingHasChanged() {
        float[] w = {1};
        Optimizer optimizer = Optimizer.builder(ParameterStore.wrap(w, new float[] {1})).rule(new Sgd(0.1).withMomentum(0.5))
                .schedule("momentum", (step, base) -> step < 2 ? base : -1).build();
        optimizer.step();
        float after = w[0];
        assertRefused(IllegalArgumentException.class, refusalOf(() -> new Sgd(0.1).withMomentum(-1)), optimizer::step);
        assertEquals(List.of(after, 1L), List.of(w[0], optimizer.steps()));
    }

    private static String refusalOf(Runnable call) {
        try {
            call.run();
            return "nothing was refused";
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    @Test
    void aNumberThatNoRuleHasIsRefused() {
        OptimizerBuilder builder = Optimizer.builder(ParameterStore.wrap(new float[1], new float[1])).rule(new Nesterov(0.1))
                .schedule("momentum", FALLING);
        assertRefused(IllegalArgumentException.class, "a number that follows a schedule must be of a group's rule, got 'momentum' for ["
                + new Nesterov(0.1) + "]", builder::build);
    }

    @Test
    void aValueWithWhichTheRuleWouldKeepOtherStatesIsRefused() {
        Optimizer optimizer = Optimizer.builder(ParameterStore.wrap(new float[1], new float[1])).rule(new Sgd(0.1))
                .schedule("momentum", Schedule.cyclic(Level.value(0), Level.value(0.9), 2)).build();
        optimizer.step();
        String rule = optimizer.groups().group(Group.REST).rule().orElseThrow().toString().replace("momentum=0.0", "momentum=0.45");
        assertRefused(IllegalArgumentException.class, "states of " + rule + " must be [] as in the first step, got [b]", optimizer::step);
        assertEquals(1, optimizer.steps());
    }
}
