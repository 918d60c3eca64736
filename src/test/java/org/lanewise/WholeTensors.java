package org.lanewise;

import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Sums;

/** Does all that a rule may do with whole tensors: two measures, sums and states of every extent. */
record WholeTensors(double learningRate) implements Rule {
    @Override
    public List<State> states() {
        return List.of(new State("m"), new State("r", Extent.ROW), new State("c", Extent.COLUMN), new State("t", 1, false, Extent.TENSOR),
                new State("k", Extent.MATRIX));
    }

    @Override
    public List<Measure> measures() {
        return List.of(
                new Measure(new First(this), List.of(new Sum("row", Extent.ROW), new Sum("column", Extent.COLUMN),
                        new Sum("matrix", Extent.MATRIX))),
                new Measure(new Second(this), "u", "w"));
    }

    @Override
    public Kernel kernel() {
        return new Update(this);
    }

    static final class First extends Kernel {
        First(WholeTensors rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane g = planes[1], row = planes[7], column = planes[8], matrix = planes[9];
            for (int i = from; i < to; i += LANES) {
                row.store(i, g.load(i));
                matrix.store(i, g.load(i));
                column.store(i, g.load(i).mul(0.5f));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane g = planes[1], row = planes[7], column = planes[8], matrix = planes[9];
            for (int i = from; i < to; i++) {
                row.set(i, g.get(i));
                matrix.set(i, g.get(i));
                column.set(i, g.get(i) * 0.5f);
            }
        }
    }

    static final class Second extends Kernel {
        Second(WholeTensors rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void prepareTensor(Plane[] planes, Sums sums) {
            Plane r = planes[3], c = planes[4], k = planes[6];
            for (int row = 0; row < sums.shape().count(Extent.ROW); row++) {
                r.set(row, (float) (0.5 * r.get(row) + Math.sqrt(sums.ofSquares(0, row))));
            }
            for (int column = 0; column < sums.shape().count(Extent.COLUMN); column++) {
                c.set(column, (float) (0.5 * c.get(column) + Math.sqrt(sums.ofSquares(1, column))));
            }
            for (int matrix = 0; matrix < sums.shape().count(Extent.MATRIX); matrix++) {
                k.set(matrix, (float) (0.5 * k.get(matrix) + Math.sqrt(sums.ofSquares(2, matrix))));
            }
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], r = planes[3], c = planes[4], t = planes[5], k = planes[6], u = planes[10], wSum = planes[11];
            for (int i = from; i < to; i += LANES) {
                u.store(i, r.load(i).mul(c.load(i)).mul(t.load(i)).add(k.load(i)));
                wSum.store(i, w.load(i));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], r = planes[3], c = planes[4], t = planes[5], k = planes[6], u = planes[10], wSum = planes[11];
            for (int i = from; i < to; i++) {
                u.set(i, r.get(i) * c.get(i) * t.get(i) + k.get(i));
                wSum.set(i, w.get(i));
            }
        }
    }

    static final class Update extends Kernel {
        private float factor;

        Update(WholeTensors rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void prepareTensor(Plane[] planes, Sums sums) {
            Plane t = planes[5];
            t.set(0, (float) (0.5 * t.get(0) + Math.sqrt(sums.ofSquares(3) / sums.shape().size())));
            factor = (float) Math.sqrt(sums.ofSquares(4));
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], r = planes[3], c = planes[4], t = planes[5];
            for (int i = from; i < to; i += LANES) {
                FloatVector mi = m.load(i).mul(factor).add(g.load(i).div(r.load(i).add(c.load(i)).add(t.load(i))));
                m.store(i, mi);
                w.store(i, mi.mul(minusLearningRate).add(w.load(i)));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], r = planes[3], c = planes[4], t = planes[5];
            for (int i = from; i < to; i++) {
                float mi = m.get(i) * factor + g.get(i) / (r.get(i) + c.get(i) + t.get(i));
                m.set(i, mi);
                w.set(i, mi * minusLearningRate + w.get(i));
            }
        }
    }
}
