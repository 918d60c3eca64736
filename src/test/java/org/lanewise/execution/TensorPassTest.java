package org.lanewise.execution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.lanewise.execution.TensorPass.LONGEST_WHOLE;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Garbage;
import org.lanewise.Rule;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Shape;
import org.lanewise.reduction.BlockReducer;
import org.lanewise.rule.Adafactor;
import org.lanewise.rule.Lamb;
import org.lanewise.rule.NovoGrad;
import org.lanewise.splicer.GradientForm;
import org.lanewise.storage.Bf16Heap;
import org.lanewise.storage.F32Heap;
import org.lanewise.storage.F32Native;
import org.lanewise.storage.MemoryPlane;
import org.lanewise.tool.RuleTable;

/** Rules with norms on several threads: the bits of one thread, whoever does which part in which order. */
class TensorPassTest {
    private static final int BLOCK = BlockReducer.BLOCK;
    private static final int STEPS = 2;

    /** Around borders of blocks, chunks, vectors and of what is split. */
    private static final List<Integer> SIZES = List.of(100, LONGEST_WHOLE + 1, 17, 5);

    private static final List<Integer> MORE_SIZES = List.of(1, 5 * BLOCK, LONGEST_WHOLE, 15, LONGEST_WHOLE + 1, 1024, 5 * BLOCK - 1);

    /** Where tensors lie. */
    private enum Kind {
        /** One after the other in arrays, so that loops run through. */
        OWNED,
        /** Each alone in native memory. */
        NATIVE,
        /** One after the other, the states in 16 bits. */
        BF16_STATES
    }

    /** How kernels run: one lane stands for plain loops. */
    private record Lanes(int bits, int lanes) {
        static final Lanes PLAIN = new Lanes(128, 1);
        static final List<Lanes> ALL = List.of(PLAIN, new Lanes(128, 4), new Lanes(256, 8), new Lanes(512, 16));
    }

    /** Tensors with random numbers, the same each time, and states as a rule starts with. */
    private static final class Store implements AutoCloseable {
        final Rule rule;
        final Arena arena = Arena.ofShared();
        final List<PlacedTensor> tensors = new ArrayList<>();
        final States states;
        final StepNumbers numbers = new StepNumbers(true);

        Store(Rule rule, Kind kind, List<Integer> sizes) {
            this.rule = rule;
            int room = Math.toIntExact(sizes.stream().mapToLong(PlacedTensor::padded).sum());
            MemoryPlane parameters = plane(kind, room), gradients = plane(kind, room);
            Random random = new Random(1);
            long start = 0;
            for (int size : sizes) {
                PlacedTensor tensor = new PlacedTensor(Shape.of(size), parameters.at(start), gradients.at(start), kind != Kind.NATIVE);
                for (int i = 0; i < size; i++) {
                    tensor.parameter().set(i, (float) random.nextGaussian());
                    tensor.gradient().set(i, (float) random.nextGaussian());
                }
                tensors.add(tensor);
                start += PlacedTensor.padded(size);
            }
            List<States.Kind> kinds = rule.states().stream().map(state -> new States.Kind(state.name(), state.initialValue(),
                    state.extent(), state.exact(), (_, length) -> kind == Kind.BF16_STATES && state.extent() == Extent.PARAMETER
                            ? new Bf16Heap(new short[(int) length], 0) : plane(kind, (int) length))).toList();
            states = new States(kinds, sizes.stream().map(size -> Shape.of(size)).toList(), arena);
        }

        private MemoryPlane plane(Kind kind, int length) {
            return kind == Kind.NATIVE ? new F32Native(arena.allocate(4L * length, 64)) : new F32Heap(new float[length], 0);
        }

        TensorPass pass(Lanes lanes, int threads) {
            List<Loop> loops = new ArrayList<>();
            rule.measures().forEach(measure ->
                    loops.add(new Loop(measure.kernel(), measure.sums().stream().map(Rule.Sum::extent).toList())));
            loops.add(new Loop(rule.kernel(), List.of()));
            Splicing splicing = new Splicing(rule, lanes.bits(), lanes.lanes(), new GradientForm(true, false, false), Set.of(0));
            return new TensorPass(splicing, numbers, loops, Passes.members(tensors, states), new Presence(tensors.size(), false), threads);
        }

