package org.lanewise.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lanewise.Rule;
import org.lanewise.Storage;
import org.lanewise.Width;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Shape;
import org.lanewise.storage.ChunkPlane;

/**
 * Shows whether a rule, the library's or one of your own, gives the same bits on this CPU however it is executed:
 * <pre>{@code
 * Equivalence.Result result = Equivalence.of(new SignDescent(0.1)).check();
 * if (!result.isEqual()) {
 *     result.firstDifferences().forEach(System.err::println);
 * }
 * }</pre>
 *
 * <p>The reference is the rule's plain Java loop as it is written, over plain objects. Executed kernels of every {@link Place} and every
 * width this CPU and JVM have start from the same numbers, of every kind of {@link Values} (tensors of fewer than 64 or more than 4,096
 * parameters: mixed ones only), and after each step every parameter, gradient and state is compared: zeros by sign, {@code NaN} by kind,
 * all others by bits. Gradients change with every step, and before the last step but one the states are replaced by numbers of the same
 * kind as well. At the first step that differs a run ends.
 *
 * <p>Until C2 has compiled a loop, its vector operations are Java code of the JDK, not the CPU's instructions. {@link #check} neither
 * waits for C2 nor asks it, so the first check in a JVM compares both kinds of code. The command {@code verify} checks until the JVM lists
 * all {@link Tally#loops} as compiled by C2 before a check and still, by the same compilation, after it, and counts that check only. Its
 * flags make C2 compile a loop after some dozen calls, and the caller wait for it: C2 is the same, the profile it compiles from is shorter.
 *
 * <p>Immutable; instances may check on several threads at once.
 *
 * @param rule what to verify
 * @param maximize whether the optimizer maximizes
 * @param flushSubnormals whether the optimizer stores zeros instead of subnormal states
 * @param shapes shapes of the tensors to step, one after the other, each with at least one element
 * @param steps steps of each run, at least 1; tensors of more than 4,096 parameters take three at most
 * @param seed chooses the numbers
 */
public record Equivalence(Rule rule, boolean maximize, boolean flushSubnormals, List<Shape> shapes, int steps, long seed) {
    /** Every length up to three vectors of 512 bits and one element; more for kernels to be compiled; more than a block, with a tail. */
    private static final List<Shape> VECTORS_AND_MATRICES = Stream.concat(
            IntStream.rangeClosed(1, 49).boxed(), Stream.of(100, 1_003, (1 << 14) + 253)).map(Equivalence::matrix).toList();

    /** Rows that end before, at and after the end of a chunk, several matrices, rows longer than a block (16,384). */
    private static final List<Shape> MATRICES = List.of(new Shape(1, 3, ChunkPlane.SIZE - 1), new Shape(1, 3, ChunkPlane.SIZE),
            new Shape(1, 3, ChunkPlane.SIZE + 1), new Shape(2, 17, 65), new Shape(1, 2, (1 << 14) + 129));

    /** Runs of fewer or more parameters are of mixed numbers only, and those of more are short: they are many, or take time. */
    private static final int SHORT = 64, LONG = 4_096;

    /** RAdam first divides in its sixth step. */
    private static final int STEPS = 7;

    /** What more parameters add are blocks and chunks, which are the same in every step. */
    private static final int STEPS_IF_LONG = 3;

    /**
     * Checks shapes and steps.
     *
     * @throws IllegalArgumentException if there is no shape, one of them has no elements, or steps are below 1
     */
    public Equivalence {
        Objects.requireNonNull(rule, "rule");
        shapes = List.copyOf(shapes);
        if (shapes.isEmpty()) {
            throw new IllegalArgumentException("shapes must be at least one, got none");
        }
        shapes.forEach(shape -> requirePositive("size of a shape", shape.size()));
        requirePositive("steps", steps);
    }

    /**
     * An optimizer that minimizes and keeps subnormal states, 52 sizes from 1 to 16,637 and, for a rule that depends on whole tensors,
     * five matrices more; 7 steps, seed 1.
     *
     * @param rule what to verify
     * @return a new instance
     */
    public static Equivalence of(Rule rule) {
        List<Shape> shapes = new ArrayList<>(VECTORS_AND_MATRICES);
        if (needsWholeTensors(rule)) {
            shapes.addAll(MATRICES);
        }
        return new Equivalence(rule, false, false, shapes, STEPS, 1);
    }

    static boolean needsWholeTensors(Rule rule) {
        return !rule.measures().isEmpty() || rule.states().stream().anyMatch(state -> state.extent() != Extent.PARAMETER);
    }

    /** As square as can be, with this many elements. */
    private static Shape matrix(int size) {
        int rows = (int) Math.sqrt(size);
        while (size % rows != 0) {
            rows--;
        }
        return new Shape(1, rows, size / rows);
    }

    /**
     * {@return the same of an optimizer that minimizes or maximizes}
     * @param maximize whether it maximizes
     */
    public Equivalence withMaximize(boolean maximize) {
        return new Equivalence(rule, maximize, flushSubnormals, shapes, steps, seed);
    }

