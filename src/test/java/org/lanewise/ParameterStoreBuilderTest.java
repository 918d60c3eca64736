package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.lanewise.Refusals.assertRefused;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Momentum;

class ParameterStoreBuilderTest {
    private static final long MOST_ELEMENTS = 1L << 56;

    private final float[] parameters = new float[8];
    private final float[] gradients = {.1f, .2f, .3f, .4f, .5f, .6f, .7f, .8f};

    /** The call is refused and leaves a builder with one owned and one wrapped tensor as it was. */
    private void assertRefusedAndUnchanged(
            Class<? extends Exception> type, String message, Consumer<ParameterStoreBuilder> call) {
        Arrays.fill(parameters, 1);
        ParameterStoreBuilder builder = ParameterStore.builder().tensor("owned", 3).wrap("wrapped", parameters, 2, gradients, 2, 4);
        assertRefused(type, message, () -> call.accept(builder));
        ParameterStore store = builder.wrap("front", parameters, 0, gradients, 0, 2).wrap("back", parameters, 6, gradients, 6, 2).build();
        assertEquals("[owned[3], wrapped[4], front[2], back[2]]", store.tensors().toString());
        Optimizer.of(new Momentum(1), store).step();
        assertArrayEquals(new float[] {1 - .1f, 1 - .2f, 1 - .3f, 1 - .4f, 1 - .5f, 1 - .6f, 1 - .7f, 1 - .8f}, parameters);
    }

    private void assertRefusedAndUnchanged(String message, Consumer<ParameterStoreBuilder> call) {
        assertRefusedAndUnchanged(IllegalArgumentException.class, message, call);
    }

    @Test
    void refusesStoreWithoutTensors() {
        ParameterStoreBuilder builder = ParameterStore.builder();
        assertRefused(IllegalStateException.class, "a store needs at least one tensor, got 0", builder::build);
        assertEquals(2, builder.tensor("w", 2).build().size());
    }

    @Test
    void refusesNameThatIsTaken() {
        assertRefusedAndUnchanged("a tensor is already named 'owned'", builder -> builder.tensor("owned", 5));
        assertRefusedAndUnchanged("a tensor is already named 'wrapped'", builder -> builder.tensor("wrapped"));
        assertRefusedAndUnchanged("a tensor is already named 'owned'", builder -> builder.wrap("owned", new float[1], new float[1]));
        assertRefusedAndUnchanged("a tensor is already named 'owned'", builder -> builder.wrap("owned", parameters, 0, gradients, 0, 2));
    }

    @Test
    void refusesNull() {
        assertRefusedAndUnchanged(NullPointerException.class, "name must not be null", builder -> builder.tensor(null, 1));
        assertRefusedAndUnchanged(NullPointerException.class, "name must not be null",
                builder -> builder.wrap(null, new float[1], new float[2]));
        assertRefusedAndUnchanged(NullPointerException.class, "shape must not be null", builder -> builder.tensor("w", (long[]) null));
    }

    @Test
    void refusesGradientOfAnotherLength() {
        assertRefusedAndUnchanged("gradient of 'fc1.weight' has length 1000, expected 1024",
                builder -> builder.wrap("fc1.weight", new float[1024], new float[1000]));
        assertRefusedAndUnchanged("gradient of 'w' has length 1, expected 0", builder -> builder.wrap("w", new float[0], new float[1]));
        assertRefused(IllegalArgumentException.class, "gradient of 'parameters' has length 3, expected 2",
                () -> ParameterStore.wrap(new float[2], new float[3]));
    }

    @Test
    void refusesNegativeDimension() {
        assertRefusedAndUnchanged("dimension 0 of 'w' must be at least 0, got -1", builder -> builder.tensor("w", -1));
        assertRefusedAndUnchanged("dimension 2 of 'w' must be at least 0, got -9223372036854775808",
                builder -> builder.tensor("w", 2, 3, Long.MIN_VALUE));
        assertRefusedAndUnchanged("dimension 1 of 'w' must be at least 0, got -2",
                builder -> builder.wrap("w", new float[4], 0, new float[4], 0, 0, -2));
    }

    @Test
    void refusesMoreElementsThanALongCanCountTheBytesOf() {
        assertRefusedAndUnchanged("'w' must keep the store within 2^56 elements, got shape [72057594037927937]",
                builder -> builder.tensor("w", MOST_ELEMENTS + 1));
        assertRefusedAndUnchanged("'w' must keep the store within 2^56 elements, got shape [4294967296, 4294967296]",
                builder -> builder.tensor("w", 1L << 32, 1L << 32));
        assertRefusedAndUnchanged("'w' must keep the store within 2^56 elements, got shape [9223372036854775807, 9223372036854775807]",
                builder -> builder.tensor("w", Long.MAX_VALUE, Long.MAX_VALUE));
        assertRefusedAndUnchanged("'w' must keep the store within 2^56 elements, got shape [3037000500, 3037000500]",
                builder -> builder.tensor("w", 3037000500L, 3037000500L));
        ParameterStoreBuilder most = ParameterStore.builder().tensor("w", MOST_ELEMENTS);
        assertRefused(IllegalArgumentException.class, "'b' must keep the store within 2^56 elements, got shape [1]",
                () -> most.tensor("b", 1));
    }

