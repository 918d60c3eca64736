package org.lanewise.bench.peers;

import java.util.concurrent.TimeUnit;
import org.lanewise.bench.work.Barrier;
import org.lanewise.bench.work.JvmFlags;
import org.lanewise.bench.work.WarmUp;
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
import org.openjdk.jmh.infra.ThreadParams;

/**
 * Steps of one rival. Its gradients are the same in each, so that its states stay normal numbers however often it steps; setting them again
 * where a step clears them is a part of it, as it is of a backward pass.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(jvmArgsAppend = {JvmFlags.MODULE, JvmFlags.NATIVE_ACCESS, JvmFlags.UNSAFE, JvmFlags.VECTORS_FIRST})
public class RivalBenchmark {
    @Param("LANEWISE")
    public Peer peer;
    @Param("Adam")
    public String rule;
    @Param("4096")
    public int n;
    @Param("1")
    public int threads;

    private Rival rival;
    private Recipe recipe;
    private int callers;
    float[] start;
    private float[] gradients;

    @Setup(Level.Trial)
    public void create(ThreadParams thread) {
        callers = peer.callers(threads);
        create(share(n, callers, thread.getThreadIndex()));
    }

    /** The parameters that one of the callers steps: as many as another's, or one more. */
    static int share(int n, int callers, int caller) {
        return n / callers + (caller < n % callers ? 1 : 0);
    }

    void create(int share) {
        start = Data.parameters(share);
        gradients = Data.gradients(share, 1);
        recipe = Recipe.byRule().get(rule);
        rival = peer.create(recipe, share, threads);
        rival.setGradients(gradients);
        if (peer.isLanewise()) {
            restart();
            WarmUp.run(this::step, share);
        }
    }

    @Setup(Level.Iteration)
    public void restart() {
        rival.setParameters(start);
    }

    /** With several callers, one step is over when each has done its part, as it is for libraries with threads of their own. */
    @Benchmark
    public void step(Barrier barrier, Control control) {
        step();
        if (callers > 1) {
            barrier.await(callers, control);
        }
    }

    void step() {
        if (recipe.clearsGradients()) {
            rival.setGradients(gradients);
        }
        rival.step();
    }

    @TearDown(Level.Iteration)
    public void check() {
        for (float value : rival.parameters()) {
            if (!Float.isFinite(value) || value != 0 && Math.abs(value) < Float.MIN_NORMAL) {
                throw new IllegalStateException("parameters of " + peer + " must stay finite and normal, got " + value);
            }
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        rival.close();
    }
}
