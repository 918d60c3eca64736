package org.lanewise.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import org.lanewise.Rule;
import org.lanewise.Storage;
import org.lanewise.Width;
import org.lanewise.check.Check;
import org.lanewise.check.VectorModule;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Shape;
import org.lanewise.splicer.Executed;

/**
 * Shows whether a rule, the library's or one of your own, gives the same bits on this CPU however it is executed:
 * <pre>{@code
 * Equivalence.Result result = Equivalence.of(new SignDescent(0.1)).check();
 * if (!result.isEqual()) {
 *     System.err.println(result);
 * }
 * }</pre>
 *
 * <p>The reference is the rule's plain Java loop as it is written, over plain objects. Executed kernels of every {@link Place} and every
 * width this CPU and JVM have start from the same numbers, of every kind of {@link Values} (tensors of fewer than 64 or more than 4,096
 * parameters: mixed ones only), and after each step every parameter, gradient and state is compared: zeros by sign, {@code NaN} by kind,
 * all others by bits. Gradients change with every step, and before the last step but one the states are replaced by numbers of the same
 * kind as well. At the first step that differs a run ends.
 *
 * <p>Until C2 has compiled a loop, its vector operations are Java code of the JDK, not the CPU's instructions, so a comparison of them
 * says nothing about the CPU. {@link #check} first steps small tensors until the JVM lists all {@link Tally#loops} as compiled by C2, which
 * takes some seconds in an ordinary JVM. It compares then, and counts the comparison if all loops are still in the same code after it;
 * else it does so again, up to five times. What C2 does not compile is in {@link Result#notCompiled}, and the result is not equal. So it is
 * in a JVM without C2, and in one without the module {@code jdk.management}, which lists compiled code; {@link Result#differences} counts
 * there as well. The command {@code verify} does the same for all rules, in a JVM with flags that make C2 come after some dozen calls.
 *
 * <p>Immutable; instances may check on several threads at once.
 *
 * @param rule what to verify
 * @param maximize whether the optimizer maximizes
 * @param flushSubnormals whether the optimizer stores zeros instead of subnormal states
 * @param treatsGradients whether the optimizer accumulates weighted gradients, sets to 0 what is not finite, clips by value, and
 *         averages parameters
 * @param widths the widths to run, at least one
 * @param shapes shapes of the tensors to step, one after the other, each with at least one element
 * @param steps steps of each run, at least 1; tensors of more than 4,096 parameters take three at most
 * @param seed chooses the numbers
 */