    @Test
    void acceptsHugeDimensionsOfEmptyTensors() {
        ParameterStore store = ParameterStore.builder().tensor("w", 1L << 60, 0).tensor("v", 0, Long.MAX_VALUE, Long.MAX_VALUE).build();
        assertEquals(0, store.size());
    }

    @Test
    void buildsOneStoreOfWrappedArrays() {
        ParameterStoreBuilder builder = ParameterStore.builder().tensor("v", 1);
        builder.build();
        builder.wrap("w", new float[2], new float[2]).build();
        assertRefused(IllegalStateException.class, "a builder that wraps memory builds one store, and has", builder::build);
    }

    @Test
    void refusesPartOutsideItsArray() {
        assertRefusedAndUnchanged("parameter of 'w' needs 3 elements from index 2 on, its array has length 4",
                builder -> builder.wrap("w", new float[4], 2, new float[9], 0, 3));
        assertRefusedAndUnchanged("gradient of 'w' needs 6 elements from index 2147483647 on, its array has length 9",
                builder -> builder.wrap("w", new float[9], 3, new float[9], Integer.MAX_VALUE, 2, 3));
        assertRefusedAndUnchanged("parameter of 'w' needs 1 elements from index -1 on, its array has length 4",
                builder -> builder.wrap("w", new float[4], -1, new float[4], 0));
        assertRefusedAndUnchanged("gradient of 'w' needs 0 elements from index 5 on, its array has length 4",
                builder -> builder.wrap("w", new float[4], 4, new float[4], 5, 0));
        assertRefusedAndUnchanged("parameter of 'w' needs 1099511627776 elements from index 0 on, its array has length 4",
                builder -> builder.wrap("w", new float[4], 0, new float[4], 0, 1L << 40));
    }

    @Test
    void refusesOverlapsWithOtherTensors() {
        assertRefusedAndUnchanged(
                "parameter of 'w' overlaps with parameter of 'wrapped': elements 5 to 6 and 2 to 5 of the same array",
                builder -> builder.wrap("w", parameters, 5, new float[2], 0, 2));
        assertRefusedAndUnchanged(
                "gradient of 'w' overlaps with parameter of 'wrapped': elements 3 to 3 and 2 to 5 of the same array",
                builder -> builder.wrap("w", new float[1], 0, parameters, 3));
        assertRefusedAndUnchanged(
                "parameter of 'w' overlaps with gradient of 'wrapped': elements 1 to 2 and 2 to 5 of the same array",
                builder -> builder.wrap("w", gradients, 1, new float[2], 0, 2));
    }

    @Test
    void tensorsMayShareGradients() {
        float[] w = new float[8], a = new float[3], b = new float[4];
        ParameterStore store = ParameterStore.builder().wrap("w", w, gradients).wrap("a", a, 0, gradients, 2, 3)
                .wrap("b", b, 0, gradients, 4, 4).wrap("tied", parameters, gradients).build();
        Optimizer.of(new GradientDescent(1), store).step();
        assertArrayEquals(new float[] {-.1f, -.2f, -.3f, -.4f, -.5f, -.6f, -.7f, -.8f}, w);
        assertArrayEquals(w, parameters);
        assertArrayEquals(Arrays.copyOfRange(w, 2, 5), a);
        assertArrayEquals(Arrays.copyOfRange(w, 4, 8), b);
        assertArrayEquals(new float[] {.1f, .2f, .3f, .4f, .5f, .6f, .7f, .8f}, gradients);
    }

    @Test
    void parametersThatLieInSharedGradientsAreRefused() {
        float[] shared = new float[100];
        ParameterStoreBuilder builder = ParameterStore.builder().wrap("long", new float[100], shared)
                .wrap("short", new float[1], 0, shared, 50, 1).wrap("again", new float[1], 0, shared, 50, 1);
        assertRefused(IllegalArgumentException.class,
                "parameter of 'w' overlaps with gradient of 'long': elements 70 to 79 and 0 to 99 of the same array",
                () -> builder.wrap("w", shared, 70, new float[10], 0, 10));
        assertEquals(3, builder.build().tensors().size());
    }

    @Test
    void refusesGradientThatOverlapsWithItsParameter() {
        float[] both = new float[7];
        assertRefusedAndUnchanged("gradient of 'w' overlaps with parameter of 'w': elements 3 to 6 and 0 to 3 of the same array",
                builder -> builder.wrap("w", both, 0, both, 3, 4));
        assertRefused(IllegalArgumentException.class,
                "gradient of 'parameters' overlaps with parameter of 'parameters': elements 0 to 6 and 0 to 6 of the same array",
                () -> ParameterStore.wrap(both, both));
    }

