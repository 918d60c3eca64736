package org.lanewise;

import org.lanewise.bench.work.Pollution;
import org.lanewise.rule.Adam;
import org.lanewise.verify.Values;

/** Prints the time of a native step before and after other code used vectors on heap segments; a program of its own. */
final class PollutedSteps {
    private static final int N = 4_096;
    private static final int STEPS = 2_000;

    private PollutedSteps() {}

    /** {@code first}: other code runs before anything else, and only the time after is printed. */
    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals("first")) {
            Pollution.foreignCode();
            System.out.println(nanosPerStep());
        } else {
            double clean = nanosPerStep();
            Pollution.foreignCode();
            System.out.println(clean + " " + nanosPerStep());
        }
    }

    private static double nanosPerStep() {
        try (ParameterStore store = ParameterStore.builder().nativeMemory().tensor("w", N).build()) {
            store.tensor("w").gradient().copyFrom(Values.NORMAL.array(N, 1));
            Optimizer optimizer = Optimizer.of(new Adam(1e-3), store);
            double best = Double.MAX_VALUE;
            for (int sample = 0; sample < 20; sample++) {
                long start = System.nanoTime();
                for (int i = 0; i < STEPS; i++) {
                    optimizer.step();
                }
                best = Math.min(best, (double) (System.nanoTime() - start) / STEPS);
            }
            return best;
        }
    }
}
