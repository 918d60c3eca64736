package org.lanewise.bench.work;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.lanewise.Average;
import org.lanewise.Group;
import org.lanewise.LossScaler;
import org.lanewise.Optimizer;
import org.lanewise.OptimizerBuilder;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Slice;
import org.lanewise.Tensor;
import org.lanewise.rule.AdamW;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.Control;

/**
 * Whole training steps in native memory: a loss scale taken from gradients, their global norm clipped, AdamW, gradients cleared, an
 * average. Gradients are written again before every 256th step: with zeros in between, running means fall no further than 1e-17.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = {JvmFlags.MODULE, JvmFlags.NATIVE_ACCESS, JvmFlags.UNSAFE, JvmFlags.VECTORS_FIRST})
public class PipelineBenchmark {
    /** What makes the step. */
    public enum Way {
        /** Lanewise, with threads of its own if there are several. */
        FUSED(44),
        /** Passes by hand, what gradients are multiplied by in one. */
        PASSES(56),
        /** Passes by hand as PyTorch has them. */
        TORCH_PASSES(64),
        /** As many bytes as Lanewise moves, in as many planes. */
        STREAM(44);

        private final int bytes;

        Way(int bytes) {
            this.bytes = bytes;
        }

        /** Bytes that it reads and writes for each parameter. */
        public int bytes() {
            return bytes;
        }
    }

    /** Of planes of floats, for each parameter. */
    public static final int PLANE_BYTES = 5 * Float.BYTES;

    /**
     * Up to so many parameters gradients are written before each step, as a backward pass does, and in all ways: cleared ones would be
     * zeros, of which a norm takes a second look at what may have vanished. Beyond, where that look costs nothing and writing would cost
     * much, seldom.
     */
    private static final int REFILLED_ALWAYS = 1 << 20;

    private static final int REFILLED_EVERY = 256;
    private static final int COMPARED = 1003, COMPARED_STEPS = 4;

    /** What makes the step. */
    @Param("FUSED")
    public Way way;

    /** Number of parameters, for each thread of the benchmark. */
    @Param("4096")
    public int n;

    /** Number of tensors, which share the parameters alike. */
    @Param("1")
    public int tensors;

    /** Number of groups that the tensors belong to in turn: 1 or 2. */
    @Param("1")
    public int groups;

    /** Number of threads. */
    @Param("1")
    public int threads;

    private ParameterStore store;
    private Optimizer optimizer;
    private PipelineControl control;
    private float[] parameters;
    private float[] gradients;
    /** Kept, so that a look at the numbers and new gradients leave no garbage that a step would be blamed for. */
    private MemorySegment[] looked;
    private MemorySegment[] refilled;
    private float[] scratch;
    private int sinceFill;

    /** Makes sure that all ways do the same, and steps until all is compiled. */
    @Setup(Level.Trial)
    public void start() {
        if (way == Way.PASSES || way == Way.TORCH_PASSES) {
            requireSameBits(way);
        }
        make();
        for (int iteration = 0; iteration < 3; iteration++) {
            fill();
            WarmUp.run(this::step, n);
            check();
        }
    }

    void make() {
        choose();
        if (way == Way.FUSED) {
            store = store();
            optimizer = builder(store).build();
        } else {
            control = new PipelineControl(n);
        }
        keep();
    }

    private void keep() {
        if (way == Way.FUSED) {
            Tensor first = store.tensors().getFirst();
            looked = Stream.of(first.parameter(), first.gradient(), first.state("m"), first.state("v"), first.state("average"))
                    .map(Slice::segment).toArray(MemorySegment[]::new);
            refilled = store.tensors().stream().map(tensor -> tensor.gradient().segment()).toArray(MemorySegment[]::new);
        } else {
            looked = control.planes();
            refilled = new MemorySegment[] {looked[1]};
        }
        scratch = new float[Math.min(n / tensors, Workload.PERIOD)];
    }

    private void choose() {
        int period = Math.min(n, Workload.PERIOD);
        parameters = Workload.parameters(period);
        gradients = Workload.gradients(period);
        for (int i = 0; i < period; i++) {
            gradients[i] *= PipelineControl.SCALE;
        }
    }

    private ParameterStore store() {
        ParameterStoreBuilder builder = ParameterStore.builder().nativeMemory();
        for (int k = 0; k < tensors; k++) {
            builder.tensor("w" + k, n / tensors);
        }
        return builder.build();
    }

    private OptimizerBuilder builder(ParameterStore store) {
        OptimizerBuilder builder = Optimizer.builder(store)
                .rule(new AdamW(PipelineControl.LEARNING_RATE).withWeightDecay(PipelineControl.WEIGHT_DECAY))
                .lossScaler(new LossScaler().withInitialScale(PipelineControl.SCALE).withGrowthInterval(Integer.MAX_VALUE))
                .clipNorm(PipelineControl.LIMIT).clearGradients(true).average(Average.ema(PipelineControl.DECAY)).parallelism(threads);
        return groups == 1 ? builder : builder.group(Group.of("odd", PipelineBenchmark::isOdd).withWeightDecay(0));
    }

    private static boolean isOdd(Tensor tensor) {
        return Integer.parseInt(tensor.name().substring(1)) % 2 == 1;
    }

    /** Starts each iteration from the same numbers. */
    @Setup(Level.Iteration)
    public void fill() {
        sinceFill = 0;
        if (way != Way.FUSED) {
            control.fill(parameters, gradients);
            return;
        }
        store.tensors().forEach(tensor -> {
            repeat(parameters, tensor.parameter());
            List.of("m", "v").forEach(state -> tensor.state(state).fill(0));
        });
        fillGradients();
    }

    private void fillGradients() {
        for (MemorySegment each : refilled) {
            Workload.repeat(gradients, each, n / tensors);
        }
    }

    private static void repeat(float[] numbers, Slice slice) {
        Workload.repeat(numbers, slice.segment(), (int) slice.size());
    }

    /** Makes sure that ordinary numbers were worked on. */
    @TearDown(Level.Iteration)
    public void check() {
        for (int k = 0; k < looked.length && way != Way.STREAM; k++) {
            MemorySegment.copy(looked[k], ValueLayout.JAVA_FLOAT, 0, scratch, 0, scratch.length);
            Workload.requireNormal("plane " + k, scratch, scratch.length);
        }
    }

    private float[][] planes() {
        return Stream.of(looked).map(plane -> Workload.first(plane, scratch.length)).toArray(float[][]::new);
    }

    /** Ends threads and frees native memory. */
    @TearDown(Level.Trial)
    public void close() {
        if (way == Way.FUSED) {
            optimizer.close();
            store.close();
        }
    }

    /** One step of all threads. */
    @Benchmark
    public void step(Barrier barrier, Control jmh) {
        step();
        if (threads > 1 && way != Way.FUSED) {
            barrier.await(threads, jmh);
        }
    }

    void step() {
        if (++sinceFill % REFILLED_EVERY == 0 || n <= REFILLED_ALWAYS) {
            fillGradients();
        }
        switch (way) {
            case FUSED -> optimizer.step();
            case PASSES -> control.step();
            case TORCH_PASSES -> control.stepInTorchsPasses();
            case STREAM -> control.stream();
        }
    }

    /** Steps Lanewise and a way by hand, by the norm of the latter, whose sum is another one; throws unless all planes are equal. */
    static void requireSameBits(Way way) {
        PipelineBenchmark hand = new PipelineBenchmark(), fused = new PipelineBenchmark();
        hand.way = way;
        fused.way = Way.FUSED;
        for (PipelineBenchmark one : List.of(hand, fused)) {
            one.n = COMPARED;
            one.tensors = one.groups = one.threads = 1;
        }
        hand.make();
        fused.choose();
        fused.store = fused.store();
        OptimizerBuilder builder = fused.builder(fused.store).globalNorm(norm -> nearly(norm, hand.control.norm()));
        try (ParameterStore _ = fused.store; Optimizer optimizer = builder.build()) {
            fused.optimizer = optimizer;
            fused.keep();
            hand.fill();
            fused.fill();
            for (int step = 1; step <= COMPARED_STEPS; step++) {
                hand.step();
                fused.step();
                if (!Arrays.deepEquals(hand.planes(), fused.planes())) {
                    throw new IllegalStateException(way + " must leave the bits of Lanewise in step " + step);
                }
                hand.fillGradients();
                fused.fillGradients();
            }
        }
    }

    private static double nearly(double ours, double byHand) {
        if (!(Math.abs(ours - byHand) <= 1e-6 * ours)) {
            throw new IllegalStateException("norm by hand must be " + ours + ", got " + byHand);
        }
        return byHand;
    }
}
