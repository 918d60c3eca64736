package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;
import net.jqwik.api.state.ActionChain;
import org.lanewise.generators.Element;
import org.lanewise.generators.Rules;
import org.lanewise.generators.StorePlan;
import org.lanewise.generators.TensorPlan;
import org.lanewise.verify.WrongRule;

/** What properties report of an error: the least that shows it. Each of these must fail, and to what it shrinks is checked. */
class ShrinkingProperties {
    private static final WrongRule WRONG = new WrongRule(0.1);

    /** Lets a property pass if it fails. */
    private abstract static class MustFail implements AroundPropertyHook {
        @Override
        public PropertyExecutionResult aroundProperty(PropertyLifecycleContext context, PropertyExecutor property) {
            PropertyExecutionResult result = property.execute();
            assertEquals(PropertyExecutionResult.Status.FAILED, result.status());
            check(result.falsifiedParameters().orElseThrow());
            return result.mapToSuccessful();
        }

        abstract void check(List<Object> shrunk);
    }

    @Provide
    Arbitrary<Run> runs() {
        return Run.of(Rules.of(List.of(WRONG)));
    }

    @Provide
    Arbitrary<Session.Setup> setups() {
        return Session.Setup.of(Rules.of(List.of(WRONG)));
    }

    @Provide
    Arbitrary<ActionChain<Session>> calls() {
        return SessionProperties.chains().withMaxTransformations(10);
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.FULL, afterFailure = AfterFailureMode.RANDOM_SEED)
    @AddLifecycleHook(OneLane.class)
    void anErrorInOneLaneShrinksToThatLane(@ForAll("runs") Run run) {
        run.check();
    }

    /** The rule gets lane 1 of vectors wrong: two equal elements are the least that shows it. */
    private static final class OneLane extends MustFail {
        @Override
        void check(List<Object> shrunk) {
            Run run = (Run) shrunk.getFirst();
            StorePlan pair = pair(run.store());
            float gradient = pair.tensors().getFirst().elements().getFirst().gradient();
            assertEquals(new Run(pair, List.of(new Run.Step(gradient, false)), Width.BITS_128, false, WRONG), run);
        }
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.FULL, afterFailure = AfterFailureMode.RANDOM_SEED)
    @AddLifecycleHook(OneCall.class)
    void anErrorInOneCallShrinksToThatCall(@ForAll("setups") Session.Setup setup, @ForAll("calls") ActionChain<Session> calls) {
        new SessionProperties().everyCallDoesWhatItDoesToPlainArrays(setup, calls);
    }

    private static final class OneCall extends MustFail {
        @Override
        void check(List<Object> shrunk) {
            Session.Setup setup = (Session.Setup) shrunk.getFirst();
            assertEquals(new Session.Setup(pair(setup.store()), Width.BITS_128, false, WRONG), setup);
            List<String> calls = ((ActionChain<?>) shrunk.getLast()).transformations();
            assertTrue(Set.of("step()", "step(gradients from 0)").contains(String.join(", ", calls)), calls::toString);
        }
    }

    /** Two elements of the store's own, both with a parameter or a gradient of 1, whichever the other store has. */
    private static StorePlan pair(StorePlan shrunk) {
        List<Element> elements = shrunk.tensors().getFirst().elements();
        Element gradient = new Element(0, 1, 0), parameter = new Element(1, 0, 0);
        Element simplest = elements.getFirst().equals(gradient) ? gradient : parameter;
        TensorPlan tensor = new TensorPlan(TensorPlan.Memory.OWNED, 1, 1, 2, 0, 0, List.of(simplest));
        return new StorePlan(List.of(tensor), false, Storage.F32, Storage.F32, Storage.F32);
    }
}
