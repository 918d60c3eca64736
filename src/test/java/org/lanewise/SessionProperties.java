package org.lanewise;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.state.Action;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.ActionChainArbitrary;
import net.jqwik.api.state.Transformer;
import org.lanewise.generators.Element;
import org.lanewise.generators.LearningRates;
import org.lanewise.generators.TensorPlan;
import org.lanewise.rule.Adafactor;
import org.lanewise.rule.Adam;
import org.lanewise.rule.Ftrl;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Lamb;
import org.lanewise.rule.Nesterov;
import org.lanewise.rule.ScheduleFreeSgd;

/** A store and its optimizer against plain arrays, in any sequence of calls, illegal ones among them. */
class SessionProperties {
    private static final int CALLS = 40;

    /** What a sequence of calls can tell apart: states of every extent and first value, measures, look-aheads, a rate that is refused. */
    private static final List<Rule> RULES = List.of(new GradientDescent(0.1), new Adam(0.1).withAmsgrad(true), new Nesterov(0.1),
            new ScheduleFreeSgd(0.1), new Ftrl(0.1).withInitialAccumulator(0.1), new Lamb(0.1), new Adafactor(0.1));

    @Provide
    Arbitrary<Session.Setup> setups() {
        return Session.Setup.of(Arbitraries.of(RULES), TensorPlan.small(40));
    }

    @Provide
    Arbitrary<ActionChain<Session>> calls() {
        return chains();
    }

    /** Every call can be made at any time, so that a failing chain stays one when others are left out. */
    static ActionChainArbitrary<Session> chains() {
        return ActionChain.<Session>startWith(Session::new)
                .withAction(2, call("Optimizer.builder", Session::makeOptimizer))
                .withAction(8, call("step()", Session::step))
                .withAction(8, stepWithGradients())
                .withAction(5, call("lookAhead()", Session::lookAhead))
                .withAction(4, setLearningRate())
                .withAction(4, get())
                .withAction(4, set())
                .withAction(3, fill())
                .withAction(4, copyFrom())
                .withAction(4, copyTo())
                .withAction(4, writeMemory())
                .withAction(6, rebindGradient())
                .withAction(4, call("reductions", Session::reduceGradients))
                .withAction(2, onSlice("unknown names", (slice, _) -> slice.askForUnknownNames(), Arbitraries.just("")))
                .withAction(1, call("free segments", Session::freeSegments))
                .withAction(1, call("close()", Session::closeStore))
                .withMaxTransformations(CALLS);
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void everyCallDoesWhatItDoesToPlainArrays(@ForAll("setups") Session.Setup setup, @ForAll("calls") ActionChain<Session> calls) {
        try {
            calls.peek(session -> session.begin(setup)).withInvariant("equal to plain arrays", Session::assertAgrees).run();
        } finally {
            calls.finalState().ifPresent(Session::close);
        }
    }

    private static Action.Independent<Session> call(String name, Consumer<Session> call) {
        return Action.just(Transformer.mutate(name, call));
    }

    private static Action.Independent<Session> stepWithGradients() {
        return () -> Combinators.combine(upTo(11), Arbitraries.of(false, false, false, true)).as((first, interrupted) ->
                Transformer.mutate("step(gradients from " + first + (interrupted ? ", interrupted)" : ")"),
                        session -> session.stepWithGradients(first, interrupted)));
    }

    private static Action.Independent<Session> setLearningRate() {
        Arbitrary<Double> rates = Arbitraries.frequencyOf(Tuple.of(5, LearningRates.all()),
                Tuple.of(1, Arbitraries.of(-1.0, Double.POSITIVE_INFINITY, Double.NaN)));
        return () -> rates.map(rate -> Transformer.mutate("setLearningRate(" + rate + ")", session -> session.setLearningRate(rate)));
    }

    private static Action.Independent<Session> get() {
        return onSlice("get", SliceCalls::get, indices());
    }

    private static Action.Independent<Session> set() {
        return onSlice("set", (slice, to) -> slice.set(to.get1(), to.get2()),
                Combinators.combine(indices(), Element.floats()).as(Tuple::of));
    }

    private static Action.Independent<Session> fill() {
        return onSlice("fill", SliceCalls::fill, Element.floats());
    }

    private static Action.Independent<Session> copyFrom() {
        return onSlice("copyFrom", (slice, how) -> {
            if (how.get3() == null) {
                slice.copyFrom(how.get1(), how.get2());
            } else {
                slice.copyFrom(how.get1(), how.get2(), how.get3());
            }
        }, Combinators.combine(Element.floats().list().ofMinSize(1).ofMaxSize(20), excess(), offsets()).as(Tuple::of));
    }

    private static Action.Independent<Session> copyTo() {
        return onSlice("copyTo", (slice, how) -> {
            if (how.get2() == null) {
                slice.copyTo(how.get1());
            } else {
                slice.copyTo(how.get1(), how.get2());
            }
        }, Combinators.combine(excess(), offsets()).as(Tuple::of));
    }

    private static Action.Independent<Session> writeMemory() {
        return onSlice("write", (slice, how) -> {
            if (how.get1()) {
                slice.writeArray(how.get2(), how.get3());
            } else {
                slice.writeSegment(how.get2(), how.get3());
            }
        }, Combinators.combine(Arbitraries.of(true, false), upTo(40), Element.floats()).as(Tuple::of));
    }

    private static Action.Independent<Session> rebindGradient() {
        Arbitrary<Rebinding.Target> targets = Arbitraries.frequencyOf(Tuple.of(2, Arbitraries.of(Rebinding.Target.ANOTHER_PLACE)),
                Tuple.of(1, Arbitraries.of(Rebinding.Target.class)));
        return () -> Combinators.combine(upTo(3), targets, upTo(11)).as((tensor, target, first) ->
                Transformer.mutate("rebindGradient(t" + tensor + ", " + target + ", gradients from " + first + ")",
                        session -> session.rebinding().rebind(tensor % session.slices().size(), target, first)));
    }

    /** A call of a slice with arguments of some kind. */
    private static <T> Action.Independent<Session> onSlice(String name, BiConsumer<SliceCalls, T> call, Arbitrary<T> how) {
        return () -> Combinators.combine(upTo(3), upTo(5), how).as((tensor, plane, arguments) ->
                Transformer.mutate("plane " + plane + " of t" + tensor + ": " + name + " " + arguments,
                        session -> call.accept(new SliceCalls(session, tensor, plane), arguments)));
    }

    private static Arbitrary<Integer> upTo(int most) {
        return Arbitraries.integers().between(0, most);
    }

    /** Mostly inside. */
    private static Arbitrary<Integer> indices() {
        return Arbitraries.frequencyOf(Tuple.of(8, upTo(20)), Tuple.of(1, Arbitraries.of(-1, 1000)));
    }

    /** By how much an array is too long; mostly not. */
    private static Arbitrary<Integer> excess() {
        return Arbitraries.of(0, 0, 0, 1, -1);
    }

    /** Where in an array to begin; null for a call without an offset. */
    private static Arbitrary<Integer> offsets() {
        return upTo(3).map(offset -> offset - 1).injectNull(0.4);
    }
}
