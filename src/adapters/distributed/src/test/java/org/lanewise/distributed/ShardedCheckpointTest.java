package org.lanewise.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Average;
import org.lanewise.Group;
import org.lanewise.LossScaler;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.Storage;
import org.lanewise.checkpoint.Checkpoint;
import org.lanewise.rule.Adafactor;
import org.lanewise.rule.AdamW;
import org.lanewise.rule.Lamb;
import org.lanewise.rule.ScheduleFreeAdamW;

/** What is saved by some ranks goes on by any number of them. */
class ShardedCheckpointTest {
    private static final Model MODEL =
            Model.of(new long[] {30, 7}, new long[] {5}, new long[] {}, new long[] {0}, new long[] {3, 40}, new long[] {17});

    /** What is trained: gradients are those of three ranks, whatever number of ranks computes them. */
    private static final int GRADIENTS = 3;

    @TempDir
    Path folder;

    static List<Rule> rules() {
        return List.of(new AdamW(0.01).withAmsgrad(true), new Lamb(0.01), new Adafactor(0.01), new ScheduleFreeAdamW(0.01));
    }

    private static Session session(Rule rule) {
        return Session.of(MODEL.withStates(Storage.BF16), builder -> builder.rule(rule).clipNorm(1).average(Average.ema(0.9))
                .lossScaler(new LossScaler().withInitialScale(4).withGrowthInterval(3)).group(Group.matching("t5*").frozen()));
    }

    private interface Use {
        void of(ShardedOptimizer optimizer, ShardedCheckpoint checkpoint) throws IOException;
    }

    private void onRanks(Session session, int ranks, Use use) {
        ThreadRanks.run(ranks, communicator -> {
            try (ParameterStore store = session.model().store();
                    ShardedOptimizer optimizer = ShardedOptimizer.of(communicator, session.told().apply(Optimizer.builder(store)))) {
                use.of(optimizer, ShardedCheckpoint.of(optimizer, folder));
            }
        });
    }

    /** Steps by gradients that all ranks have alike, so that their mean is the same for one, two and four ranks. */
    private static void step(Session session, ShardedOptimizer optimizer, int steps) {
        for (int k = 0; k < steps; k++) {
            optimizer.step(() -> session.model().reducedGradients(optimizer.store(), GRADIENTS, optimizer.steps(), Reduction.MEAN));
        }
    }

    private static Optimizer alone(Session session, ParameterStore store, int steps) {
        Optimizer alone = session.told().apply(Optimizer.builder(store)).build();
        for (int k = 0; k < steps; k++) {
            alone.step(() -> session.model().reducedGradients(store, GRADIENTS, alone.steps(), Reduction.MEAN));
        }
        return alone;
    }

