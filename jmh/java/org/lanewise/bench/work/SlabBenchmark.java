package org.lanewise.bench.work;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.lanewise.Rule;
import org.lanewise.kernel.Kernel;
import org.lanewise.splicer.GradientForm;
import org.lanewise.splicer.Layout;
import org.lanewise.splicer.SplicedKernels;
import org.lanewise.storage.F32Heap;
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

/** Steps of the plain loop over one array that holds all planes, each from its own offset on. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = {JvmFlags.MODULE, JvmFlags.NATIVE_ACCESS, JvmFlags.UNSAFE, JvmFlags.VECTORS_FIRST})
public class SlabBenchmark {
    private static final int BITS_UNUSED = 128;
    private static final int BLOCK = 1 << 14;
    private static final int FIRST = 16;

    /** Name of a rule in {@link Workload#rules}. */
    @Param("Adam")
    public String rule;

    /** Number of parameters. */
    @Param("4096")
    public int n;

    private Rule made;
    private Kernel update;
    private Kernel lookAhead;
    private float[] slab;
    private F32Heap[] planes;
    private float[] parameters;
    private float[] gradients;
    private float[] scratch;
    private long steps;

    /** Makes slab and loops. */
    @Setup(Level.Trial)
    public void make() {
        made = Workload.rule(rule);
        if (!Workload.isElementwise(made)) {
            throw new IllegalArgumentException("a slab has loops over single elements only, got " + made);
        }
        int period = Math.min(n, Workload.PERIOD);
        parameters = Workload.parameters(period);
        gradients = Workload.gradients(period);
        scratch = new float[period];
        int count = 2 + made.states().size();
        slab = new float[FIRST + count * n];
        planes = new F32Heap[count];
        for (int k = 0; k < count; k++) {
            planes[k] = new F32Heap(slab, FIRST + (long) k * n);
        }
        update = executed(made.kernel());
        lookAhead = made.lookAhead().map(this::executed).orElse(null);
    }

    private Kernel executed(Kernel written) {
        List<Layout> layouts = Collections.nCopies(planes.length, new Layout(F32Heap.class, false));
        return SplicedKernels.of(written, made, layouts, BITS_UNUSED, GradientForm.PLAIN);
    }

    /** Starts each iteration from the same numbers. */
    @Setup(Level.Iteration)
    public void fill() {
        Workload.repeat(parameters, slab, FIRST, n);
        Workload.repeat(gradients, slab, FIRST + n, n);
        for (int k = 2; k < planes.length; k++) {
            Rule.State state = made.states().get(k - 2);
            if (state.name().equals(Workload.LAST_GRADIENT)) {
                Workload.repeat(gradients, slab, FIRST + k * n, n);
            } else {
                planes[k].fill(state.initialValue(), n);
            }
        }
    }

    /** Makes sure that ordinary numbers were worked on. */
    @TearDown(Level.Iteration)
    public void check() {
        for (int k = 0; k < planes.length; k++) {
            planes[k].copyTo(0, scratch, 0, scratch.length);
            Workload.requireNormal("plane " + k, scratch, scratch.length);
        }
    }

    /** One step, with the look ahead of rules that have one. */
    @Benchmark
    public void step() {
        steps++;
        if (lookAhead != null) {
            run(lookAhead);
        }
        run(update);
    }

    private void run(Kernel kernel) {
        kernel.prepare(steps, made.learningRate());
        for (int from = 0; from < n; from += BLOCK) {
            kernel.scalar(planes, from, Math.min(from + BLOCK, n));
        }
    }

    float[] plane(int k) {
        float[] values = new float[n];
        planes[k].copyTo(0, values, 0, n);
        return values;
    }
}
