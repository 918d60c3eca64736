package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.lanewise.Refusals.assertRefused;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lanewise.execution.Execution;
import org.lanewise.execution.Passes;
import org.lanewise.execution.PlacedTensor;
import org.lanewise.execution.Splicing;
import org.lanewise.execution.States;
import org.lanewise.execution.StepNumbers;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Shape;
import org.lanewise.rule.Momentum;
import org.lanewise.splicer.GradientForm;
import org.lanewise.storage.Bf16Native;

/** What an optimizer asks of kernels, and which calls it makes to them. */
class OptimizerKernelTest {
    /** Sizes of this process, in pages of 4096 bytes on x86-64; the second is what is in memory. */
    private static final Path STATM = Path.of("/proc/self/statm");

    /** A rule that differs from others only in its kernel. */
    private record With(Function<With, Kernel> newKernel) implements Rule {
        @Override
        public double learningRate() {
            return 0.5;
        }

        @Override
        public List<State> states() {
            return List.of(new State("s"));
        }

        @Override
        public Kernel kernel() {
            return newKernel.apply(this);
        }
    }

    private abstract static class Idle extends Kernel {
        Idle(MethodHandles.Lookup lookup) {
            super(lookup);
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {}

        @Override
        public void scalar(Plane[] planes, int from, int to) {}
    }

    private static final class WithoutRule extends Idle {
        WithoutRule() {
            super(MethodHandles.lookup());
        }
    }

    private static final class OfAnotherRule extends Idle {
        OfAnotherRule(Momentum rule) {
            super(MethodHandles.lookup());
        }
    }

    private static final class WithTwoConstructors extends Idle {
        WithTwoConstructors(With rule) {
            this();
        }

        WithTwoConstructors() {
            super(MethodHandles.lookup());
        }
    }

    private static final class WithForeignLookup extends Idle {
        WithForeignLookup(With rule) {
            super(OptimizerKernelTest.lookup());
        }
    }

    private static final class WithWeakLookup extends Idle {
        WithWeakLookup(With rule) {
            super(MethodHandles.lookup().dropLookupMode(MethodHandles.Lookup.PRIVATE));
        }
    }

    private static MethodHandles.Lookup lookup() {
        return MethodHandles.lookup();
    }

    /**
     * Adds 1 to every 2^28-th element and to all of the tail, in parameter and state. The splicer does not follow ints
     * through longs, and so does not see that elements are left out.
     */
    private static final class Marks extends Kernel {
        Marks(With rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], state = planes[2];
            int first = (int) (long) from;
            if (((long) from & (1 << 28) - 1) == 0) {
                w.set(first, w.get(first) + 1);
                state.set(first, state.get(first) + 1);
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], state = planes[2];
            for (int i = from; i < to; i++) {
                w.set(i, w.get(i) + 1);
                state.set(i, state.get(i) + 1);
            }
        }
    }

    private static void assertRefusedForItsConstructor(Class<? extends Kernel> kernel, Function<With, Kernel> newKernel) {
        float[] w = {1, 2, 3};
        ParameterStore store = ParameterStore.wrap(w, new float[] {10, -20, 30});
        assertRefused(IllegalArgumentException.class, "kernel " + kernel.getName()
                + " must have one constructor whose only parameter is the rule, a " + With.class.getName(),
                () -> Optimizer.of(new With(newKernel), store));
        Optimizer.of(new Momentum(0.5), store).step();
        assertArrayEquals(new float[] {-4, 12, -12}, w);
    }

    @Test
    void refusesKernelsWithoutOneConstructorForTheRule() {
        assertRefusedForItsConstructor(WithoutRule.class, _ -> new WithoutRule());
        assertRefusedForItsConstructor(OfAnotherRule.class, _ -> new OfAnotherRule(new Momentum(1)));
        assertRefusedForItsConstructor(WithTwoConstructors.class, WithTwoConstructors::new);
    }

    @Test
    void refusesAKernelOfAnotherRuleThatHasRunBefore() {
        Optimizer.of(new OwnKernel(), ParameterStore.wrap(new float[1], new float[1])).step();
        With other = new With(_ -> new OwnKernel().kernel());
        assertRefused(IllegalArgumentException.class, "kernel " + OwnKernel.Update.class.getName()
                + " must have one constructor whose only parameter is the rule, a " + With.class.getName(),
                () -> Optimizer.of(other, ParameterStore.wrap(new float[1], new float[1])));
    }

