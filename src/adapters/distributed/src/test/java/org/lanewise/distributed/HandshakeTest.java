package org.lanewise.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.lanewise.Average;
import org.lanewise.Group;
import org.lanewise.NonFinite;
import org.lanewise.Optimizer;
import org.lanewise.OptimizerBuilder;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Storage;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Lion;
import org.lanewise.schedule.Schedule;

/** Ranks that differ are refused, on all ranks, with both values. */
class HandshakeTest {
    private static final Model MODEL = Model.of(new long[] {7, 9}, new long[] {5});

    private static ParameterStore store(UnaryOperator<ParameterStoreBuilder> told) {
        return told.apply(ParameterStore.builder().nativeMemory()).tensor("w", 7, 9).tensor("b", 5).build();
    }

    /** That rank 2 of 3 differs in what the optimizer, or the store, is told. */
    private static String refusal(UnaryOperator<ParameterStoreBuilder> toldStore, UnaryOperator<OptimizerBuilder> told,
            Reduction reduction) {
        String[] messages = new String[3];
        ThreadRanks.run(3, communicator -> {
            boolean differs = communicator.rank() == 2;
            try (ParameterStore store = store(differs ? toldStore : UnaryOperator.identity())) {
                OptimizerBuilder builder = Optimizer.builder(store).rule(new AdamW(0.01));
                messages[communicator.rank()] = assertThrows(IllegalStateException.class, () -> ShardedOptimizer.of(communicator,
                        differs ? told.apply(builder) : builder, differs ? reduction : Reduction.MEAN)).getMessage();
                // A call that is refused has changed nothing.
                Optimizer.of(new AdamW(0.01), store);
            }
        });
        assertEquals(messages[0], messages[1]);
        assertEquals(messages[0], messages[2]);
        return messages[0].replace("all ranks must be made alike, but ", "");
    }

    private static String refusal(UnaryOperator<OptimizerBuilder> told) {
        return refusal(UnaryOperator.identity(), told, Reduction.MEAN);
    }

    @Test
    void ranksThatDifferInWhatTheyWereTold() {
        assertEquals("rule of group 'rest' is AdamW on rank 0, Lion on rank 2", refusal(builder -> builder.rule(new Lion(0.01))));
        assertEquals("weightDecay of rule of group 'rest' is 0.01 on rank 0, 0.5 on rank 2",
                refusal(builder -> builder.rule(new AdamW(0.01).withWeightDecay(0.5))));
        assertEquals("clearGradients is none on rank 0, true on rank 2", refusal(builder -> builder.clearGradients(true)));
        assertEquals("clip is none on rank 0, Clipping on rank 2", refusal(builder -> builder.clipNorm(2)));
        assertEquals("nonFinite is none on rank 0, SKIP on rank 2", refusal(builder -> builder.nonFinite(NonFinite.SKIP)));
        assertTrue(refusal(builder -> builder.average(Average.ema(0.9))).startsWith("average is none on rank 0, "));
        assertTrue(refusal(builder -> builder.schedule(Schedule.warmUp(5).thenCosine(10)))
                .startsWith("schedule of learningRate of group 'rest' is none on rank 0, "));
        assertEquals("maximize of group 'rest' is false on rank 0, true on rank 2", refusal(builder -> builder.maximize(true)));
        assertEquals("number of steps is 0 on rank 0, 3 on rank 2", refusal(builder -> builder.resume(3, 0.01)));
        assertEquals("tensors of group 'rest' is [w, b] on rank 0, [w] on rank 2",
                refusal(builder -> builder.group(Group.matching("b").withLearningRateFactor(0.5))));
        assertEquals("reduction is MEAN on rank 0, SUM on rank 2",
                refusal(UnaryOperator.identity(), UnaryOperator.identity(), Reduction.SUM));
    }

    @Test
    void ranksThatDifferInTheirModel() {
        assertEquals("storage of states is F32 on rank 0, BF16 on rank 2",
                refusal(builder -> builder.states(Storage.BF16), UnaryOperator.identity(), Reduction.MEAN));
        ThreadRanks.run(2, communicator -> {
            try (ParameterStore store = store(UnaryOperator.identity())) {
                store.tensor("b").parameter().fill(communicator.rank());
                String message = assertThrows(IllegalStateException.class,
                        () -> ShardedOptimizer.of(communicator, Optimizer.builder(store).rule(new AdamW(0.01)))).getMessage();
                assertTrue(message.contains("but checksum of the parameters of 'b' is "), message);
            }
        });
        ThreadRanks.run(2, communicator -> {
            try (ParameterStore store = ParameterStore.builder().nativeMemory().tensor("w", communicator.rank() == 0 ? 9 : 7, 7).build()) {
                String message = assertThrows(IllegalStateException.class,
                        () -> ShardedOptimizer.of(communicator, Optimizer.builder(store).rule(new AdamW(0.01)))).getMessage();
                assertEquals("all ranks must be made alike, but shape of 'w' is [9, 7] on rank 0, [7, 7] on rank 1",
                        message);
            }
        });
    }

