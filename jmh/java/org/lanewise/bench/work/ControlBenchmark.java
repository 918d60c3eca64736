package org.lanewise.bench.work;

import java.util.concurrent.TimeUnit;
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

/** Steps of loops written out by hand. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = {JvmFlags.MODULE, JvmFlags.NATIVE_ACCESS, JvmFlags.UNSAFE})
public class ControlBenchmark {
    /** Which loop. */
    public enum Loop {
        /** Vector API over arrays. */
        VECTOR_HEAP,
        /** Vector API over 64-byte aligned native memory. */
        VECTOR_NATIVE,
        /** Plain Java over arrays. */
        PLAIN_HEAP
    }

    /** Sgd, Adam or a stream. */
    @Param("Adam")
    public String rule;

    /** Which loop. */
    @Param("VECTOR_NATIVE")
    public Loop loop;

    /** Number of parameters. */
    @Param("4096")
    public int n;

    private HandLoop control;
    private float[] parameters;
    private float[] gradients;

    /**
     * Makes the loop, and steps until it is compiled: three iterations, since what comes between two makes C2 give up the loop over native
     * memory at first, and a step of 64 Ki then takes 10 ms for half a second.
     */
    @Setup(Level.Trial)
    public void start() {
        make();
        for (int iteration = 0; iteration < 3; iteration++) {
            fill();
            if (loop != Loop.PLAIN_HEAP) {
                WarmUp.run(control::step, n);
            }
            check();
        }
    }

    void make() {
        int period = Math.min(n, Workload.PERIOD);
        parameters = Workload.parameters(period);
        gradients = Workload.gradients(period);
        control = HandLoop.of(rule, loop, n);
    }

    /** Starts each iteration from the same numbers. */
    @Setup(Level.Iteration)
    public void fill() {
        control.fill(parameters, gradients);
    }

    /** Makes sure that ordinary numbers were worked on. */
    @TearDown(Level.Iteration)
    public void check() {
        for (float[] plane : control.planes(parameters.length)) {
            Workload.requireNormal("plane", plane, plane.length);
        }
    }

    /** One step. */
    @Benchmark
    public void step() {
        control.step();
    }

    float[][] planes() {
        return control.planes(n);
    }
}