        /** All numbers of parameters and states. */
        float[] numbers() {
            float[] numbers = new float[0];
            for (int t = 0; t < tensors.size(); t++) {
                Shape shape = tensors.get(t).shape();
                numbers = with(numbers, tensors.get(t).parameter(), shape.size());
                for (int k = 0; k < states.kinds().size(); k++) {
                    numbers = with(numbers, states.plane(k, t), shape.count(states.kinds().get(k).extent()));
                }
            }
            return numbers;
        }

        private static float[] with(float[] numbers, MemoryPlane plane, long count) {
            float[] longer = Arrays.copyOf(numbers, numbers.length + (int) count);
            plane.copyTo(0, longer, numbers.length, (int) count);
            return longer;
        }

        @Override
        public void close() {
            states.close();
        }
    }

    /** Does a work that is prepared. */
    private interface Driver {
        void run(Work work, Work.Worker[] workers);
    }

    private static float[] stepped(Rule rule, Kind kind, List<Integer> sizes, Lanes lanes, int threads, Driver driver) {
        try (Store store = new Store(rule, kind, sizes)) {
            TensorPass pass = store.pass(lanes, threads);
            Work.Worker[] workers = Stream.generate(pass::worker).limit(threads).toArray(Work.Worker[]::new);
            for (int step = 1; step <= STEPS; step++) {
                store.numbers.step(step, 0.01, 0.01);
                pass.prepare();
                driver.run(pass, workers);
            }
            return store.numbers();
        }
    }

    /** Ranges of parts in random order, each done by any worker. */
    private static Driver shuffled(Random random) {
        return (work, workers) -> {
            for (int phase = 0; phase < work.phases(); phase++) {
                work.begin(phase);
                List<int[]> ranges = new ArrayList<>();
                for (int first = 0, end; first < work.parts(phase); first = end) {
                    end = Math.min(first + 1 + random.nextInt(4), work.parts(phase));
                    ranges.add(new int[] {first, end});
                }
                Collections.shuffle(ranges, random);
                for (int[] range : ranges) {
                    workers[random.nextInt(workers.length)].run(phase, range[0], range[1]);
                }
            }
        };
    }

