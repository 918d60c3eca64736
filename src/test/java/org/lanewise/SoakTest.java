package org.lanewise;

import java.time.Duration;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.RandomGenerator;
import net.jqwik.api.Tuple;
import net.jqwik.api.sessions.JqwikSession;
import net.jqwik.api.state.Action;
import net.jqwik.api.state.ActionChain;
import net.jqwik.api.state.Transformer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.lanewise.generators.Rules;
import org.lanewise.generators.TensorPlan;

/**
 * Sessions of calls chosen at random until the time is up: any rule with any options over any store, steps by the hundred among the
 * calls, so that loops are compiled. A failure names its seed; {@code -Dlanewise.soak.seed} starts from there.
 */
@Tag("soak")
class SoakTest {
    private static final int TRIES = 1000, MOST_STEPS = 300, MOST_ELEMENTS = 2_000_000;

    private long done;
    private long compared;

    /** Mostly short vectors and small matrices; some cross chunks and blocks. */
    private static Arbitrary<TensorPlan> tensors() {
        return Arbitraries.frequencyOf(Tuple.of(16, TensorPlan.small(40)), Tuple.of(3, TensorPlan.small(600)),
                Tuple.of(1, TensorPlan.aboutChunks()));
    }

    private static Action.Independent<Session> steps() {
        return () -> Arbitraries.integers().between(1, MOST_STEPS).map(steps -> Transformer.mutate(steps + " steps", session -> {
            long elements = Math.max(1, session.store().size());
            for (int step = 0; step < Math.min(steps, MOST_ELEMENTS / elements); step++) {
                session.stepWithGradients(step, false);
            }
        }));
    }

    @Test
    void everyCallDoesWhatItDoesToPlainArraysUntilTheTimeIsUp() {
        long seed = Long.getLong("lanewise.soak.seed", new Random().nextInt(Integer.MAX_VALUE));
        long seconds = Long.getLong("lanewise.soak.seconds", 60);
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        System.out.println("soak: " + seconds + " s of sessions from seed " + seed);
        long sessions = 0;
        JqwikSession.start();
        try {
            RandomGenerator<Session.Setup> setups = Session.Setup.of(Rules.all(), tensors()).generator(TRIES);
            RandomGenerator<ActionChain<Session>> calls = SessionProperties.chains().withAction(8, steps()).generator(TRIES);
            do {
                Random random = new Random(seed + sessions);
                run(seed + sessions++, setups.next(random).value(), calls.next(random).value());
                JqwikSession.finishTry();
            } while (System.nanoTime() < end);
        } finally {
            JqwikSession.finish();
        }
        System.out.printf("soak: %,d sessions, %,d calls, %,d elements compared, 0 differences%n", sessions, done, compared);
    }

    private void run(long seed, Session.Setup setup, ActionChain<Session> calls) {
        try {
            calls.peek(session -> session.begin(setup)).withInvariant("equal to plain arrays", session -> {
                compared += session.assertAgrees();
                done++;
            }).run();
        } catch (Throwable e) {
            throw new AssertionError("seed " + seed + ": " + setup + ", calls " + calls.transformations(), e);
        } finally {
            calls.finalState().ifPresent(Session::close);
        }
    }
}
