package org.lanewise.distributed;

import java.util.Locale;
import org.lanewise.Optimizer;
import org.lanewise.OptimizerBuilder;
import org.lanewise.ParameterStore;
import org.lanewise.rule.AdamW;

/** Times steps of {@code AdamW} with clipping: of the processes that {@code mpirun} started, then of one of them by one and two threads. */
final class StepBench {
    private static final int STEPS = 20, ROUNDS = 5;

    private StepBench() {}

    /** Takes the number of parameters. */
    public static void main(String[] args) {
        long elements = Long.parseLong(args[0]);
        try (Communicator communicator = Communicator.mpi()) {
            double[] best = {Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE};
            for (int round = 0; round < ROUNDS; round++) {
                try (ParameterStore store = store(elements);
                        ShardedOptimizer optimizer = ShardedOptimizer.of(communicator, told(store))) {
                    best[0] = Math.min(best[0], millis(optimizer::step));
                }
                for (int threads = 1; threads <= 2 && communicator.rank() == 0; threads++) {
                    try (ParameterStore store = store(elements); Optimizer optimizer = told(store).parallelism(threads).build()) {
                        best[threads] = Math.min(best[threads], millis(optimizer::step));
                    }
                }
                communicator.barrier();
            }
            if (communicator.rank() == 0) {
                System.out.printf(Locale.ROOT,
                        "%d parameters: %d processes %.1f ms, one process with 1 thread %.1f ms, with 2 threads %.1f ms%n",
                        elements, communicator.size(), best[0], best[1], best[2]);
            }
        }
    }

    private static ParameterStore store(long elements) {
        ParameterStore store = ParameterStore.builder().nativeMemory().tensor("w", elements).build();
        store.tensor("w").gradient().fill(0.01f);
        return store;
    }

    private static OptimizerBuilder told(ParameterStore store) {
        return Optimizer.builder(store).rule(new AdamW(1e-3)).clipNorm(1);
    }

    /** The best of some steps. */
    private static double millis(Runnable step) {
        long best = Long.MAX_VALUE;
        for (int k = 0; k < STEPS; k++) {
            long began = System.nanoTime();
            step.run();
            best = Math.min(best, System.nanoTime() - began);
        }
        return best / 1e6;
    }
}
