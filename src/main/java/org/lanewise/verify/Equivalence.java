package org.lanewise.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongConsumer;
import org.lanewise.Rule;
import org.lanewise.Storage;
import org.lanewise.Width;
import org.lanewise.kernel.Shape;

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
 * width this CPU and JVM have start from the same numbers, of every kind of {@link Values} (runs of more than 4,096 parameters: mixed
 * ones only), and after each step every parameter, gradient and state is compared: zeros by sign, {@code NaN} by kind, all others by
 * bits. Gradients change with every step, and before the last step but one the states are replaced by numbers of the same kind as well.
 * At the first step that differs a run ends.
 *
 * <p>Until C2 has compiled a kernel, its vector operations are Java code of the JDK, not the CPU's instructions. The default lengths
 * let each kernel run long enough for that under the flags that the command {@code verify} runs with; otherwise compilation takes its time
 * in the background.
 *
 * <p>Immutable; instances may check on several threads at once.
 *
 * @param rule what to verify
 * @param maximize whether the optimizer maximizes
 * @param lengths numbers of parameters, each at least 1
 * @param steps steps of each run, at least 1
 * @param seed chooses the numbers
 */
public record Equivalence(Rule rule, boolean maximize, List<Integer> lengths, int steps, long seed) {
    /** Below, at and above every width, often enough for kernels to be compiled; then more than one block of an optimizer, with a tail. */
    private static final List<Integer> LENGTHS = List.of(1, 7, 16, 33, 100, 1_003, (1 << 14) + 37);

    /** Longer runs are of mixed numbers only: they are the ones that take time. */
    private static final int LONG = 4_096;

    /** RAdam first divides in its sixth step. */
    private static final int STEPS = 7;

    /**
     * Checks lengths and steps.
     *
     * @throws IllegalArgumentException if there is no length, one of them is below 1, or steps are below 1
     */
    public Equivalence {
        Objects.requireNonNull(rule, "rule");
        lengths = List.copyOf(lengths);
        if (lengths.isEmpty()) {
            throw new IllegalArgumentException("lengths must be at least one, got none");
        }
        lengths.forEach(length -> requirePositive("length", length));
        requirePositive("steps", steps);
    }

    /**
     * An optimizer that minimizes, seven lengths from 1 to 16,421, 7 steps, seed 1.
     *
     * @param rule what to verify
     * @return a new instance
     */
    public static Equivalence of(Rule rule) {
        return new Equivalence(rule, false, LENGTHS, STEPS, 1);
    }

    /**
     * {@return the same of an optimizer that minimizes or maximizes}
     * @param maximize whether it maximizes
     */
    public Equivalence withMaximize(boolean maximize) {
        return new Equivalence(rule, maximize, lengths, steps, seed);
    }

    /**
     * {@return the same with other lengths}
     * @param lengths numbers of parameters, each at least 1
     */
    public Equivalence withLengths(int... lengths) {
        return new Equivalence(rule, maximize, Arrays.stream(lengths).boxed().toList(), steps, seed);
    }

    /**
     * {@return the same with another number of steps}
     * @param steps steps of each run, at least 1
     */
    public Equivalence withSteps(int steps) {
        return new Equivalence(rule, maximize, lengths, steps, seed);
    }

    /**
     * {@return the same with other numbers}
     * @param seed chooses them
     */
    public Equivalence withSeed(long seed) {
        return new Equivalence(rule, maximize, lengths, steps, seed);
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
        long elements = lengths.stream().mapToLong(length -> elements(length) * kinds(length).size()).sum();
        long passes = (long) steps * (rule.lookAhead().isPresent() ? 2 : 1);
        return elements * passes * Place.values().length * widths().size();
    }

    private long elements(int length) {
        Shape shape = Numbers.shape(length);
        return 2L * length + rule.states().stream().mapToLong(state -> shape.count(state.extent())).sum();
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
            widths().forEach(width -> cells.add(new Cell(rule, maximize, place, width)));
        }
        long told = 0;
        for (int length : lengths) {
            for (Values values : kinds(length)) {
                compare(Numbers.of(rule, values, length, steps, seed), cells);
                long now = cells.stream().mapToLong(cell -> cell.tally().comparisons()).sum();
                progress.accept(now - told);
                told = now;
            }
        }
        return new Result(cells.stream().map(Cell::tally).toList());
    }

    private static List<Values> kinds(int length) {
        return length > LONG ? List.of(Values.MIXED) : List.of(Values.values());
    }

    private void compare(Numbers numbers, List<Cell> cells) {
        Map<List<Storage>, Reference> references = new LinkedHashMap<>();
        for (Cell cell : cells) {
            cell.compare(references.computeIfAbsent(cell.place().storages(), storages ->
                    Reference.of(rule, maximize, numbers, storages.getFirst(), storages.getLast())));
        }
    }

    private static void requirePositive(String what, int value) {
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