    @Test
    void refusedOptimizerGivesItsStatesBack() throws IOException {
        assumeTrue(Files.exists(STATM), "not run: no " + STATM);
        long elements = 4_000_000;
        try (ParameterStore store = ParameterStore.builder().nativeMemory().tensor("w", elements).build()) {
            long before = residentBytes();
            for (int i = 0; i < 40; i++) {
                assertThrows(IllegalArgumentException.class, () -> Optimizer.of(new With(_ -> new WithoutRule()), store));
            }
            long grown = residentBytes() - before;
            assertTrue(grown < 10 * elements * Float.BYTES, () -> "grown by " + grown + " bytes");
            Optimizer.of(new Momentum(0.5), store);
        }
    }

    private static long residentBytes() throws IOException {
        return Long.parseLong(Files.readString(STATM).split(" ")[1]) * 4096;
    }

    private record OwnKernel() implements Rule {
        @Override
        public double learningRate() {
            return 1;
        }

        @Override
        public Kernel kernel() {
            return new Update(this);
        }

        private static final class Update extends Kernel {
            Update(OwnKernel rule) {
                super(MethodHandles.lookup());
            }

            @Override
            public void vector(Plane[] planes, int from, int to) {}

            @Override
            public void scalar(Plane[] planes, int from, int to) {}
        }
    }

    @Test
    void refusesKernelsWithALookupOfLess() {
        ParameterStore store = ParameterStore.wrap(new float[1], new float[1]);
        String message = "lookup must be made by MethodHandles.lookup() in the constructor of ";
        assertRefused(IllegalArgumentException.class,
                message + WithForeignLookup.class.getName() + ", got " + OptimizerKernelTest.class.getName(),
                () -> Optimizer.of(new With(WithForeignLookup::new), store));
        assertRefused(IllegalArgumentException.class,
                message + WithWeakLookup.class.getName() + ", got " + WithWeakLookup.class.getName() + "/package",
                () -> Optimizer.of(new With(WithWeakLookup::new), store));
        Optimizer.of(new Momentum(0.5), store).step();
    }

    /** Over a sparse file, of which few pages are touched. */
    @Test
    void runsOverRangesLongerThanAnIntCanCount(@TempDir Path directory) throws IOException {
        assumeTrue(Width.BITS_128.isSupported(), "not run: needs vectors");
        long length = (1L << 31) + 16 + 3;
        long stateStart = 32;
        Path file = directory.resolve("sparse");
        try (Arena arena = Arena.ofShared(); FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW,
                StandardOpenOption.SPARSE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long bytes = 2 * (stateStart + length);
            Bf16Native parameter = new Bf16Native(channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes, arena));
            MemorySegment rest = channel.map(FileChannel.MapMode.READ_WRITE, bytes, bytes, arena);
            Bf16Native state = new Bf16Native(rest);
            With rule = new With(Marks::new);
            Bf16Native small = new Bf16Native(arena.allocate(2 * stateStart, 64));
            List<PlacedTensor> tensors = List.of(new PlacedTensor(Shape.of(stateStart), small, small, false),
                    new PlacedTensor(Shape.of(length), parameter, parameter, false));
            States states = new States(List.of(new States.Kind("s", 0, Extent.PARAMETER, false, (_, _) -> state)),
                    List.of(Shape.of(stateStart), Shape.of(length)), null);
            Splicing splicing = new Splicing(rule, 128, 4, GradientForm.PLAIN, Set.of());
            StepNumbers numbers = new StepNumbers(false);
            numbers.step(1, 0.5, 0.5);
            new Execution(Passes.of(numbers, splicing, rule.kernel(), tensors, states), Optional.empty()).run();
            for (long i = 0; i < length; i += 1 << 28) {
                assertMarked(1, parameter, state, stateStart, i);
                assertMarked(0, parameter, state, stateStart, i + 1);
            }
            assertMarked(0, parameter, state, stateStart, length - 4);
            for (long i = length - 3; i < length; i++) {
                assertMarked(1, parameter, state, stateStart, i);
            }
        }
    }

    private static void assertMarked(float expected, Bf16Native parameter, Bf16Native state, long stateStart, long i) {
        assertEquals(expected, parameter.at(i).get(0), () -> "parameter " + i);
        assertEquals(expected, state.at(stateStart + i).get(0), () -> "state " + i);
    }
}
