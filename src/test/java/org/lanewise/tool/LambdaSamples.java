package org.lanewise.tool;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.DoubleFunction;
import java.util.function.DoubleSupplier;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.IntBinaryOperator;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntBiFunction;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** All kinds of lambdas. */
public final class LambdaSamples implements Function<Long, Map<String, String>> {
    private final Map<String, String> outcomes = new TreeMap<>();
    private final List<Object> seen = new ArrayList<>();
    private long number = 7;

    /** Overrides a method of a generic interface: it has a bridge that no other lambda may be in the way of. */
    interface Named extends Function<String, String> {
        @Override
        String apply(String name);
    }

    /** Inherits its method. */
    interface Shout extends Named {}

    /** What both of these have is not of one interface. */
    interface Left {
        int left(int x);

        default String side() {
            return "left " + left(1);
        }
    }

    interface Right {
        int right(int x);

        default String side() {
            return "right " + right(1);
        }
    }

    /** Its method has a body in {@link Left}. */
    interface Sided {
        String side();
    }

    /** Another interface with the method of {@link IntUnaryOperator}. */
    interface Step {
        int applyAsInt(int x);
    }

    interface Narrow {
        void take(byte b, short s, char c, boolean z);
    }

    interface Widening {
        double of(byte b, char c, float f);
    }

    interface Ending {
        void finalize();
    }

    static class Base {
        String greet(Object who) {
            return "base " + who;
        }
    }

    static final class Derived extends Base {
        String greetTwice(String who) {
            Function<String, String> greeted = super::greet;
            return greeted.apply(who) + greeted.andThen(String::length).apply(who);
        }
    }

    /** Lambdas of an interface. */
    interface Face {
        private String own(int x) {
            return "own " + x;
        }

        static int shared(int x) {
            return 3 * x;
        }

        default String of(int x) {
            IntFunction<String> own = this::own;
            IntUnaryOperator shared = Face::shared;
            Supplier<Face> here = () -> this;
            return own.apply(shared.applyAsInt(x)) + (here.get() == this);
        }
    }

    /** One of a nest inside of another. */
    private final class Inner {
        private LongSupplier number() {
            return () -> number + seen.size();
        }
    }

    private void add(String name, Callable<?> lambda) {
        String outcome;
        try {
            outcome = String.valueOf(lambda.call());
        } catch (Exception e) {
            outcome = e.getClass().getName();
        }
        outcomes.put(name, outcome);
    }

    /**
     * {@return what each does with a number}
     *
     * @param x the number
     */
    @Override
    public Map<String, String> apply(Long x) {
        captures(x);
        references(x);
        interfaces(x);
        boxes(x);
        unboxes(x);
        mistakes(x);
        return outcomes;
    }

    private void captures(long x) {
        byte b = (byte) x;
        short s = (short) (x >> 1);
        char c = (char) x;
        boolean z = x > 0;
        int i = (int) x;
        float f = x;
        double d = x / 3.0;
        String text = "t" + x;
        double[] numbers = {d, f};
        Supplier<String> all = () -> text + b + s + c + z + i + x + f + d + numbers[1];
        Supplier<String> others = () -> "" + d + f + x + i;
        LongFunction<String> plus = more -> text + (x + more) + d;
        Runnable counts = () -> number += x;
        counts.run();
        counts.run();
        add("captures of every kind", () -> all.get() + others.get() + plus.apply(2) + number);
        add("captures in a loop", () -> IntStream.range(0, 5).mapToObj(k -> (IntUnaryOperator) y -> y + k * i)
                .map(each -> each.applyAsInt(100)).toList());
        add("inside of inside", () -> ((Supplier<Supplier<String>>) () -> () -> text + i).get().get());
        add("an inner class", () -> new Inner().number().getAsLong());
        add("captures nothing, one object", () -> nothing() == nothing() && nothing() != another());
    }

    private static Object nothing() {
        return (Runnable) () -> {};
    }

    private static Runnable another() {
        return () -> System.nanoTime();
    }

    private static int twice(int x) {
        return 2 * x;
    }

    private long plus(long a, double b, byte c) {
        return a + (long) b + c;
    }

