package org.lanewise.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Rule;
import org.lanewise.Storage;
import org.lanewise.Width;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Shape;
import org.lanewise.rule.Adafactor;
import org.lanewise.rule.Adam;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Lamb;
import org.lanewise.rule.Lion;
import org.lanewise.rule.ScheduleFreeSgd;
import org.lanewise.rule.Signum;
import org.lanewise.storage.ChunkPlane;
import org.lanewise.tool.RuleTable;

class EquivalenceTest {
    /** On compiled code, every row of the table is compared by the jar's {@code verify}, which the build runs. */
    static Stream<Equivalence> everyRule() {
        Stream<Equivalence> minimizing = RuleTable.firstOfEach().values().stream().map(Equivalence::of);
        Stream<Equivalence> flushing = Stream.of(new Adam(0.1), new Lamb(0.1), new Adafactor(0.1))
                .map(rule -> Equivalence.of(rule).withFlushSubnormals(true));
        Stream<Equivalence> treating = Stream.of(Equivalence.of(new Adam(0.1)).withMaximize(true), Equivalence.of(new Lamb(0.1)),
                Equivalence.of(new Adafactor(0.1)).withMaximize(true), Equivalence.of(new ScheduleFreeSgd(0.1)))
                .map(check -> check.withTreatedGradients(true));
        Stream<Equivalence> maximizing = Stream.of(Equivalence.of(new Adam(0.1)).withMaximize(true));
        return Stream.of(minimizing, maximizing, flushing, treating).flatMap(checks -> checks);
    }

    @ParameterizedTest
    @MethodSource("everyRule")
    void comparesEveryPlaceAndWidthOfEveryRuleAndFindsNothing(Equivalence every) {
        Rule rule = every.rule();
        Equivalence check = every.withLengths(1, 19, 67).withSeed(5);
        Equivalence.Result result = withoutWaiting(check);
        assertEquals(List.of(), result.firstDifferences());
        assertTrue(result.moved());
        assertEquals(check.comparisons(), result.comparisons());
        Set<List<Object>> expected = new HashSet<>();
        for (Width width : Width.values()) {
            if (width.isSupported()) {
                Stream.of(Place.values()).forEach(place -> expected.add(List.of(place, width)));
            }
        }
        Set<List<Object>> found = new HashSet<>();
        result.tallies().forEach(tally -> found.add(List.of(tally.place(), tally.width())));
        assertEquals(expected, found);
        int passes = rule.lookAhead().isPresent() ? 2 : 1;
        // Tensors of 1, 19 and 67 elements are matrices of one row.
        Set<Extent> ofElements = Set.of(Extent.PARAMETER, Extent.COLUMN);
        long perElement = (every.treatsGradients() ? 4 : 2)
                + rule.states().stream().filter(state -> ofElements.contains(state.extent())).count();
        long perTensor = rule.states().stream().filter(state -> !ofElements.contains(state.extent())).count();
        // Mixed numbers of the first two, five kinds of the third.
        long each = ((1 + 19 + 5 * 67) * perElement + 7 * perTensor) * check.steps() * passes;
        result.tallies().forEach(tally -> assertEquals(each, tally.comparisons(), tally::toString));
    }

    /** Of whatever code the JVM runs, since waiting for C2 takes seconds; {@code CompiledEquivalenceTest} does. */
    private static Equivalence.Result withoutWaiting(Equivalence check) {
        return check.check(Optional.of("not waited for"), _ -> {});
    }

    /** As if the loops had been compiled. */
    private static Equivalence.Result compiled(Equivalence.Result result) {
        return new Equivalence.Result(result.tallies(), result.moved(), Set.of(), Optional.empty());
    }

    static Stream<Rule> rulesThatStandStill() {
        return Stream.of(new GradientDescent(0), new Adam(0), new Lion(0), new Signum(0), new Lamb(0), new Adafactor(0), new IdleRule(0.1));
    }

    @ParameterizedTest
    @MethodSource("rulesThatStandStill")
    void aRuleThatMovesNoParameterIsNotShownToBeEqual(Rule rule) {
        Equivalence.Result result = compiled(withoutWaiting(Equivalence.of(rule).withLengths(3, 70)));
        assertEquals(0, result.differences());
        assertFalse(result.isEqual());
        assertEquals("not shown to be equal: no step moved a parameter; " + result.comparisons() + " comparisons, 0 differences",
                result.toString());
    }

    @Test
    void loopsThatAreNotCompiledAreNotShownToBeEqual() {
        Equivalence.Result result = withoutWaiting(Equivalence.of(new Adam(0.1)).withLengths(20));
        assertFalse(result.isEqual());
        int loops = result.loops().size();
        assertEquals(result.loops(), result.notCompiled());
        assertEquals("not shown to be equal: " + loops + " of " + loops + " loops were not compiled by C2, not waited for; "
                + result.comparisons() + " comparisons, 0 differences", result.toString());
        String one = result.loops().iterator().next();
        Equivalence.Result allButOne = new Equivalence.Result(result.tallies(), true, Set.of(one), Optional.empty());
        assertFalse(allButOne.isEqual());
        assertTrue(allButOne.toString().startsWith("not shown to be equal: 1 of " + loops + " loops were not compiled by C2, such as "
                + one), allButOne::toString);
        assertTrue(compiled(result).isEqual());
        assertEquals("bits are equal: " + result.comparisons() + " comparisons, 0 differences, " + loops + " loops, compiled by C2",
                compiled(result).toString());
    }

