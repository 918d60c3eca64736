package org.lanewise.bench.peers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    void aRecipeThatClipsScalesGradientsToTheNorm() {
        float[] w = Data.parameters(N), g = new float[N];
        Recipe.ClippedAdamW recipe = (Recipe.ClippedAdamW) Recipe.byRule().get("ClippedAdamW");
        Optimizer optimizer = Optimizer.builder(ParameterStore.wrap(w, g)).rule(LanewiseRival.rule(recipe.adamW()))
                .clipNorm(recipe.maxNorm()).build();
        LanewiseRival rival = new LanewiseRival(recipe, StoreKind.F32_NATIVE, N);
        rival.setParameters(w);
        for (int step = 1; step <= 5; step++) {
            System.arraycopy(Data.gradients(N, step), 0, g, 0, N);
            assertTrue(optimizer.step().clipFactor() < 0.5);
            rival.setGradients(Data.gradients(N, step));
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
        benchmark.create(N);
        benchmark.restart();
        benchmark.step();
        benchmark.check();
        Arrays.fill(benchmark.start, Float.NaN);
        benchmark.restart();
        assertThrows(IllegalStateException.class, benchmark::check);
        benchmark.close();
    }

    @Test
    void callersShareAnyNumberOfParameters() {
        for (int n : new int[] {3, 4096, 4097, 1_000_003}) {
            for (int callers = 1; callers <= 3; callers++) {
                int[] shares = new int[callers];
                int size = n, count = callers;
                Arrays.setAll(shares, caller -> RivalBenchmark.share(size, count, caller));
                assertEquals(n, Arrays.stream(shares).sum());
                assertTrue(Arrays.stream(shares).max().orElseThrow() - Arrays.stream(shares).min().orElseThrow() <= 1);
            }
        }
    }
}
