package org.lanewise.bench.peers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.tool.StoreKind;

/** What is timed of Lanewise among its rivals is the rule of the recipe, from the same numbers in each iteration. */
class RivalBenchmarkTest {
    private static final int N = 100;

    @ParameterizedTest
    @ValueSource(strings = {"Adam", "AdamW", "Momentum", "Sgd", "RmsProp", "Adagrad"})
    void stepsTheRuleOfTheRecipe(String rule) {
        float[] w = Data.parameters(N);
        ParameterStore store = ParameterStore.wrap(w, Data.gradients(N, 1));
        Optimizer optimizer = Optimizer.of(LanewiseRival.rule(Recipe.byRule().get(rule)), store);
        LanewiseRival rival = new LanewiseRival(Recipe.byRule().get(rule), StoreKind.F32_NATIVE, N);
        rival.setGradients(Data.gradients(N, 1));
        rival.setParameters(Data.parameters(N));
        for (int step = 0; step < 5; step++) {
            optimizer.step();
            rival.step();
        }
        assertArrayEquals(w, rival.parameters());
        rival.close();
    }

    @Test
    void parametersThatAreNotFiniteAreRefused() {
        RivalBenchmark benchmark = new RivalBenchmark();
        benchmark.peer = Peer.LANEWISE;
        benchmark.rule = "Adam";
        benchmark.n = N;
        benchmark.threads = 1;
        benchmark.create();
        benchmark.restart();
        benchmark.step();
        benchmark.check();
        Arrays.fill(benchmark.start, Float.NaN);
        benchmark.restart();
        assertThrows(IllegalStateException.class, benchmark::check);
        benchmark.close();
    }
}
