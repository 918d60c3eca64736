package org.lanewise.splicer;

import java.lang.invoke.MethodHandles;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import org.lanewise.Rule;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Species;

/** Kernels of forms that are refused, and some odd ones that are not. */
final class Kernels {
    private Kernels() {}

    record Plain() implements Rule {
        @Override
        public double learningRate() {
            return 1;
        }

        @Override
        public Kernel kernel() {
            return new SetsOne(this);
        }
    }

    record Helped() implements Rule {
        @Override
        public double learningRate() {
            return 1;
        }

        @Override
        public Kernel kernel() {
            return new WithHelper(this);
        }
    }

    abstract static class Idle extends Kernel {
        Idle(MethodHandles.Lookup lookup) {
            super(lookup);
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {}

        @Override
        public void scalar(Plane[] planes, int from, int to) {}
    }

    static final class Inherited extends Idle {
        Inherited(Plain rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {}
    }

    static final class NoRule extends Kernel {
        NoRule() {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {}

        @Override
        public void scalar(Plane[] planes, int from, int to) {}
    }

    static final class ForeignLookup extends Idle {
        ForeignLookup(Plain rule) {
            super(MethodHandles.publicLookup().in(Rule.class));
        }
    }

    static final class SetsOne extends Kernel {
        SetsOne(Plain rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {}

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0];
            w.set(0, 2);
            w.set(1, 1 / (int) w.get(2));
        }
    }

    static final class WithHelper extends Kernel {
        WithHelper(Helped rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1];
            for (int i = from; i < to; i += Species.LANES) {
                w.store(i, halved(g.load(i)));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1];
            for (int i = from; i < to; i++) {
                w.set(i, g.get(i));
            }
        }

        private static FloatVector halved(FloatVector x) {
            return x.compare(VectorOperators.GT, 0).allTrue() ? x.mul(0.5f) : x;
        }
    }

    /** Options and planes in every form that Java has for them. */
    record Optional(boolean a, boolean b) implements Rule {
        @Override
        public double learningRate() {
            return 1;
        }

        @Override
        public List<State> states() {
            return a ? List.of(new State("first"), new State("second")) : List.of(new State("first"));
        }

        @Override
        public Kernel kernel() {
            return new WithOptions(this);
        }
    }

    static final class WithOptions extends Kernel {
        private final boolean a, b, neither;

        WithOptions(Optional rule) {
            super(MethodHandles.lookup());
            a = rule.a();
            b = rule.b();
            neither = !a && !b;
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0];
            for (int i = from; i < to; i += Species.LANES) {
                w.store(i, w.load(i));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], other = a ? planes[3] : planes[1];
            for (int i = from; i < to; i++) {
                float x = a && b ? 100 : a || b ? 10 : 1;
                if (!a) {
                    x += other.get(i);
                } else if (b) {
                    planes[3].set(i, x);
                    x -= planes[3].get(i) / 2;
                } else {
                    Plane alias = planes[2];
                    alias.set(i, 7);
                    x += (b ? planes[3] : alias).get(i);
                }
                boolean kept = neither;
                for (int k = 0; k < 3; k++) {
                    if (kept == b) {
                        continue;
                    }
                    x = x * 3 + (neither ? 1 : w.get(i));
                }
                w.set(i, x);
            }
        }
    }

    /** Uses the species outside its loops. */
    record Strided() implements Rule {
        @Override
        public double learningRate() {
            return 1;
        }

        @Override
        public Kernel kernel() {
            return new Striding(this);
        }
    }

    static final class Striding extends Kernel {
        private static final int STRIDE = Species.LANES;

        Striding(Strided rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0];
            for (int i = from; i < to; i = next(i)) {
                w.store(i, FloatVector.broadcast(Species.FLOATS, STRIDE));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0];
            for (int i = from; i < to; i++) {
                w.set(i, STRIDE);
            }
        }

        private static int next(int i) {
            return i + Species.LANES;
        }
    }
}