    @ParameterizedTest
    @MethodSource("rules")
    void goesOnByAnyNumberOfRanks(Rule rule) {
        Session session = session(rule);
        try (ParameterStore store = session.model().store(); Optimizer alone = alone(session, store, 15)) {
            onRanks(session, 2, (optimizer, checkpoint) -> {
                assertFalse(checkpoint.loadLatest());
                step(session, optimizer, 5);
                checkpoint.save();
                step(session, optimizer, 1);
            });
            onRanks(session, 4, (optimizer, checkpoint) -> {
                assertTrue(checkpoint.loadLatest());
                step(session, optimizer, 5);
                checkpoint.save();
            });
            onRanks(session, 1, (optimizer, checkpoint) -> {
                assertTrue(checkpoint.loadLatest());
                step(session, optimizer, 5);
                SameBits.assertSame(alone, optimizer, "one rank");
            });
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void oneProcessLoadsWhatIsMergedAndRanksLoadWhatOneProcessSaved(Rule rule) throws IOException {
        Session session = session(rule);
        Path merged = folder.resolve("merged.safetensors"), back = folder.resolve("back.safetensors");
        onRanks(session, 3, (optimizer, checkpoint) -> {
            // The gradients are those of one rank thrice, whose mean is not that of one; so they are compared with a file, not a training.
            step(session, optimizer, 4);
            checkpoint.save();
        });
        ShardedCheckpoint.merge(folder, merged);
        try (ParameterStore store = session.model().store(); Optimizer alone = alone(session, store, 0)) {
            Checkpoint.of(alone).load(merged);
            assertEquals(4, alone.steps());
            Checkpoint.of(alone).save(back);
            assertEquals(-1, Files.mismatch(merged, back));
            onRanks(session, 2, (optimizer, checkpoint) -> {
                checkpoint.load(back);
                SameBits.assertSame(alone, optimizer, "two ranks");
            });
        }
    }

    @Test
    void frozenParametersAreSaved() {
        Session session = session(new AdamW(0.01));
        onRanks(session, 2, (optimizer, checkpoint) -> {
            optimizer.store().tensor("t5.weight").parameter().fill(7);
            checkpoint.save();
        });
        onRanks(session, 3, (optimizer, checkpoint) -> {
            checkpoint.loadLatest();
            assertEquals(7, optimizer.store().tensor("t5.weight").parameter().get(3));
        });
    }

    @Test
    void sumsOfMicroBatchesAreSaved() {
        Session session = session(new AdamW(0.01)).accumulating(1);
        try (ParameterStore store = session.model().store();
                Optimizer alone = session.told().apply(Optimizer.builder(store)).build()) {
            for (int k = 0; k < 2; k++) {
                session.model().reducedGradients(store, GRADIENTS, k, Reduction.MEAN);
                alone.accumulate(1 + k);
            }
            alone.step();
            onRanks(session, 2, (optimizer, checkpoint) -> {
                session.model().reducedGradients(optimizer.store(), GRADIENTS, 0, Reduction.MEAN);
                optimizer.accumulate(1);
                checkpoint.save();
            });
            onRanks(session, 4, (optimizer, checkpoint) -> {
                checkpoint.loadLatest();
                session.model().reducedGradients(optimizer.store(), GRADIENTS, 1, Reduction.MEAN);
                optimizer.accumulate(2);
                optimizer.step();
                SameBits.assertSame(alone, optimizer, "four ranks");
            });
        }
    }

    @Test
    void anotherRuleIsRefusedByAllRanksAndNothingHasChanged() {
        onRanks(session(new AdamW(0.01)), 2, (optimizer, checkpoint) -> {
            step(session(new AdamW(0.01)), optimizer, 2);
            checkpoint.save();
        });
        onRanks(session(new AdamW(0.01).withWeightDecay(0.5)), 3, (optimizer, checkpoint) -> {
            IllegalArgumentException e = assertThrows(IllegalArgumentException.class, checkpoint::loadLatest);
            assertTrue(e.getMessage().contains("weightDecay of rule of group 'rest': 0.01 in the file, 0.5 here"), e.getMessage());
            assertEquals(0, optimizer.steps());
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void aFileThatIsDamagedIsRefusedByAllRanks(int rank) throws IOException {
        Session session = session(new AdamW(0.01));
        onRanks(session, 2, (_, checkpoint) -> checkpoint.save());
        Path file = folder.resolve("step-000000000000/rank-" + rank + "-of-2.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 9] ^= 1;
        Files.write(file, bytes);
        onRanks(session, 2, (_, checkpoint) -> {
            IOException e = assertThrows(IOException.class, checkpoint::loadLatest);
            assertTrue(e.getMessage().contains("is damaged"), e.getMessage());
        });
    }

    @Test
    void theLastTwoAreKept() throws IOException {
        Session session = session(new AdamW(0.01));
        onRanks(session, 2, (optimizer, checkpoint) -> {
            for (int k = 0; k < 4; k++) {
                step(session, optimizer, 1);
                checkpoint.save();
            }
        });
        try (Stream<Path> all = Files.list(folder)) {
            assertEquals(List.of("latest", "step-000000000003", "step-000000000004"),
                    all.map(each -> each.getFileName().toString()).sorted().toList());
        }
    }

    @Test
    void aRankThatCannotWriteFailsAll() throws IOException {
        Files.createFile(folder.resolve("step-000000000000"));
        onRanks(session(new AdamW(0.01)), 2, (_, checkpoint) -> {
            assertThrows(IOException.class, checkpoint::save);
            assertFalse(checkpoint.loadLatest());
        });
    }
}
