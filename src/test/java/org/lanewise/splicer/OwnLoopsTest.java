package org.lanewise.splicer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.Width;
import org.lanewise.splicer.OwnLoops.Loops;

/** Loops that a user writes: mistakes are refused with line and cure when the optimizer is made; what is right is not. */
class OwnLoopsTest {
    private static final String EACH_VECTOR = "for (int i = from; i < to; i += Species.LANES) { w.store(i, g.load(i)); }";
    private static final String EACH_SCALAR = "for (int i = from; i < to; i++) { w.set(i, g.get(i)); }";
    private static final List<Case> ACCEPTED = new ArrayList<>();
    private static final OwnLoops RULES = new OwnLoops();

    @TempDir
    private static Path directory;

    private record Case(String name, String what, Loops loops) {
        @Override
        public String toString() {
            return what;
        }
    }

    @BeforeAll
    static void compile() throws Exception {
        Mistakes.all().forEach(mistake -> RULES.add(mistake.name(), mistake.loops()));
        accepted();
        RULES.add("Intrinsics", """
                package kotlin.jvm.internal;
                public final class Intrinsics {
                    public static void checkNotNullParameter(Object value, String name) { check(value, Math.exp(name.length())); }
                    public static void checkNotNullExpressionValue(Object value, String name) { check(value, Math.exp(name.length())); }
                    public static void checkNotNull(Object value) { check(value, 0); }
                    private static void check(Object value, double length) { if (value == null) throw new NullPointerException(); }
                }""");
        RULES.compile(directory, Path.of("target", "classes"));
    }

    @AfterAll
    static void close() throws Exception {
        RULES.close();
    }

    static List<Mistakes.Mistake> refused() {
        return Mistakes.all();
    }

    static List<Case> acceptedLoops() {
        return ACCEPTED;
    }

    private static void accept(String what, Loops loops) {
        String name = "Right" + (ACCEPTED.size() + 1);
        RULES.add(name, loops);
        ACCEPTED.add(new Case(name, what, loops));
    }

