package org.lanewise.bench.work;

import java.util.concurrent.TimeUnit;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.Slice;
import org.lanewise.Tensor;
import org.lanewise.Width;
import org.lanewise.verify.StoreKind;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Steps of an optimizer: with vectors, and at {@link Width#SCALAR} the plain loop over separate arrays with one index. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
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

    /** Whether other code and kernels of all storages and widths have run in this JVM. */
    @Param("false")
    public boolean polluted;

    private ParameterStore store;
    private Optimizer optimizer;
    private boolean looksAhead;
    private boolean isProbe;
    private float[] parameters;
    private float[] gradients;

    /** Makes the optimizer. */
    @Setup(Level.Trial)
    public void make() {
        Rule made = Workload.rule(rule);
        if (polluted) {
            Pollution.run(made);
        }
        parameters = Workload.parameters(n);
        gradients = Workload.gradients(n);
        store = storage.builder().tensor("w", Workload.shape(n)).build();
        optimizer = Optimizer.of(made, store, width);
        looksAhead = made.lookAhead().isPresent();
        isProbe = made instanceof Probe;
    }

    /** Starts each iteration from the same numbers. */
    @Setup(Level.Iteration)
    public void fill() {
        Tensor tensor = tensor();
        tensor.parameter().copyFrom(parameters);
        tensor.gradient().copyFrom(gradients);
        for (Rule.State state : optimizer.rule().states()) {
            Slice slice = tensor.state(state.name());
            if (state.name().equals(Workload.LAST_GRADIENT)) {
                slice.copyFrom(gradients);
            } else {
                slice.fill(state.initialValue());
            }
        }
    }

    /** Makes sure that ordinary numbers were worked on. */
    @TearDown(Level.Iteration)
    public void check() {
        if (!isProbe) {
            requireNormal("parameter", tensor().parameter());
            optimizer.rule().states().forEach(state -> requireNormal(state.name(), tensor().state(state.name())));
        }
    }

    /** Frees native memory. */
    @TearDown(Level.Trial)
    public void close() {
        store.close();
    }

    /** One step, with the look ahead of rules that have one. */
    @Benchmark
    public void step() {
        if (looksAhead) {
            optimizer.lookAhead();
        }
        optimizer.step();
    }

    Tensor tensor() {
        return store.tensor("w");
    }

    private void requireNormal(String name, Slice slice) {
        float[] values = new float[(int) slice.size()];
        slice.copyTo(values);
        Workload.requireNormal(name, values);
    }
}
