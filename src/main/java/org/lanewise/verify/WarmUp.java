package org.lanewise.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.lanewise.Rule;
import org.lanewise.Width;
import org.lanewise.check.HotSpot;
import org.lanewise.kernel.Shape;

/**
 * Steps that are not compared, until C2 has compiled what some cells run. HotSpot gives a method to C2 once it was called often, or less
 * often with many iterations. Calls are short here, so that on-stack replacement, which takes 40,000 iterations, does not come first.
 */
final class WarmUp {
    /** Iterations of a vector loop in a call, and looks at what is compiled until a loop was called often enough. */
    private static final int ITERATIONS = 32, LOOKS = 2;

    /** Rows shorter than sums over rows have lanes, and as long as two groups of those, with tails at every width. */
    private static final List<Shape> ROWS = List.of(new Shape(1, 2, 7), new Shape(1, 2, 15), new Shape(1, 1, 527));
    private static final List<Shape> ROWS_OF_PLAIN_LOOPS = List.of(new Shape(1, 2, 15), new Shape(1, 1, 65));

    /** C2 takes up to a second for a loop while all cores are busy. */
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int PAUSE_NANOS = 5_000_000;

    private final List<Exercise> left = new ArrayList<>();

    /** What one cell repeats, and how often it has done so. */
    private static final class Exercise {
        private final Cell cell;
        private final List<Numbers> numbers;
        private final int steps;
        private int done;

        Exercise(Cell cell, Rule rule, long seed) {
            this.cell = cell;
            int lanes = cell.width().bits() / Float.SIZE;
            boolean plain = cell.width() == Width.SCALAR;
            List<Shape> shapes = Equivalence.needsWholeTensors(rule) ? plain ? ROWS_OF_PLAIN_LOOPS : ROWS
                    : List.of(new Shape(1, 1, plain ? ITERATIONS : ITERATIONS * lanes + lanes - 1));
            this.numbers = shapes.stream().flatMap(shape -> Stream.of(Values.values())
                    .map(values -> Numbers.of(rule, values, shape, Equivalence.STEPS, seed))).toList();
            this.steps = shapes.size() * callsUntilCompiled(plain ? ITERATIONS : lanes - 1);
        }

        void advance() {
            int times = Math.ceilDiv(steps, LOOKS * numbers.size() * Equivalence.STEPS);
            numbers.forEach(each -> cell.exercise(each, times));
            done += times * numbers.size() * Equivalence.STEPS;
        }

        /** Twice as often as it should take. */
        boolean isFinished() {
            return done >= 2 * steps;
        }
    }

    private WarmUp(List<Cell> cells, Rule rule, long seed) {
        cells.forEach(cell -> left.add(new Exercise(cell, rule, seed)));
    }

    /** The loops that are then compiled: all of the cells, unless C2 does not take them. */
    static Map<String, String> run(List<Cell> cells, Rule rule, long seed) {
        return new WarmUp(cells, rule, seed).run();
    }

    private Map<String, String> run() {
        long end = System.nanoTime() + LONGEST_NANOS;
        while (true) {
            List<Exercise> unfinished = left.stream().filter(exercise -> !exercise.isFinished()).toList();
            unfinished.forEach(Exercise::advance);
            boolean idle = !CompiledCode.isCompiling();
            Map<String, String> compiled = CompiledCode.loops();
            left.removeIf(exercise -> compiled.keySet().containsAll(exercise.cell.loops()));
            if (left.isEmpty() || unfinished.isEmpty() && idle || System.nanoTime() > end) {
                return compiled;
            }
            if (unfinished.isEmpty()) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** By HotSpot's rule for C2, after some 200 calls in the interpreter if there are other tiers. */
    private static int callsUntilCompiled(int iterations) {
        int often = HotSpot.flag("Tier4InvocationThreshold", 5_000);
        int least = HotSpot.flag("Tier4MinInvocationThreshold", 600);
        int iterated = HotSpot.flag("Tier4CompileThreshold", 15_000) / (iterations + 1);
        int before = HotSpot.hasTiers() ? HotSpot.flag("Tier3InvocationThreshold", 200) : 0;
        return before + Math.min(often, Math.max(least, iterated));
    }
}
