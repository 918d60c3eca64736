package org.lanewise.bench.work;

import java.util.concurrent.TimeUnit;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.Tensor;
import org.lanewise.Width;
import org.lanewise.tool.StoreKind;
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

/** Steps of an optimizer: with vectors, and at {@link Width#SCALAR} the plain loop over separate arrays with one index. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = {JvmFlags.MODULE, JvmFlags.NATIVE_ACCESS, JvmFlags.UNSAFE, JvmFlags.VECTORS_FIRST})
public class StepBenchmark {
    /** Name of a rule in {@link Workload#rules}. */
    @Param("Adam")
    public String rule;

    /** How planes are kept. */
    @Param("F32_NATIVE")
    public StoreKind storage;

    /** Width of the kernel. */
    @Param("BITS_256")
    public Width width;

    /** Number of parameters, for each thread. */
    @Param("4096")
    public int n;

    /** Number of threads. */
    @Param("1")
    public int threads;

    /** Whether other code and kernels of all storages and widths have run in this JVM. */
    @Param("false")
    public boolean polluted;

    private ParameterStore store;
    private Optimizer optimizer;
    private Numbers numbers;
    private boolean looksAhead;
    private boolean isProbe;

    /** Makes the optimizer, and steps until it is compiled. */
    @Setup(Level.Trial)
    public void start() {
        make();
        fill();
        if (width != Width.SCALAR) {
            WarmUp.run(this::step, n);
        }
    }

    void make() {
        Rule made = Workload.rule(rule);
        if (polluted) {
            Pollution.run(made);
        }
        store = storage.builder().tensor("w", Workload.shape(n)).build();
        optimizer = Optimizer.of(made, store, width);
        looksAhead = made.lookAhead().isPresent();
        isProbe = made instanceof Probe;
        numbers = new Numbers(tensor(), made, storage.isNative());
    }

    /** Starts each iteration from the same numbers. */
    @Setup(Level.Iteration)
    public void fill() {
        numbers.fill();
    }

    /** Makes sure that ordinary numbers were worked on. */
    @TearDown(Level.Iteration)
    public void check() {
        if (!isProbe) {
            numbers.requireNormal();
        }
    }

    /** Frees native memory. */
    @TearDown(Level.Trial)
    public void close() {
        numbers.close();
        store.close();
    }

    /** One step of all threads. */
    @Benchmark
    public void step(Barrier barrier, Control control) {
        step();
        if (threads > 1) {
            barrier.await(threads, control);
        }
    }

    /** One step, with the look ahead of rules that have one. */
    void step() {
        if (looksAhead) {
            optimizer.lookAhead();
        }
        optimizer.step();
    }

    Tensor tensor() {
        return store.tensor("w");
    }
}