    static List<Rule> rules() {
        return Stream.concat(Stream.of(new TwoNorms(0.01)), RuleTable.all().stream())
                .filter(rule -> !rule.measures().isEmpty() || rule.states().stream().anyMatch(state -> state.extent() != Extent.PARAMETER))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void partsInAnyOrderOfAnyWorkerGiveTheBitsOfOneThread(Rule rule) {
        Random random = new Random(rule.hashCode());
        for (Kind kind : Kind.values()) {
            float[] expected = stepped(rule, kind, SIZES, Lanes.PLAIN, 1, shuffled(random));
            assertArrayEquals(expected, stepped(rule, kind, SIZES, Lanes.PLAIN, 3, shuffled(random)), "" + kind);
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aCrewGivesTheBitsOfOneThread(Rule rule) {
        float[] expected = stepped(rule, Kind.OWNED, SIZES, Lanes.PLAIN, 1, shuffled(new Random(1)));
        try (Crew crew = new Crew(2)) {
            assertArrayEquals(expected, stepped(rule, Kind.OWNED, SIZES, new Lanes(512, 16), 2, crew::run));
        }
    }

    static List<Rule> firstOfEach() {
        return List.copyOf(rules().stream().collect(Collectors.toMap(Rule::getClass, rule -> rule, (first, _) -> first)).values());
    }

    @Tag("slow")
    @ParameterizedTest
    @MethodSource("firstOfEach")
    void crewsOfAnySizeAndPartsInAnyOrderGiveTheBitsOfOneThreadAtEveryWidth(Rule rule) {
        Random random = new Random(rule.hashCode());
        for (Kind kind : Kind.values()) {
            List<Integer> sizes = MORE_SIZES.subList(2 * kind.ordinal(), 2 * kind.ordinal() + 3);
            float[] expected = stepped(rule, kind, sizes, Lanes.PLAIN, 1, shuffled(random));
            for (Lanes lanes : Lanes.ALL) {
                int threads = 2 + random.nextInt(7);
                if (random.nextBoolean()) {
                    assertArrayEquals(expected, stepped(rule, kind, sizes, lanes, threads, shuffled(random)), kind + ", " + lanes);
                } else {
                    try (Crew crew = new Crew(threads)) {
                        assertArrayEquals(expected, stepped(rule, kind, sizes, lanes, threads, crew::run), threads + " threads, " + lanes);
                    }
                }
            }
        }
    }

    private static List<Integer> parts(TensorPass pass) {
        return Stream.iterate(0, phase -> phase < pass.phases(), phase -> phase + 1).map(pass::parts).toList();
    }

    @Test
    void eachLoopIsAPhaseOfBlocksForSeveralThreadsAndSumsOfTensors() {
        try (Store store = new Store(new TwoNorms(0.01), Kind.OWNED, MORE_SIZES)) {
            assertEquals(List.of(7), parts(store.pass(Lanes.PLAIN, 1)));
            assertEquals(List.of(4 + 15, 15, 15), parts(store.pass(Lanes.PLAIN, 2)));
        }
        try (Store store = new Store(new Lamb(0.01), Kind.OWNED, List.of(LONGEST_WHOLE, LONGEST_WHOLE))) {
            assertEquals(List.of(2), parts(store.pass(Lanes.PLAIN, 2)));
        }
    }

    @Test
    void tensorsStayWholeWhereRowsOrColumnsAreAddedUp() {
        try (Store store = new Store(new Adafactor(0.01), Kind.OWNED, MORE_SIZES)) {
            assertEquals(List.of(7), parts(store.pass(Lanes.PLAIN, 2)));
        }
    }

    @Test
    void gradientsThatWereReboundAreReadByAllWorkers() {
        float[][] numbers = new float[2][];
        for (int k = 0; k < 2; k++) {
            try (Store store = new Store(new NovoGrad(0.01), Kind.NATIVE, SIZES)) {
                int threads = 1 + 2 * k;
                TensorPass pass = store.pass(Lanes.PLAIN, threads);
                Work.Worker[] workers = Stream.generate(pass::worker).limit(threads).toArray(Work.Worker[]::new);
                List<MemoryPlane> elsewhere = SIZES.stream().<MemoryPlane>map(size -> {
                    F32Native plane = new F32Native(store.arena.allocate(4L * size));
                    plane.fill(size, size);
                    return plane;
                }).toList();
                pass.readGradients(elsewhere);
                store.numbers.step(1, 0.01, 0.01);
                pass.prepare();
                shuffled(new Random(1)).run(pass, workers);
                numbers[k] = store.numbers();
                assertEquals(100 * 100 * 100, store.states.plane(1, 0).get(0), "v of the first tensor");
            }
        }
        assertArrayEquals(numbers[0], numbers[1]);
    }

    @Test
    void aStepOnSeveralThreadsAllocatesNothing() {
        Set<Thread> threads = Thread.getAllStackTraces().keySet();
        try (Store store = new Store(new TwoNorms(0.01), Kind.OWNED, SIZES); Crew crew = new Crew(2)) {
            Thread[] others = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("lanewise-1") && !threads.contains(thread)).toArray(Thread[]::new);
            TensorPass pass = store.pass(Lanes.PLAIN, 2);
            Work.Worker[] workers = {pass.worker(), pass.worker()};
            assertEquals(0, Garbage.of(() -> {
                store.numbers.step(2, 0.01, 0.01);
                pass.prepare();
                crew.run(pass, workers);
            }, others));
            assertEquals(1, others.length);
        }
    }
}