    private void references(long x) {
        IntBinaryOperator most = Math::max;
        Supplier<List<Object>> list = ArrayList::new;
        IntFunction<int[]> array = int[]::new;
        Function<String, StringBuilder> builder = StringBuilder::new;
        Function<List<String>, Object> first = List::getFirst;
        add("static", () -> most.applyAsInt((int) x, 9) + twice(3) + ((IntUnaryOperator) LambdaSamples::twice).applyAsInt((int) x));
        add("constructors", () -> list.get() + builder.apply("b").append(array.apply(3).length).toString());
        add("bound", () -> ((Function<Object, Object>) outcomes::get).apply("none") + ((Supplier<String>) this::toString).get());
        add("unbound", () -> "" + first.apply(List.of("f")) + ((ToIntFunction<String>) String::length).applyAsInt("four"));
        add("of a super class", () -> new Derived().greetTwice("you"));
        add("of an interface", () -> new Face() {}.of((int) x));
        add("what is returned is dropped", () -> {
            Consumer<Object> adds = seen::add;
            adds.andThen(seen::remove).accept(x);
            Stream.of("p", "q").forEach(seen::add);
            LongFunction<Long> sum = y -> plus(y, 2.5, (byte) 3);
            Consumer<Long> dropped = sum::apply;
            Consumer<String> made = StringBuilder::new;
            dropped.accept(x);
            made.accept("s");
            Runnable time = System::nanoTime;
            time.run();
            return seen;
        });
        add("varargs", () -> ((BiFunction<String, Object, String>) (format, y) -> String.format(Locale.ROOT, format, y)).apply("%s", x));
    }

    private void interfaces(long x) {
        Function<Object, Object> id = y -> y;
        UnaryOperator<String> twice = y -> y + y;
        BiFunction<Long, Long, Long> sum = Long::sum;
        Named named = y -> "named " + y;
        Shout shout = y -> y.toUpperCase(Locale.ROOT) + x;
        Function<String, String> plain = shout;
        Left left = y -> y + 1;
        Right right = y -> y - 1;
        Sided sided = () -> "sided";
        Step step = y -> y + 5;
        IntUnaryOperator operator = y -> y + 6;
        add("defaults", () -> id.andThen(twice.compose(String::valueOf)).apply(x) + sum.andThen(id).apply(x, 2L));
        add("bridges", () -> named.apply("a") + ((Function<String, String>) named).apply("b") + shout.apply("c") + plain.apply("d")
                + named.andThen(shout).compose(twice).apply("e"));
        add("defaults that differ", () -> left.side() + right.side() + sided.side() + left.left(3) + right.right(3));
        add("one method of two interfaces", () -> step.applyAsInt((int) x) + operator.andThen(step::applyAsInt).applyAsInt((int) x));
        add("one reference twice", () -> Stream.of("z").mapToInt(String::length).sum()
                + Stream.of("x", "yy").mapToInt(String::length).sum());
        add("predicates", () -> ((Predicate<Long>) y -> y > 3).negate().and(y -> y != 1).or(y -> y == 77).test(x));
        add("comparators", () -> Stream.of("b", "aa", "a").sorted(Comparator.comparing(String::length).reversed()
                .thenComparing(Comparator.naturalOrder())).toList());
        add("serializable", () -> ((Function<Long, Long> & Serializable) y -> y + x).apply(x));
        add("only called", () -> id instanceof Comparable || id instanceof AutoCloseable);
        add("compared", () -> ((Comparable<Long>) y -> Long.compare(x, y)).compareTo(3L));
        add("closed", () -> {
            try (AutoCloseable _ = () -> seen.add("closed")) {
                return seen.size();
            }
        });
        add("a method of Object", () -> {
            Ending ending = () -> seen.add("ended");
            ending.finalize();
            return seen.size();
        });
    }

    private static Long wrapped(long x) {
        return x;
    }

    private static String numbers(double d, long l, Object o) {
        return d + " " + l + " " + o;
    }

    private interface Numbers<T> {
        String of(T d, int l, char o);
    }

