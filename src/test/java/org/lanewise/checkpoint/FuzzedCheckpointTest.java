package org.lanewise.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.Average;
import org.lanewise.LossScaler;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Width;
import org.lanewise.rule.Adam;
import org.lanewise.schedule.ReduceOnPlateau;
import org.lanewise.schedule.Schedule;

/** Checkpoints with random faults whose checksums are not looked at: loaded or refused with a reason, and then nothing has changed. */
class FuzzedCheckpointTest {
    private static final LoadOptions ANY = LoadOptions.strict().unverified().keepingLearningRates().keepingOptions().withAddedTensors()
            .withoutDroppedTensors().converting();

    @TempDir
    Path folder;

    private static Optimizer optimizer() {
        return Optimizer.builder(Trainings.tensors(ParameterStore.builder()).build()).rule(new Adam(0.1)).width(Width.SCALAR)
                .average(Average.swa()).lossScaler(new LossScaler()).accumulate(true)
                .schedule(Schedule.warmUp(2).times(new ReduceOnPlateau().tracker(1))).build();
    }

    private static byte[] faulty(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        if (random.nextInt(8) == 0) {
            return Arrays.copyOf(bytes, random.nextInt(bytes.length + 10));
        }
        for (int k = random.nextInt(3); k >= 0; k--) {
            int at = random.nextInt(bytes.length);
            // Digits and letters become others of their kind, which leaves more headers well-formed.
            bytes[at] = Character.isDigit(bytes[at]) ? (byte) ('0' + random.nextInt(10))
                    : Character.isLetter(bytes[at]) ? (byte) ('a' + random.nextInt(26)) : (byte) random.nextInt();
        }
        return bytes;
    }

    private void check(int count, long seed) throws IOException {
        Path file = folder.resolve("x");
        Optimizer saved = Trainings.started(optimizer());
        Trainings.writeGradients(saved);
        saved.accumulate(2);
        saved.step();
        saved.accumulate(1);
        saved.store().tensor("fc1.bias").setHasGradient(false);
        Checkpoint.of(saved).save(file);
        byte[] whole = Files.readAllBytes(file);
        Optimizer optimizer = optimizer();
        int refused = 0;
        for (int k = 0; k < count; k++) {
            byte[] bytes = faulty(whole, new Random(seed + k));
            Files.write(file, bytes);
            String before = Trainings.bits(optimizer);
            long steps = optimizer.steps();
            try {
                Checkpoint.of(optimizer).load(file, k % 2 == 0 ? ANY : LoadOptions.strict().unverified());
            } catch (IOException | IllegalArgumentException e) {
                assertFalse(e.getMessage().isEmpty());
                assertEquals(before, Trainings.bits(optimizer), () -> "changed by " + e.getMessage());
                assertEquals(steps, optimizer.steps());
                refused++;
            } catch (RuntimeException | Error e) {
                throw new AssertionError("seed " + (seed + k), e);
            }
        }
        assertTrue(refused > count / 4 && refused < count, refused + " of " + count);
    }

    @Test
    void someHundred() throws IOException {
        check(300, 1);
    }

    @Test
    @Tag("soak")
    void someThousand() throws IOException {
        check(5_000, 1_000);
    }
}