public record Equivalence(Rule rule, boolean maximize, boolean flushSubnormals, boolean treatsGradients, List<Width> widths,
        List<Shape> shapes, int steps, long seed) {
    /** Runs of fewer or more parameters are of mixed numbers only, and those of more are short: they are many, or take time. */
    private static final int SHORT = 64, LONG = 4_096;

    /** Java arrays hold what is compared, some of them with room for more around it. */
    private static final int MOST_ELEMENTS = 1 << 30;

    /** RAdam first divides in its sixth step. */
    static final int STEPS = 7;

    /** The first is compared, others follow where C2 threw code away meanwhile; what it leaves out is tried twice. */
    private static final int MOST_ROUNDS = 5;

    /** What more parameters add are blocks and chunks, which are the same in every step. */
    private static final int STEPS_IF_LONG = 3;

    /**
     * Checks widths, shapes and steps.
     *
     * @throws NullPointerException if the rule, a list or something in it is null
     * @throws IllegalArgumentException if there is no width or one of them is not supported here, there is no shape, one of them has no
     *         elements or more than 2^30, or steps are below 1
     */
    public Equivalence {
        requireAnswers(rule);
        widths = requireSome("widths", widths);
        shapes = requireSome("shapes", shapes);
        for (Width width : widths) {
            if (!width.isSupported()) {
                throw new IllegalArgumentException("widths must be supported by this CPU and JVM, got " + width);
            }
        }
        for (Shape shape : shapes) {
            Check.atLeast("size of a shape", shape.size(), 1);
            if (shape.size() > MOST_ELEMENTS) {
                throw new IllegalArgumentException("size of a shape must be at most " + MOST_ELEMENTS + ", got " + shape.size());
            }
        }
        Check.atLeast("steps", steps, 1);
    }

    /**
     * An optimizer that minimizes and keeps subnormal states, plain loops and vectors of all widths that this CPU and JVM have, 52 sizes
     * from 1 to 16,637 and, for a rule that depends on whole tensors, five matrices more; 7 steps, seed 1.
     *
     * @param rule what to verify
     * @return a new instance
     */
    public static Equivalence of(Rule rule) {
        requireAnswers(rule);
        List<Shape> shapes = needsWholeTensors(rule) ? Shapes.OF_WHOLE_TENSORS : Shapes.ALL;
        return new Equivalence(rule, false, false, false, Width.supported(), shapes, STEPS, 1);
    }

    private static <T> List<T> requireSome(String what, List<T> list) {
        List<T> copy = Check.notNull(what, list);
        if (copy.isEmpty()) {
            throw new IllegalArgumentException(what + " must be at least one, got none");
        }
        return copy;
    }

    private static void requireAnswers(Rule rule) {
        VectorModule.require();
        Check.notNull("rule", rule);
        Check.returned(rule, "states()", rule.states());
        Check.returned(rule, "measures()", rule.measures());
        Check.returned(rule, "lookAhead()", rule.lookAhead());
        Check.returned(rule, "kernel()", rule.kernel());
    }

    static boolean needsWholeTensors(Rule rule) {
        return !rule.measures().isEmpty() || rule.states().stream().anyMatch(state -> state.extent() != Extent.PARAMETER);
    }

    /**
     * {@return the same of an optimizer that minimizes or maximizes}
     * @param maximize whether it maximizes
     */
    public Equivalence withMaximize(boolean maximize) {
        return new Equivalence(rule, maximize, flushSubnormals, treatsGradients, widths, shapes, steps, seed);
    }

    /**
     * {@return the same of an optimizer that stores zeros instead of subnormal states, or of one that does not}
     * @param flushSubnormals whether it stores zeros
     */
    public Equivalence withFlushSubnormals(boolean flushSubnormals) {
        return new Equivalence(rule, maximize, flushSubnormals, treatsGradients, widths, shapes, steps, seed);
    }

    /**
     * {@return the same of an optimizer that changes gradients before the rule sees them, or of one that does not} Two weighted ones are
     * accumulated; their mean is taken, is 0 where it is not finite, and is clipped by value. A running average takes the parameters in.
     * @param treatsGradients whether it changes them
     */
    public Equivalence withTreatedGradients(boolean treatsGradients) {
        return new Equivalence(rule, maximize, flushSubnormals, treatsGradients, widths, shapes, steps, seed);
    }

    /**
     * {@return the same at other widths}
     * @param widths at least one, each supported here
     */
    public Equivalence withWidths(Width... widths) {
        List<Width> list = Arrays.asList(Check.notNull("widths", widths));
        return new Equivalence(rule, maximize, flushSubnormals, treatsGradients, list, shapes, steps, seed);
    }

    /**
     * {@return the same with tensors of other shapes}
     * @param shapes each with at least one element
     */
    public Equivalence withShapes(Shape... shapes) {
        List<Shape> list = Arrays.asList(Check.notNull("shapes", shapes));
        return new Equivalence(rule, maximize, flushSubnormals, treatsGradients, widths, list, steps, seed);
    }

    /**
     * {@return the same with tensors of other sizes, matrices as square as can be}
     * @param lengths numbers of parameters, each at least 1
     */
    public Equivalence withLengths(int... lengths) {
        for (int length : Check.notNull("lengths", lengths)) {
            Check.atLeast("length", length, 1);
        }
        return withShapes(Arrays.stream(lengths).mapToObj(Shapes::square).toArray(Shape[]::new));
    }

    /**
     * {@return the same with another number of steps}
     * @param steps steps of each run, at least 1
     */
    public Equivalence withSteps(int steps) {
        return new Equivalence(rule, maximize, flushSubnormals, treatsGradients, widths, shapes, steps, seed);
    }

    /**
     * {@return the same with other numbers}
     * @param seed chooses them
     */
    public Equivalence withSeed(long seed) {
        return new Equivalence(rule, maximize, flushSubnormals, treatsGradients, widths, shapes, steps, seed);
    }

    /**
     * How many elements {@link #check} compares if none differs.
     *
     * @return at least 1
     */
    public long comparisons() {
        long elements = shapes.stream().mapToLong(shape -> elements(shape) * kinds(shape).size() * steps(shape)).sum();
        return elements * (rule.lookAhead().isPresent() ? 2 : 1) * Place.values().length * widths.size();
    }

    private long elements(Shape shape) {
        return (treatsGradients ? 4 : 2) * shape.size() + rule.states().stream().mapToLong(state -> shape.count(state.extent())).sum();
    }

    /**
     * Has C2 compile all, then runs and compares all.
     *
     * @return what was compared, and what differed
     * @throws IllegalArgumentException if the rule's kernel is not of the form {@code Kernel} asks for
     * @throws IllegalStateException if the JVM was started without the module {@code jdk.incubator.vector}
     */
    public Result check() {
        return check(_ -> {});
    }

    /**
     * Has C2 compile all, then runs and compares all.
     *
     * @param progress is told now and then how many elements were compared since it was told last; not told when elements are
     *         compared again because C2 threw code away
     * @return what was compared, and what differed
     * @throws IllegalArgumentException if the rule's kernel is not of the form {@code Kernel} asks for
     * @throws IllegalStateException if the JVM was started without the module {@code jdk.incubator.vector}
     */
    public Result check(LongConsumer progress) {
        Check.notNull("progress", progress);
        return check(CompiledCode.hindrance(), progress);
    }

    /** Without a hindrance it waits for C2. */
    Result check(Optional<String> hindrance, LongConsumer progress) {
        Set<Executed> held = new HashSet<>();
        Set<String> leftOut = Set.of();
        for (int round = 1;; round++) {
            List<Cell> cells = new ArrayList<>();
            for (Place place : Place.values()) {
                widths.forEach(width -> cells.add(new Cell(rule, maximize, flushSubnormals, treatsGradients, place, width, held)));
            }
            Map<String, String> before = hindrance.isPresent() ? Map.of() : WarmUp.run(cells, rule, seed);
            boolean moved = compare(cells, round == 1 ? progress : _ -> {});
            Set<String> notCompiled = new TreeSet<>();
            cells.forEach(cell -> notCompiled.addAll(cell.loops()));
            if (hindrance.isEmpty()) {
                Map<String, String> after = CompiledCode.loops();
                notCompiled.removeIf(loop -> before.containsKey(loop) && before.get(loop).equals(after.get(loop)));
            }
            Result result = new Result(cells.stream().map(Cell::tally).toList(), moved, notCompiled, hindrance);
            boolean triedAgain = notCompiled.equals(leftOut) && notCompiled.stream().noneMatch(before::containsKey);
            if (notCompiled.isEmpty() || hindrance.isPresent() || result.differences() > 0 || triedAgain || round == MOST_ROUNDS) {
                return result;
            }
            leftOut = notCompiled;
        }
    }

    /** Whether a parameter moved. */
    private boolean compare(List<Cell> cells, LongConsumer progress) {
        boolean moved = false;
        long told = 0;
        for (Shape shape : shapes) {
            for (Values values : kinds(shape)) {
                moved |= compare(Numbers.of(rule, values, shape, steps(shape), seed), cells);
                long now = cells.stream().mapToLong(cell -> cell.tally().comparisons()).sum();
                progress.accept(now - told);
                told = now;
            }
        }
        return moved;
    }

    private int steps(Shape shape) {
        return shape.size() > LONG ? Math.min(steps, STEPS_IF_LONG) : steps;
    }

    private static List<Values> kinds(Shape shape) {
        return shape.size() < SHORT || shape.size() > LONG ? List.of(Values.MIXED) : List.of(Values.values());
    }

    private boolean compare(Numbers numbers, List<Cell> cells) {
        Map<List<Storage>, Reference> references = new LinkedHashMap<>();
        for (Cell cell : cells) {
            cell.compare(references.computeIfAbsent(cell.place().storages(),
                    storages -> Reference.of(rule, maximize, flushSubnormals, treatsGradients, numbers, storages)));
        }
        return references.values().stream().anyMatch(Reference::moves);
    }

    /**
     * What came out.
     *
     * @param tallies one for each place and width; immutable
     * @param moved whether a step moved a parameter from one finite number to another
     * @param notCompiled those of the {@link Tally#loops} that were not C2's code, the same all the time, while they were compared;
     *         immutable
     * @param hindrance why this JVM compiles none of them or cannot tell, and the cure; empty if it does and can
     */
    public record Result(List<Tally> tallies, boolean moved, Set<String> notCompiled, Optional<String> hindrance) {
        /**
         * Copies list and set.
         *
         * @throws NullPointerException if one of them, something in them, or the hindrance is null
         */
        public Result {
            tallies = Check.notNull("tallies", tallies);
            notCompiled = Check.notNull("notCompiled", notCompiled);
            Check.notNull("hindrance", hindrance);
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
         * The methods that were executed.
         *
         * @return those of all {@link Tally#loops}
         */
        public Set<String> loops() {
            return tallies.stream().flatMap(tally -> tally.loops().stream()).collect(Collectors.toUnmodifiableSet());
        }

        /**
         * Whether it is shown that the rule gives the same bits in all places at all widths: elements were compared and none differed, all
         * loops were compiled by C2, and a parameter moved.
         *
         * @return if false, {@link #toString} says why
         */
        public boolean isEqual() {
            return comparisons() > 0 && differences() == 0 && notCompiled.isEmpty() && moved;
        }

        /**
         * The first differences of each place and width.
         *
         * @return empty if there are none
         */
        public List<Difference> firstDifferences() {
            return tallies.stream().flatMap(tally -> tally.first().stream()).toList();
        }

        /**
         * All in a sentence: whether the bits are equal, and if that is not shown, why not. The first differences follow.
         *
         * @return one line, and two for each of the first differences
         */
        @Override
        public String toString() {
            String compared = comparisons() + " comparisons, " + differences() + " differences";
            if (differences() > 0) {
                return "bits differ: " + compared + firstDifferences().stream().map(each -> "\n" + each).collect(Collectors.joining());
            }
            List<String> lacks = new ArrayList<>();
            if (comparisons() == 0) {
                lacks.add("nothing was compared");
            } else if (!moved) {
                lacks.add("no step moved a parameter");
            }
            if (!notCompiled.isEmpty()) {
                lacks.add(notCompiled.size() + " of " + loops().size() + " loops were not compiled by C2, "
                        + hindrance.orElseGet(() -> "such as " + notCompiled.stream().min(Comparator.naturalOrder()).orElseThrow()));
            }
            return lacks.isEmpty() ? "bits are equal: " + compared + ", " + loops().size() + " loops, compiled by C2"
                    : "not shown to be equal: " + String.join("; ", lacks) + "; " + compared;
        }
    }
}
