package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.Refusals.assertRefused;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Sgd;

/** Which tensors groups take, and how these are stepped. */
class GroupsTest {
    private final ParameterStore store = ParameterStore.builder().tensor("embedding", 4, 2).tensor("fc1.weight", 2, 2)
            .tensor("fc1.bias", 2).tensor("head.weight", 2, 1).build();

    GroupsTest() {
        store.tensors().forEach(tensor -> {
            tensor.parameter().fill(1);
            tensor.gradient().fill(1);
        });
    }

    private OptimizerBuilder builder() {
        return Optimizer.builder(store).rule(new Sgd(0.5));
    }

    private float parameterOf(String name) {
        return store.tensor(name).parameter().get(0);
    }

    @Test
    void eachHasItsOwnRuleFactorAndDecayAndTheRestHasThatOfTheOptimizer() {
        builder().rule(new Sgd(0.5).withWeightDecay(1))
                .group(Group.matching("head.*").withRule(new Sgd(0.25)))
                .group(Group.matching("embedding").withLearningRateFactor(0.5))
                .group(Group.matching("*.bias").withWeightDecay(0)).build().step();
        assertEquals(List.of(0.75f, 0.5f, 0.5f, 0f),
                List.of(parameterOf("head.weight"), parameterOf("embedding"), parameterOf("fc1.bias"), parameterOf("fc1.weight")));
    }

    @Test
    void factorsMayDifferFromLayerToLayer() {
        Optimizer optimizer = builder().group(Group.of("layers", _ -> true).withLearningRateFactors(tensor -> 1.0 / tensor.size())).build();
        optimizer.step();
        assertEquals(List.of(1 - 0.5f / 8, 1 - 0.5f / 4, 1 - 0.5f / 2),
                List.of(parameterOf("embedding"), parameterOf("fc1.weight"), parameterOf("head.weight")));
        assertEquals(0.5 / 8, optimizer.groups().learningRate("layers"));
    }

    @Test
    void whatIsCommonlyNotDecayedIsNot() {
        Optimizer optimizer = builder().rule(new AdamW(0.1).withWeightDecay(0.5)).group(Group.noDecay()).build();
        assertEquals(List.of(store.tensor("fc1.bias")), optimizer.groups().tensors("no decay"));
        assertEquals(new AdamW(0.1).withWeightDecay(0), optimizer.groups().group("no decay").rule().orElseThrow());
    }

    @Test
    void tensorsInTwoGroupsAndGroupsOfNoneAreRefusedAndTheStoreIsFreeForAnother() {
        assertRefused(IllegalArgumentException.class, "'fc1.bias' is in two groups: 'fc1.*' and '*.bias'",
                builder().group(Group.matching("fc1.*")).group(Group.matching("*.bias"))::build);
        assertRefused(IllegalArgumentException.class,
                "group 'large' takes none of [embedding, fc1.weight, fc1.bias, head.weight]",
                builder().group(Group.of("large", tensor -> tensor.size() > 100))::build);
        assertRefused(IllegalArgumentException.class, "'embedding' is in no group; give the optimizer a rule for the rest",
                Optimizer.builder(store).group(Group.matching("fc1.*", "head.*").withRule(new Sgd(1)))::build);
        assertRefused(IllegalArgumentException.class, "an optimizer must step a tensor, but all of " + store + " are frozen",
                builder().group(Group.of("all", _ -> true).frozen())::build);
        builder().build().step();
    }

    @Test
    void frozenTensorsStayAndHaveNoStatesUntilTheyAreAddedAndThenBeginWithTheirOwnFirstStep() {
        Optimizer optimizer = builder().rule(new AdamW(0.5).withWeightDecay(0)).group(Group.matching("embedding").frozen()).build();
        optimizer.step();
        Tensor embedding = store.tensor("embedding");
        assertEquals(1, parameterOf("embedding"));
        assertRefused(IllegalArgumentException.class, "no state 'm' of 'embedding' in a store with states []", () -> embedding.state("m"));
        assertRefused(IllegalArgumentException.class, "group 'embedding' is frozen", () -> optimizer.groups().tensors("embedding"));
        optimizer.add(Group.of(embedding).withName("thawed"));
        optimizer.step();
        assertEquals(List.of(1L, 2L),
                List.of(optimizer.groups().steps(embedding), optimizer.groups().steps(store.tensor("head.weight"))));
        assertEquals(0.5f, parameterOf("embedding"), 1e-6f);
        assertRefused(IllegalArgumentException.class, "'embedding' must be frozen to be added, but is in group 'thawed'",
                () -> optimizer.add(Group.of(embedding).withName("again")));
    }

    @Test
    void learningRatesOfGroupsChangeTogetherOrAlone() {
        Optimizer optimizer = builder().group(Group.matching("head.*").withLearningRateFactor(10)).build();
        optimizer.groups().setLearningRate("head.*", 0.25);
        assertEquals(List.of(2.5, 0.5), List.of(optimizer.groups().learningRate("head.*"), optimizer.groups().learningRate(Group.REST)));
        optimizer.setLearningRate(1);
        assertEquals(List.of(10.0, 1.0), List.of(optimizer.groups().learningRate("head.*"), optimizer.groups().learningRate(Group.REST)));
        assertRefused(IllegalArgumentException.class, "no group 'tail' in an optimizer of [head.*, rest]",
                () -> optimizer.groups().setLearningRate("tail", 1));
    }

    @Test
    void theirTableHasALineForEach() {
        Optimizer optimizer = builder().group(Group.matching("fc1.*").withLearningRateFactor(0.5))
                .group(Group.matching("embedding").frozen()).build();
        assertEquals(List.of("fc1.*           2 tensors            6 parameters  lr 0.2500     " + new Sgd(0.5), "embedding  frozen",
                "rest            1 tensor             2 parameters  lr 0.5000     " + new Sgd(0.5)),
                optimizer.groups().toString().lines().toList());
    }
}