    @Test
    void storesThatCannotBeShared() {
        assertEquals("'w' must lie in planes of the store's own to be shared by processes, but wraps memory",
                refused(_ -> ParameterStore.builder().wrap("w", new float[3], new float[3]).build()));
        assertEquals("'w' must be in native memory to be shared by processes, but is on the heap",
                refused(_ -> ParameterStore.builder().tensor("w", 3).build()));
        assertEquals("parameters and gradients of 'w' must be F32 to be shared by processes, got F32 and BF16",
                refused(_ -> ParameterStore.builder().nativeMemory().gradients(Storage.BF16).tensor("w", 3).build()));
    }

    private static String refused(Function<Communicator, ParameterStore> made) {
        String[] message = {""};
        ThreadRanks.run(1, communicator -> {
            try (ParameterStore store = made.apply(communicator)) {
                message[0] = assertThrows(IllegalArgumentException.class,
                        () -> ShardedOptimizer.of(communicator, Optimizer.builder(store).rule(new AdamW(0.01)))).getMessage();
                // A call that is refused has changed nothing.
                Optimizer.of(new AdamW(0.01), store);
            }
        });
        return message[0];
    }

    @Test
    void gradientsThatAreWrittenBackAreRefused() {
        ThreadRanks.run(1, communicator -> {
            try (ParameterStore store = MODEL.store()) {
                OptimizerBuilder told = Optimizer.builder(store).rule(new AdamW(0.01)).writeGradientsBack(true);
                assertEquals("gradients cannot be written back where each process has its own",
                        assertThrows(IllegalArgumentException.class, () -> ShardedOptimizer.of(communicator, told)).getMessage());
            }
        });
    }

    private interface Act {
        void of(ShardedOptimizer optimizer, int rank);
    }

    private static String disagreement(Act act) {
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> ThreadRanks.run(2, communicator -> {
            try (ParameterStore store = MODEL.store(); ShardedOptimizer optimizer = ShardedOptimizer.of(communicator,
                    Optimizer.builder(store).rule(new AdamW(0.01)).group(Group.matching("t1.bias")).average(Average.ema(0.9)))) {
                optimizer.step();
                act.of(optimizer, communicator.rank());
            }
        }));
        return e.getCause().getMessage().replaceFirst("rank . at", "another at").replaceFirst("rank . is at", "one is at");
    }

    @Test
    void ranksThatDoNotDoTheSameAreTold() {
        assertTrue(disagreement((optimizer, rank) -> {
            optimizer.setLearningRate(rank + 1);
            optimizer.step();
        }).contains("is at step with learning rate "));
        assertTrue(disagreement((optimizer, rank) -> {
            if (rank == 0) {
                optimizer.step();
            } else {
                optimizer.averaged();
            }
        }).contains("averaged after 1 steps"));
        assertTrue(disagreement((optimizer, rank) -> {
            optimizer.groups().setLearningRate("rest", rank + 1);
            optimizer.step();
        }).contains("or learning rates of groups"));
        assertTrue(disagreement((optimizer, rank) -> {
            optimizer.store().tensor("t0.weight").setHasGradient(rank == 0);
            optimizer.step();
        }).contains("with other tensors without gradients"));
    }

    @Test
    void averagesArePutInThePlaceOfParametersOnAllRanks() {
        try (ParameterStore whole = MODEL.store();
                Optimizer alone = Optimizer.builder(whole).rule(new AdamW(0.01)).average(Average.ema(0.9)).build()) {
            Session session = Session.of(MODEL, builder -> builder.rule(new AdamW(0.01)).average(Average.ema(0.9)));
            session.runAlone(alone, 3, 4);
            String parameters = MpiMain.checksum(whole);
            String averages;
            try (var _ = alone.averaged()) {
                averages = MpiMain.checksum(whole);
            }
            ThreadRanks.run(3, communicator -> {
                try (ParameterStore store = MODEL.store();
                        ShardedOptimizer optimizer = ShardedOptimizer.of(communicator, session.told().apply(Optimizer.builder(store)))) {
                    session.run(optimizer, communicator, 4);
                    try (ShardedAverage _ = optimizer.averaged()) {
                        assertEquals(averages, MpiMain.checksum(store));
                        assertThrows(IllegalStateException.class, optimizer::step);
                    }
                    assertEquals(parameters, MpiMain.checksum(store));
                }
            });
        }
    }
}