    @Test
    void refusesMoreThanAnArrayOnTheHeapBeforeAllocating() {
        String message = "heap planes must have at most 2147483647 elements, tensors padded to 16 included; "
                + "use nativeMemory() or several stores; got ";
        ParameterStoreBuilder one = ParameterStore.builder().tensor("w", Integer.MAX_VALUE - 14L);
        assertRefused(IllegalArgumentException.class, message + 2147483648L, one::build);
        ParameterStoreBuilder two = ParameterStore.builder().tensor("a", 1 << 15, 1 << 15).tensor("b", 1 << 30);
        assertRefused(IllegalArgumentException.class, message + 2147483648L, two::build);
        ParameterStoreBuilder most = ParameterStore.builder().tensor("w", MOST_ELEMENTS);
        assertRefused(IllegalArgumentException.class, message + MOST_ELEMENTS, most::build);
        ParameterStoreBuilder wrapped = ParameterStore.builder().tensor("w", Integer.MAX_VALUE - 15L)
                .wrap("b", new float[1], new float[1]);
        assertRefused(IllegalArgumentException.class, message + 2147483648L, wrapped::build);
    }

    @Test
    void keepsItsOwnCopyOfAShape() {
        long[] shape = {2, 3};
        ParameterStoreBuilder builder = ParameterStore.builder().tensor("owned", shape)
                .wrap("wrapped", new float[6], 0, new float[6], 0, shape);
        shape[0] = 99;
        assertEquals("[owned[2, 3], wrapped[2, 3]]", builder.build().tensors().toString());
    }

    @Test
    void buildsStoresOfTheirOwn() {
        ParameterStoreBuilder builder = ParameterStore.builder().tensor("w", 2);
        ParameterStore first = builder.build();
        ParameterStore second = builder.tensor("b", 1).build();
        first.tensor("w").parameter().fill(3);
        assertEquals(List.of("w[2]"), first.tensors().stream().map(Tensor::toString).toList());
        assertEquals(List.of("w[2]", "b[1]"), second.tensors().stream().map(Tensor::toString).toList());
        assertArrayEquals(new float[2], Floats.of(second.tensor("w").parameter()));
    }

    @Test
    void lastChoiceOfMemoryAndStorageCounts() {
        ParameterStore store = ParameterStore.builder().parameters(Storage.BF16).gradients(Storage.BF16).tensor("w", 2)
                .nativeMemory().parameters(Storage.F32).heap().build();
        assertEquals(Storage.F32, store.tensor("w").parameter().storage());
        assertEquals(Storage.BF16, store.tensor("w").gradient().storage());
        assertEquals(0, store.tensor("w").parameter().arrayOffset());
    }

    @Test
    void saysWhatIsDescribedAndWhatWasBuilt() {
        ParameterStoreBuilder builder = ParameterStore.builder().states(Storage.BF16).tensor("w", 3, 4);
        assertEquals("ParameterStoreBuilder[1 tensor, on the heap, parameters F32, gradients F32, states BF16]", builder.toString());
        assertEquals("ParameterStore[1 tensor, 12 parameters, on the heap, parameters F32, gradients F32, states BF16]",
                builder.build().toString());
        ParameterStore store = builder.nativeMemory().parameters(Storage.BF16).wrap("v", parameters, gradients).build();
        String of = "2 tensors, 20 parameters, 1 tensor wrapped, in native memory, parameters BF16, gradients F32, states BF16";
        assertEquals("ParameterStore[" + of + "]", store.toString());
        assertEquals("GradientDescent[learningRate=0.1] at the preferred width, over " + store,
                Optimizer.builder(store).rule(new GradientDescent(0.1)).toString());
        assertEquals("GradientDescent[learningRate=0.1] at SCALAR, maximizes, over " + store,
                Optimizer.builder(store).rule(new GradientDescent(0.1)).maximize(true).width(Width.SCALAR).toString());
        assertEquals("Reductions of 2 slices at BITS_128",
                Reductions.of(Width.BITS_128, store.tensor("w").gradient(), store.tensor("v").gradient()).toString());
        store.close();
        assertEquals("ParameterStore[" + of + ", closed]", store.toString());
    }

    @Test
    void wrapsTheArraysThemselves() {
        ParameterStore store = ParameterStore.builder().nativeMemory().parameters(Storage.BF16)
                .wrap("w", parameters, 3, gradients, 1, 2, 2).build();
        Tensor tensor = store.tensor("w");
        assertSame(parameters, tensor.parameter().array());
        assertEquals(3, tensor.parameter().arrayOffset());
        assertSame(gradients, tensor.gradient().array());
        assertEquals(1, tensor.gradient().arrayOffset());
        assertEquals(Storage.F32, tensor.parameter().storage());
        store.close();
    }
}
