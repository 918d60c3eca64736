package org.lanewise.bench.work;

import java.util.Arrays;
import org.lanewise.tool.Json;

/**
 * Times steps in a JVM that was started for that, from the first one on, and prints a line of JSON. Nothing here uses lambdas or loads
 * classes before the last step: what these take is none of the steps'.
 */
public final class Stepping {
    /** Steps that are timed in all cases. */
    private static final int LEAST_STEPS = 1_000;
    private static final int MOST_STEPS = 1 << 22;
    /** How many times as long as asked for these may take. */
    private static final int PATIENCE = 4;
    private static final int STEPS_OF_SPREAD = 100_000;
    private static final int CALIBRATIONS = 200, SPINS = 1_000;
    private static final double SECOND = 1e9;

    /** What is made, and then steps. */
    public interface Maker {
        /** Makes it, with parameters, states and gradients of its own. */
        Runnable make();
    }

    private Stepping() {}

    /**
     * Prints {@link StartTimes}.
     *
     * @param maker makes what steps
     * @param seconds how long to step
     */
    public static void printStart(Maker maker, double seconds) {
        long[] nanos = new long[MOST_STEPS];
        long start = System.nanoTime();
        Runnable step = maker.make();
        long begin = System.nanoTime();
        long make = begin - start;
        long end = begin + (long) (seconds * SECOND), last = begin + (long) (PATIENCE * seconds * SECOND);
        int steps = 0;
        for (long now = begin; steps < MOST_STEPS && now < last && (steps < LEAST_STEPS || now < end);) {
            step.run();
            long after = System.nanoTime();
            nanos[steps++] = after - now;
            now = after;
        }
        long before = System.nanoTime();
        maker.make();
        long again = System.nanoTime() - before;
        print(StartTimes.of(make, again, Arrays.copyOf(nanos, steps), ProcessorTimes.now().own()));
    }

    /**
     * Prints {@link Spreads} of steps that run at full speed.
     *
     * @param maker makes what steps
     * @param seconds half of how long to step before
     */
    public static void printSpreads(Maker maker, double seconds) {
        Runnable step = maker.make();
        for (long end = System.nanoTime() + (long) (2 * seconds * SECOND); System.nanoTime() < end;) {
            step.run();
        }
        Spread steps = Spread.of(timed(step));
        Spin spin = new Spin();
        spin.last((long) steps.p50());
        print(new Spreads(steps, Spread.of(timed(spin)), ProcessorTimes.now().own()));
    }

    private static long[] timed(Runnable step) {
        long[] nanos = new long[STEPS_OF_SPREAD];
        long now = System.nanoTime();
        for (int k = 0; k < nanos.length; k++) {
            step.run();
            long after = System.nanoTime();
            nanos[k] = after - now;
            now = after;
        }
        return nanos;
    }

    /** A line that begins with a brace, also where a library has printed something without an end of line. */
    private static void print(Object times) {
        System.out.println();
        System.out.println(Json.FOR_PAGE.toJson(times));
    }

    /** A loop that only computes: what its calls take longer is the machine's doing. */
    private static final class Spin implements Runnable {
        private long loops = SPINS;
        private long sum;

        /** Sets the loops so that a call takes about so long. */
        void last(long nanos) {
            for (int trial = 0; trial < CALIBRATIONS; trial++) {
                long start = System.nanoTime();
                run();
                long took = Math.max(1, System.nanoTime() - start);
                loops = Math.clamp(loops * nanos / took, 1, 2 * loops + SPINS);
            }
        }

        @Override
        public void run() {
            for (long k = loops; k > 0; k--) {
                sum = sum * 31 + k;
            }
        }
    }
}
