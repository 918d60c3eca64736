package org.lanewise.splicer;

import java.lang.invoke.MethodHandles;
import java.util.List;
import jdk.incubator.vector.FloatVector;
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

    static final class BeyondPlanes extends Kernel {
        BeyondPlanes(Plain rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {}

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            planes[2].set(0, 1);
        }
    }

    static final class VariableIndex extends Kernel {
        VariableIndex(Plain rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {}

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            planes[from].set(0, 1);
        }
    }

    static final class PlanePassedOn extends Kernel {
        PlanePassedOn(Plain rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {}

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            System.identityHashCode(planes[0]);
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
        public void scalar(Plane[] planes, int from, int to) {}

        private static FloatVector halved(FloatVector x) {
            return x.lane(0) > 0 ? x.mul(0.5f) : x;
        }
    }

    static final class Switching extends Kernel {
        Switching(Plain rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {}

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            switch (to) {
                case 1 -> planes[0].set(0, 1);
                case 2 -> planes[0].set(0, 2);
                default -> planes[0].set(0, 3);
            }
        }
    }

    static final class Catching extends Kernel {
        Catching(Plain rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {}

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            try {
                planes[0].set(0, 1);
            } catch (IllegalStateException _) {
                planes[0].set(0, 2);
            }
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
        public void vector(Plane[] planes, int from, int to) {}

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

    static final class Swapping extends Kernel {
        Swapping(Plain rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {}

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane q = planes[0];
            if (to > 1) {
                q = planes[1];
            }
            q.set(0, 1);
        }
    }

    static final class Chained extends Kernel {
        Chained(Plain rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {}

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane a, b;
            a = b = planes[0];
            a.set(0, b.get(1));
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
        public void scalar(Plane[] planes, int from, int to) {}

        private static int next(int i) {
            return i + Species.LANES;
        }
    }
}