    private static void accepted() {
        accept("loops backwards", new Loops("for (int i = to - Species.LANES; i >= from; i -= Species.LANES) { w.store(i, g.load(i)); }",
                "for (int i = to; --i >= from;) { w.set(i, g.get(i)); }"));
        accept("while loops", new Loops("int i = from; while (i < to) { w.store(i, g.load(i)); i += SPECIES.length(); }",
                "int i = from; if (i < to) do { w.set(i, g.get(i)); } while (++i < to);")
                .withMembers("static final VectorSpecies<Float> SPECIES = Species.FLOATS;"));
        accept("an index that is hoisted",
                new Loops("for (int k = 0; k < to - from; k += Species.LANES) { w.store(from + k, g.load(from + k)); }",
                "for (int k = 0, n = to - from; k < n; k++) { int i = from + k; w.set(i, g.get(i)); }"));
        accept("an unrolled loop with a rest", new Loops("""
                int i = from, two = Species.LANES << 1;
                for (; i + two <= to; i += two) {
                    w.store(i, g.load(i));
                    w.store(i + Species.LANES, g.load(i + Species.LANES));
                }
                for (; i < to; i += Species.LANES) { w.store(i, g.load(i)); }""",
                "int i = from; for (; i <= to - 2; i += 2) { w.set(i, g.get(i)); w.set(i + 1, g.get(i + 1)); }"
                        + " if (i < to) { w.set(i, g.get(i)); }"));
        accept("a bound that is rounded down", new Loops(
                "for (int i = from, end = Species.FLOATS.loopBound(to); i < end; i += STEP) { w.store(i, g.load(i)); }",
                "for (int i = Math.max(from, 0); i < Math.min(to, 1 << 30); i++) { Objects.checkIndex(i, to); w.set(i, g.get(i)); }")
                .withMembers("static final int STEP = Species.LANES;"));
        accept("elements one by one in a vector loop", new Loops("for (int i = from; i < to; i++) { w.set(i, g.get(i)); }",
                "for (int i = from; i < to; i++) { w.set(i, g.get(i)); }"));
        accept("what numbers decide", new Loops("""
                for (int i = from; i < to; i += Species.LANES) {
                    FloatVector x = g.load(i);
                    if (x.compare(VectorOperators.NE, 0).anyTrue()) { w.store(i, x); }
                }""", """
                for (int i = from; i < to; i++) {
                    float x = g.get(i);
                    if (x == 0) continue;
                    if (Float.isNaN(x)) { throw new IllegalStateException("NaN"); }
                    assert x < 1e9 : "large";
                    for (int k = 0; k < 3; k++) { x *= 2; }
                    while (x != g.get(i)) { x *= 0.5f; }
                    w.set(i, x > 0 ? x : -Math.abs(x));
                }"""));
        accept("numbers and vectors of fields", new Loops("""
                float a = numbers[0], b = other.b;
                log.add(from);
                for (int i = from; i < to; i += Species.LANES) {
                    w.store(i, HALF.mul(g.load(i)).lanewise(FMA, HALF.mul(b), HALF.mul(numbers[0])).mul(a));
                }""", """
                float a = numbers[0], b = other.b;
                for (int i = from; i < to; i++) {
                    w.set(i, Math.fma(0.5f * g.get(i), 0.5f * other.b, 0.5f * numbers[0]) * a);
                }""").withMembers("""
                static final FloatVector HALF = FloatVector.broadcast(Species.FLOATS, 0.5f);
                static final VectorOperators.Ternary FMA = VectorOperators.FMA;
                static class Other { float b = 3; }
                final float[] numbers = {2, 3};
                final Other other = new Other();
                final List<Integer> log = new ArrayList<>();"""));
        accept("methods of all kinds", new Loops("for (int i = from; i < to; i = next(i)) { w.store(i, Right.twice(g.load(i))); }",
                "for (int i = from; i < to; i++) { w.set(i, twice(g.get(i))); }").withMembers("""
                static int next(int i) { return i + Species.LANES; }
                private float twice(float x) { return factor() * x; }
                private static float factor() { return 2; }
                @Override public void prepare(long step, double rate) { DoubleSupplier s = () -> Math.exp(rate); s.getAsDouble(); }
                """).withOutside("""
                class Right {
                    static FloatVector twice(FloatVector x) { return x.mul(factor()); }
                    static float factor() { return 2; }
                }"""));
        accept("what a base class and an interface have", new Loops(
                "for (int i = from; i < to; i += Species.LANES) { w.store(i, absolute(scaled(g.load(i))).lanewise(NEGATED)); }",
                "for (int i = from; i < to; i += STEP) { w.set(i, -super.absolute(2 * g.get(i))); }")
                .withParent("Base6 implements Absolute").withOutside(Mistakes.parent("Base6", """
                static final int STEP = Integer.parseInt("1");
                static final VectorOperators.Unary NEGATED = VectorOperators.NEG, UNUSED = VectorOperators.EXP;
                protected static FloatVector scaled(FloatVector x) { return x.mul(factor()); }
                static float factor() { return 2; }
                static FloatVector absolute(FloatVector x) { return x.lanewise(Absolute.OPERATOR); }
                float absolute(float x) { return positive(x) ? x : -x; }
                private boolean positive(float x) { return x >= 0; }
                """) + "interface Absolute { VectorOperators.Unary OPERATOR = VectorOperators.ABS; }"));
        accept("checks for null of the planes", new Loops("Objects.requireNonNull(planes, \"planes\"); " + EACH_VECTOR,
                "Objects.requireNonNull(planes); " + EACH_SCALAR));
        accept("checks for null that the Kotlin compiler adds", new Loops("""
                kotlin.jvm.internal.Intrinsics.checkNotNullParameter(planes, "planes");
                for (int i = from; i < to; i += Species.LANES) {
                    FloatVector x = scaled(g.load(i));
                    kotlin.jvm.internal.Intrinsics.checkNotNullExpressionValue(x, "scaled(...)");
                    w.store(i, x);
                }""", "kotlin.jvm.internal.Intrinsics.checkNotNullParameter(planes, \"planes\");"
                + " for (int i = from; i < to; i++) { w.set(i, 2 * g.get(i)); }").withMembers("""
                static FloatVector scaled(FloatVector x) {
                    kotlin.jvm.internal.Intrinsics.checkNotNullParameter(x, "x");
                    kotlin.jvm.internal.Intrinsics.checkNotNull(x);
                    return x.mul(2);
                }"""));
        accept("vectors of half the width", new Loops("""
                for (int i = from; i < to; i += Species.LANES) {
                    FloatVector x = g.load(i);
                    FloatVector a = ((FloatVector) x.convertShape(VectorOperators.F2D, Species.DOUBLES, 0)
                            .convertShape(VectorOperators.D2F, HALVES, 0)).mul(0.5f);
                    FloatVector b = ((FloatVector) x.convertShape(VectorOperators.F2D, Species.DOUBLES, 1)
                            .convertShape(VectorOperators.D2F, HALVES, 0)).mul(0.5f);
                    w.store(i, ((FloatVector) a.reinterpretShape(Species.FLOATS, 0))
                            .add((FloatVector) b.reinterpretShape(Species.FLOATS, -1)));
                }""", "for (int i = from; i < to; i++) { w.set(i, 0.5f * g.get(i)); }")
                .withMembers("static final VectorSpecies<Float> HALVES = Species.HALF_FLOATS;"));
        accept("no loop at all", new Loops("", ""));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesAMistakeWithItsLineAndTheCureAtEveryWidth(Mistakes.Mistake mistake) {
        Rule rule = RULES.rule(mistake.name());
        String message = "kernel " + mistake.name() + "$Update " + mistake.message().replace("LINE", "line " + RULES.line(mistake.name()))
                .replace("NAME", mistake.name());
        float[] w = {1, 2, 3}, g = {4, 5, 6};
        for (Width width : supported()) {
            var refusal = assertThrows(IllegalArgumentException.class, () -> Optimizer.of(rule, ParameterStore.wrap(w, g), width));
            assertEquals(message, refusal.getMessage());
            assertEquals(IllegalArgumentException.class, refusal.getClass());
        }
        assertArrayEquals(new float[] {4, 5, 6}, g);
        assertArrayEquals(new float[] {1, 2, 3}, w);
    }

    @ParameterizedTest
    @MethodSource("acceptedLoops")
    void acceptsLoopsThatGoThroughAllElementsInAnyWay(Case right) {
        Rule rule = RULES.rule(right.name());
        float[] expected = stepped(rule, Width.SCALAR);
        for (Width width : supported()) {
            assertArrayEquals(expected, stepped(rule, width), width::toString);
        }
    }

    private static float[] stepped(Rule rule, Width width) {
        float[] w = new float[203], g = new float[203];
        for (int i = 0; i < g.length; i++) {
            g[i] = i % 7 - 3;
        }
        Optimizer.of(rule, ParameterStore.wrap(w, g), width).step();
        return w;
    }

    private static List<Width> supported() {
        return Width.supported();
    }
}
