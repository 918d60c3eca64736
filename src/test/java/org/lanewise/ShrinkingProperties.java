package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.Arbitraries;
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
        return Run.of(Arbitraries.just(WRONG), TensorPlan.small(130), 4);
    }

    @Provide
    Arbitrary<Session.Setup> setups() {
        return Session.Setup.of(Arbitraries.just(WRONG), TensorPlan.small(40));
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

    private static final class OneLane extends MustFail {
        @Override
        void check(List<Object> shrunk) {
            Run run = (Run) shrunk.getFirst();
            assertIsTheLeast(run.store(), run.width(), run.maximize(), run.flushSubnormals());
            Element element = run.store().tensors().getFirst().elements().getFirst();
            assertTrue(Set.of(new Element(0, 1, 0), new Element(1, 0, 0)).contains(element), run::toString);
            assertEquals(List.of(new Run.Step(element.gradient(), false)), run.steps());
        }
    }

    @Property(tries = 100, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.FULL, afterFailure = AfterFailureMode.RANDOM_SEED)
    @AddLifecycleHook(OneCall.class)
    void anErrorInOneCallShrinksToThatCall(@ForAll("setups") Session.Setup setup, @ForAll("calls") ActionChain<Session> calls) {
        new SessionProperties().everyCallDoesWhatItDoesToPlainArrays(setup, calls);
    }

    /** One call is enough for parameters or gradients that the plan has, two for one that a call has written. */
    private static final class OneCall extends MustFail {
        @Override
        void check(List<Object> shrunk) {
            Session.Setup setup = (Session.Setup) shrunk.getFirst();
            assertIsTheLeast(setup.store(), setup.width(), setup.maximize(), setup.flushSubnormals());
            List<String> calls = ((ActionChain<?>) shrunk.getLast()).transformations();
            Element element = setup.store().tensors().getFirst().elements().getFirst();
            assertEquals(element.equals(new Element(0, 0, 0)) ? 2 : 1, calls.size(), calls::toString);
            assertTrue(Set.of("step()", "step(gradients from 0)").contains(calls.getLast()), calls::toString);
        }
    }

    /** The rule gets lane 1 of vectors wrong: two equal elements of the store's own are the least that shows it. */
    private static void assertIsTheLeast(StorePlan store, Width width, boolean maximize, boolean flushSubnormals) {
        TensorPlan tensor = store.tensors().getFirst();
        TensorPlan pair = new TensorPlan(TensorPlan.Memory.OWNED, tensor.matrices(), tensor.rows(), tensor.columns(), 0, 0,
                List.of(tensor.elements().getFirst()));
        assertEquals(2, tensor.size(), tensor::toString);
        assertEquals(new StorePlan(List.of(pair), false, Storage.F32, Storage.F32, Storage.F32), store);
        assertEquals(Width.BITS_128, width);
        assertFalse(maximize);
        assertFalse(flushSubnormals);
    }
}
