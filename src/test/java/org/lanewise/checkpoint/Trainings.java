package org.lanewise.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;

import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Rule;
import org.lanewise.Slice;
import org.lanewise.Tensor;

/** Small trainings whose gradients depend on the step alone. */
final class Trainings {
    private Trainings() {}

    /** Two tensors. */
    static ParameterStoreBuilder tensors(ParameterStoreBuilder builder) {
        return builder.tensor("fc1.weight", 4, 5).tensor("fc1.bias", 5);
    }

    /** Steps with random gradients. */
    static void step(Optimizer optimizer, int steps) {
        for (int k = 0; k < steps; k++) {
            optimizer.step(() -> writeGradients(optimizer));
        }
    }

    static void writeGradients(Optimizer optimizer) {
        Random random = new Random(optimizer.steps());
        for (Tensor tensor : optimizer.store().tensors()) {
            float[] gradients = new float[(int) tensor.size()];
            for (int i = 0; i < gradients.length; i++) {
                gradients[i] = (float) random.nextGaussian();
            }
            tensor.gradient().copyFrom(gradients);
        }
    }

    /** Random parameters. */
    static Optimizer started(Optimizer optimizer) {
        Random random = new Random(7);
        for (Tensor tensor : optimizer.store().tensors()) {
            for (long i = 0; i < tensor.size(); i++) {
                tensor.parameter().set(i, (float) random.nextGaussian());
            }
        }
        return optimizer;
    }

    /** All bytes of parameters and states, as text. */
    static String bits(Optimizer optimizer) {
        List<String> all = new ArrayList<>();
        for (Tensor tensor : optimizer.store().tensors()) {
            all.add(tensor.name() + bits(tensor.parameter()));
            for (Rule.State state : optimizer.rule().states()) {
                all.add(state.name() + bits(tensor.state(state.name())));
            }
        }
        return String.join("\n", all);
    }

    private static String bits(Slice slice) {
        byte[] bytes = slice.segment().toArray(ValueLayout.JAVA_BYTE);
        return IntStream.range(0, bytes.length).mapToObj(i -> String.format("%02x", bytes[i]))
                .collect(Collectors.joining("", ": ", ""));
    }

    /** That a file is refused with these differences, and nothing is changed by that. */
    static void assertRefused(Path file, String differences, Optimizer optimizer, LoadOptions options) {
        String before = Trainings.bits(optimizer);
        String message = assertThrowsExactly(IllegalArgumentException.class, () -> Checkpoint.of(optimizer).load(file, options))
                .getMessage();
        assertEquals("an optimizer of " + optimizer.rule() + " must be as the one that was saved, but\n" + differences, message);
        assertEquals(before, Trainings.bits(optimizer));
        assertEquals(0, optimizer.steps());
    }
}