    private void boxes(long x) {
        IntFunction<Integer> each = y -> y;
        IntFunction<Object> object = Integer::valueOf;
        ToLongFunction<Long> long_ = LambdaSamples::wrapped;
        Function<String, Integer> length = String::length;
        Supplier<Boolean> empty = seen::isEmpty;
        Function<Long, Long> negated = Math::negateExact;
        Map<String, Integer> merged = new HashMap<>(Map.of("k", (int) x));
        add("box", () -> each.apply((int) x) + length.apply("abc") + " " + empty.get() + object.apply(128) + negated.apply(x));
        add("box what is passed", () -> {
            List<Object> all = new ArrayList<>();
            IntStream.range(0, 2).forEach(all::add);
            DoubleFunction<String> text = String::valueOf;
            IntFunction<Number> number = Integer::valueOf;
            return all + text.apply(x) + number.apply(3);
        });
        add("sums", () -> merged.merge("k", 5, Integer::sum) + Stream.of(1, 2, 3).reduce(0, Integer::sum));
        add("long of wrapper", () -> long_.applyAsLong(x));
        add("boxes all", () -> ((Numbers<Float>) LambdaSamples::numbers).of((float) x, (int) x, (char) x));
        add("cached", () -> each.apply((int) x) == each.apply((int) x));
        add("collected", () -> IntStream.range(0, 4).boxed().collect(Collectors.toMap(String::valueOf, k -> k * 2.5f)));
    }

    private static <N extends Number & Comparable<N>> double asDouble(N y) {
        ToDoubleFunction<N> f = Number::doubleValue;
        return f.applyAsDouble(y);
    }

    private static double third(double y) {
        return y / 3;
    }

    private static int code(int c) {
        return c + 1;
    }

    private static boolean not(boolean z) {
        return !z;
    }

    private static <T extends Integer> int ofVariable(T y, Function<T, Integer> f) {
        return f.apply(y);
    }

    private void unboxes(long x) {
        Function<Integer, Double> third = LambdaSamples::third;
        ToDoubleFunction<Character> coded = LambdaSamples::code;
        Function<Boolean, Boolean> not = LambdaSamples::not;
        ToIntBiFunction<Byte, Short> largest = Math::max;
        DoubleSupplier widened = seen::size;
        BooleanSupplier known = Boolean.valueOf(x > 3)::booleanValue;
        Widening widening = (b, c, f) -> b + c + f;
        Narrow narrow = (b, s, c, z) -> seen.add("" + b + s + c + z);
        DoubleUnaryOperator rounded = Math::round;
        add("unbox and widen", () -> third.apply((int) x) + coded.applyAsDouble((char) x) + " " + not.apply(x > 0)
                + largest.applyAsInt((byte) x, (short) x) + widened.getAsDouble() + known.getAsBoolean());
        add("widen", () -> widening.of((byte) x, (char) x, x) + rounded.applyAsDouble(x / 7.0));
        add("narrow", () -> {
            narrow.take((byte) x, (short) x, (char) x, x > 0);
            return seen;
        });
        add("bounded", () -> asDouble(x) + ofVariable((int) x, Math::negateExact));
        add("the value of an entry", () -> Map.of("k", x > 2).entrySet().stream().filter(Map.Entry::getValue).count());
    }

    @SuppressWarnings({"unchecked", "rawtypes", "NullAway"})
    private void mistakes(long x) {
        Function length = (Function<String, Integer>) String::length;
        Function text = (Function<String, String>) Object::toString;
        Function third = (Function<Integer, Double>) LambdaSamples::third;
        Supplier<Integer> nothing = () -> null;
        ToIntFunction<Object> unboxed = _ -> nothing.get();
        add("of another class", () -> length.apply(x));
        add("of a class that would do", () -> text.apply(x));
        add("of another number", () -> third.apply(x));
        add("null is unboxed", () -> third.apply(null));
        add("null is returned", () -> unboxed.applyAsInt(x));
        add("null is called", () -> length.apply(null));
        add("throws", () -> ((Function<String, Integer>) Integer::parseInt).apply("x" + x));
    }

    @Override
    public String toString() {
        return "samples";
    }
}
