package org.lanewise.execution;

import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.lanewise.Rule;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Sums;

/** Two measures, of which the second depends on the first, and states of a tensor that change before a loop and are read by loops. */
record TwoNorms(double learningRate) implements Rule {
    @Override
    public List<State> states() {
        return List.of(new State("m"), new State("a", 1, false, Extent.TENSOR), new State("b", 1, false, Extent.TENSOR));
    }

    @Override
    public List<Measure> measures() {
        return List.of(new Measure(new First(this), "g"), new Measure(new Second(this), "u", "w"));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    static final class First extends Kernel {
        First(TwoNorms rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane g = planes[1], b = planes[4], sum = planes[5];
            for (int i = from; i < to; i += LANES) {
                sum.store(i, g.load(i).mul(b.load(i)));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane g = planes[1], b = planes[4], sum = planes[5];
            for (int i = from; i < to; i++) {
                sum.set(i, g.get(i) * b.get(i));
            }
        }
    }

    static final class Second extends Kernel {
        private float factor;

        Second(TwoNorms rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void prepareTensor(Plane[] planes, Sums sums) {
            Plane a = planes[3];
            factor = (float) (1 / (1 + Math.sqrt(sums.ofSquares(0) / sums.shape().size())));
            a.set(0, a.get(0) * 0.5f + factor);
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], a = planes[3], u = planes[6], wSum = planes[7];
            for (int i = from; i < to; i += LANES) {
                u.store(i, g.load(i).mul(factor).add(m.load(i).mul(a.load(i))));
                wSum.store(i, w.load(i));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], a = planes[3], u = planes[6], wSum = planes[7];
            for (int i = from; i < to; i++) {
                u.set(i, g.get(i) * factor + m.get(i) * a.get(i));
                wSum.set(i, w.get(i));
            }
        }
    }

    static final class Update extends Kernel {
        private float share;

        Update(TwoNorms rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void prepareTensor(Plane[] planes, Sums sums) {
            Plane b = planes[4];
            share = (float) Math.sqrt(sums.ofSquares(2) / (sums.ofSquares(0) + sums.ofSquares(1) + 1));
            b.set(0, b.get(0) * 0.5f + share);
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], a = planes[3], b = planes[4];
            for (int i = from; i < to; i += LANES) {
                FloatVector mi = m.load(i).mul(a.load(i)).add(g.load(i).mul(share));
                m.store(i, mi);
                w.store(i, mi.mul(b.load(i)).mul(minusLearningRate).add(w.load(i)));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], a = planes[3], b = planes[4];
            for (int i = from; i < to; i++) {
                float mi = m.get(i) * a.get(i) + g.get(i) * share;
                m.set(i, mi);
                w.set(i, mi * b.get(i) * minusLearningRate + w.get(i));
            }
        }
    }
}
