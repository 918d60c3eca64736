package org.lanewise.bench;

import java.util.concurrent.TimeUnit;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Width;
import org.lanewise.verify.RuleTable;
import org.lanewise.verify.StoreKind;
import org.openjdk.jmh.annotations.*;

@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StepBenchmark {
    @Param({"Adam"})
    public String rule;
    @Param({"F32_NATIVE"})
    public StoreKind storage;
    @Param({"BITS_256"})
    public Width width;
    @Param({"4096"})
    public int n;
    private Optimizer optimizer;
    @Setup(Level.Trial)
    public void setUp() {
        ParameterStore store = storage.builder().tensor("w", n).build();
        store.tensor("w").gradient().fill(0.01f);
        optimizer = Optimizer.of(RuleTable.firstOfEach().get(rule), store, width);
    }
    @Benchmark
    public void step() {
        optimizer.step();
    }
}