    @Test
    void aDifferenceIsSaidWithItsElement() {
        Equivalence.Result result = compiled(withoutWaiting(Equivalence.of(new WrongRule(0.1)).withLengths(64).withSteps(2)));
        assertTrue(result.toString().startsWith("bits differ: " + result.comparisons() + " comparisons, " + result.differences()
                + " differences\n" + result.firstDifferences().getFirst()), result::toString);
    }

    @Test
    void findsOneWrongLane() {
        Equivalence.Result result = withoutWaiting(Equivalence.of(new WrongRule(0.1)).withLengths(64).withSteps(2));
        assertFalse(result.isEqual());
        for (Tally tally : result.tallies()) {
            // A tensor of 64 has no tail, so the vector loop runs all of it.
            assertEquals(tally.width() == Width.SCALAR, tally.differences() == 0, tally::toString);
            if (tally.place().storages().getFirst() == Storage.F32 && tally.width() != Width.SCALAR) {
                assertEquals(Tally.KEPT, tally.first().size(), tally::toString);
                for (Difference difference : tally.first()) {
                    assertEquals("parameter", difference.plane());
                    assertEquals(1, difference.index() % (tally.width().bits() / Float.SIZE), difference::toString);
                }
            }
        }
    }

    @Test
    void reportsFromWhichNumbersADifferenceCame() {
        Equivalence.Result result = withoutWaiting(Equivalence.of(new WrongRule(0.5)).withLengths(64).withSteps(1).withSeed(3));
        float rate = -0.5f;
        Difference first = result.tallies().stream().filter(t -> t.place().storages().getFirst() == Storage.F32)
                .flatMap(t -> t.first().stream()).filter(d -> d.values() == Values.NORMAL).findFirst().orElseThrow();
        assertEquals(List.of("parameter", "gradient", "steps"), new ArrayList<>(first.inputs().keySet()));
        float right = Math.fma(first.inputs().get("gradient"), rate, first.inputs().get("parameter"));
        assertEquals(right, first.expected());
        assertEquals(right * (1 + 0x1p-23f), first.actual());
        assertTrue(first.toString().contains(String.format("%08x", Float.floatToRawIntBits(right))), first::toString);
        assertEquals(1, first.step());
    }

    @Test
    void tellsItsProgress() {
        AtomicLong told = new AtomicLong();
        Equivalence check = Equivalence.of(RuleTable.all().getFirst()).withLengths(3, 20);
        Equivalence.Result result = check.check(Optional.of("not waited for"), told::addAndGet);
        assertEquals(check.comparisons(), told.get());
        assertEquals(told.get(), result.comparisons());
    }

    @Test
    void comparesOnlyTheWidthsThatItIsToldTo() {
        Equivalence check = Equivalence.of(new Adam(0.1)).withLengths(19).withWidths(Width.BITS_128);
        Equivalence.Result result = withoutWaiting(check);
        assertEquals(check.comparisons(), result.comparisons());
        assertEquals(Set.of(Width.BITS_128), result.tallies().stream().map(Tally::width).collect(Collectors.toSet()));
        assertEquals("widths must be at least one, got none",
                assertThrows(IllegalArgumentException.class, check::withWidths).getMessage());
    }

    @Test
    void comparesMoreThanOneHundredMillionElementsByDefault() {
        long perWidth = RuleTable.all().stream().mapToLong(rule -> Equivalence.of(rule).withWidths(Width.SCALAR).comparisons()).sum();
        assertTrue(perWidth >= 100_000_000, () -> "comparisons per width: " + perWidth);
    }

    @Test
    void rulesOfWholeTensorsStepMatricesWhoseRowsEndBesideTheEndOfAChunk() {
        Set<Long> columns = Equivalence.of(new Adafactor(0.01)).shapes().stream().filter(shape -> shape.rows() > 1).map(Shape::columns)
                .collect(Collectors.toSet());
        long chunk = ChunkPlane.SIZE;
        assertTrue(columns.containsAll(Set.of(chunk - 1, chunk, chunk + 1)), columns::toString);
    }

    @Test
    void otherSeedsGiveOtherNumbers() {
        Rule rule = RuleTable.all().getFirst();
        float[] a = Numbers.of(rule, Values.NORMAL, new Shape(1, 1, 5), 1, 1).parameters();
        assertTrue(Arrays.equals(a, Numbers.of(rule, Values.NORMAL, new Shape(1, 1, 5), 1, 1).parameters()));
        assertFalse(Arrays.equals(a, Numbers.of(rule, Values.NORMAL, new Shape(1, 1, 5), 1, 2).parameters()));
    }

    @Test
    void refusesToCompareNothing() {
        Equivalence check = Equivalence.of(RuleTable.all().getFirst());
        assertEquals("shapes must be at least one, got none",
                assertThrows(IllegalArgumentException.class, check::withLengths).getMessage());
        assertEquals("length must be at least 1, got 0",
                assertThrows(IllegalArgumentException.class, () -> check.withLengths(5, 0)).getMessage());
        assertEquals("steps must be at least 1, got 0",
                assertThrows(IllegalArgumentException.class, () -> check.withSteps(0)).getMessage());
        Equivalence.Result nothing = new Equivalence.Result(List.of(), false, Set.of(), Optional.empty());
        assertFalse(nothing.isEqual());
        assertEquals("not shown to be equal: nothing was compared; 0 comparisons, 0 differences", nothing.toString());
    }
}
