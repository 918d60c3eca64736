package org.lanewise.bench.work;

import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.lanewise.Rule;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/**
 * Loops that train nothing and show a limit of the machine: how fast memory streams, how fast roots and divisions come.
 *
 * <p>They run as rules, so with the placement, blocks and splicing of the rules they are compared with. A stream reads every plane and
 * writes all but the gradient, and only flips bits between.
 *
 * @param what which limit
 */
public record Probe(What what) implements Rule {
    /** The limits, with the number of planes of state. */
    public enum What {
        /** Reads 8 and writes 4 bytes for each parameter, as gradient descent does. */
        STREAM_12(0),
        /** Reads 12 and writes 8 bytes, as momentum does. */
        STREAM_20(1),
        /** Reads 16 and writes 12 bytes, as Adam does. */
        STREAM_28(2),
        /** Reads 20 and writes 16 bytes, as Adam with amsgrad does. */
        STREAM_36(3),
        /** One square root. */
        ROOT(0),
        /** One division. */
        DIVISION(0),
        /** One square root and the division of a number by it. */
        ROOT_AND_DIVISION(0);

        private final int states;

        What(int states) {
            this.states = states;
        }

        /** Whether this is a stream. */
        public boolean isStream() {
            return compareTo(ROOT) < 0;
        }
    }

    /** All probes, by name. */
    public static Map<String, Rule> all() {
        Map<String, Rule> all = new LinkedHashMap<>();
        for (What what : What.values()) {
            all.put(what.name(), new Probe(what));
        }
        return all;
    }

    @Override
    public double learningRate() {
        return 0;
    }

    @Override
    public List<State> states() {
        return Stream.of("a", "b", "c").limit(what.states).map(State::new).toList();
    }

    @Override
    public Kernel kernel() {
        return what.isStream() ? new Flip(this) : new Compute(this);
    }

    private static final class Flip extends Kernel {
        private final boolean one, two, three;

        Flip(Probe rule) {
            super(MethodHandles.lookup());
            one = rule.what.states > 0;
            two = rule.what.states > 1;
            three = rule.what.states > 2;
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1];
            for (int i = from; i < to; i += LANES) {
                FloatVector gi = g.load(i);
                w.store(i, flip(w.load(i), gi));
                if (one) {
                    Plane a = planes[2];
                    a.store(i, flip(a.load(i), gi));
                }
                if (two) {
                    Plane b = planes[3];
                    b.store(i, flip(b.load(i), gi));
                }
                if (three) {
                    Plane c = planes[4];
                    c.store(i, flip(c.load(i), gi));
                }
            }
        }

        private static FloatVector flip(FloatVector x, FloatVector by) {
            return x.reinterpretAsInts().lanewise(VectorOperators.XOR, by.reinterpretAsInts()).reinterpretAsFloats();
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1];
            for (int i = from; i < to; i++) {
                float gi = g.get(i);
                w.set(i, flip(w.get(i), gi));
                if (one) {
                    Plane a = planes[2];
                    a.set(i, flip(a.get(i), gi));
                }
                if (two) {
                    Plane b = planes[3];
                    b.set(i, flip(b.get(i), gi));
                }
                if (three) {
                    Plane c = planes[4];
                    c.set(i, flip(c.get(i), gi));
                }
            }
        }

        private static float flip(float x, float by) {
            return Float.intBitsToFloat(Float.floatToRawIntBits(x) ^ Float.floatToRawIntBits(by));
        }
    }

    private static final class Compute extends Kernel {
        private final boolean root, division;

        Compute(Probe rule) {
            super(MethodHandles.lookup());
            root = rule.what != What.DIVISION;
            division = rule.what != What.ROOT;
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1];
            for (int i = from; i < to; i += LANES) {
                FloatVector gi = g.load(i);
                FloatVector x = root ? gi.abs().sqrt() : gi.abs();
                w.store(i, division ? gi.div(x) : x);
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1];
            for (int i = from; i < to; i++) {
                float gi = g.get(i);
                float x = root ? (float) Math.sqrt(Math.abs(gi)) : Math.abs(gi);
                w.set(i, division ? gi / x : x);
            }
        }
    }
}