    /**
     * {@return the same of an optimizer that stores zeros instead of subnormal states, or of one that does not}
     * @param flushSubnormals whether it stores zeros
     */
    public Equivalence withFlushSubnormals(boolean flushSubnormals) {
        return new Equivalence(rule, maximize, flushSubnormals, shapes, steps, seed);
    }

    /**
     * {@return the same with tensors of other shapes}
     * @param shapes each with at least one element
     */
    public Equivalence withShapes(Shape... shapes) {
        return new Equivalence(rule, maximize, flushSubnormals, List.of(shapes), steps, seed);
    }

    /**
     * {@return the same with tensors of other sizes, matrices as square as can be}
     * @param lengths numbers of parameters, each at least 1
     */
    public Equivalence withLengths(int... lengths) {
        for (int length : lengths) {
            requirePositive("length", length);
        }
        return new Equivalence(rule, maximize, flushSubnormals, Arrays.stream(lengths).mapToObj(Equivalence::matrix).toList(), steps, seed);
    }

    /**
     * {@return the same with another number of steps}
     * @param steps steps of each run, at least 1
     */
    public Equivalence withSteps(int steps) {
        return new Equivalence(rule, maximize, flushSubnormals, shapes, steps, seed);
    }

    /**
     * {@return the same with other numbers}
     * @param seed chooses them
     */
    public Equivalence withSeed(long seed) {
        return new Equivalence(rule, maximize, flushSubnormals, shapes, steps, seed);
    }

    /**
     * The widths that are checked.
     *
     * @return those this CPU and JVM have, plain loops first
     */
    public static List<Width> widths() {
        return Arrays.stream(Width.values()).filter(Width::isSupported).toList();
    }

    /**
     * How many elements {@link #check} compares if none differs.
     *
     * @return at least 1
     */
    public long comparisons() {
        long elements = shapes.stream().mapToLong(shape -> elements(shape) * kinds(shape).size() * steps(shape)).sum();
        return elements * (rule.lookAhead().isPresent() ? 2 : 1) * Place.values().length * widths().size();
    }

    private long elements(Shape shape) {
        return 2 * shape.size() + rule.states().stream().mapToLong(state -> shape.count(state.extent())).sum();
    }

    /**
     * Runs and compares all.
     *
     * @return what was compared, and what differed
     * @throws IllegalArgumentException if the rule's kernel is not of the form {@code Kernel} asks for
     * @throws IllegalStateException if the JVM was started without the module {@code jdk.incubator.vector}
     */
    public Result check() {
        return check(_ -> {});
    }

    /**
     * Runs and compares all.
     *
     * @param progress is told now and then how many elements were compared since it was told last; they sum up to the result's
     * @return what was compared, and what differed
     * @throws IllegalArgumentException if the rule's kernel is not of the form {@code Kernel} asks for
     * @throws IllegalStateException if the JVM was started without the module {@code jdk.incubator.vector}
     */
    public Result check(LongConsumer progress) {
        List<Cell> cells = new ArrayList<>();
        for (Place place : Place.values()) {
            widths().forEach(width -> cells.add(new Cell(rule, maximize, flushSubnormals, place, width)));
        }
        long told = 0;
        for (Shape shape : shapes) {
            for (Values values : kinds(shape)) {
                compare(Numbers.of(rule, values, shape, steps(shape), seed), cells);
                long now = cells.stream().mapToLong(cell -> cell.tally().comparisons()).sum();
                progress.accept(now - told);
                told = now;
            }
        }
        return new Result(cells.stream().map(Cell::tally).toList());
    }

    private int steps(Shape shape) {
        return shape.size() > LONG ? Math.min(steps, STEPS_IF_LONG) : steps;
    }

    private static List<Values> kinds(Shape shape) {
        return shape.size() < SHORT || shape.size() > LONG ? List.of(Values.MIXED) : List.of(Values.values());
    }

    private void compare(Numbers numbers, List<Cell> cells) {
        Map<List<Storage>, Reference> references = new LinkedHashMap<>();
        for (Cell cell : cells) {
            cell.compare(references.computeIfAbsent(cell.place().storages(),
                    storages -> Reference.of(rule, maximize, flushSubnormals, numbers, storages)));
        }
    }

    private static void requirePositive(String what, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(what + " must be at least 1, got " + value);
        }
    }

    /**
     * What came out.
     *
     * @param tallies one for each place and width; immutable
     */
    public record Result(List<Tally> tallies) {
        /** Copies the list. */
        public Result {
            tallies = List.copyOf(tallies);
        }

        /**
         * Number of elements compared.
         *
         * @return the sum over all places and widths
         */
        public long comparisons() {
            return tallies.stream().mapToLong(Tally::comparisons).sum();
        }

        /**
         * Number of elements that differed.
         *
         * @return the sum over all places and widths
         */
        public long differences() {
            return tallies.stream().mapToLong(Tally::differences).sum();
        }

        /**
         * Whether elements were compared and none differed.
         *
         * @return true if the rule gives the same bits in all places at all widths
         */
        public boolean isEqual() {
            return comparisons() > 0 && differences() == 0;
        }

        /**
         * The first differences of each place and width.
         *
         * @return empty if there are none
         */
        public List<Difference> firstDifferences() {
            return tallies.stream().flatMap(tally -> tally.first().stream()).toList();
        }
    }
}
