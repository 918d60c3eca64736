package org.lanewise.rule;

import static org.lanewise.kernel.Species.FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Shape;
import org.lanewise.kernel.Sums;

/** The loops of {@link Adafactor}: squares of rows, columns and parameters, then the size of the update, then the update. */
final class AdafactorKernels {
    private static final int ROW_SQUARES = 0, COLUMN_SQUARES = 1, PARAMETER_SQUARES = 2, UPDATE_SQUARES = 3;

    private AdafactorKernels() {}

    /** {@code u = g / sqrt(max(rowFactor columnVariance, epsilon1^2))}. */
    static FloatVector u(FloatVector g, FloatVector rowFactor, FloatVector columnVariance, FloatVector floor) {
        return g.div(rowFactor.mul(columnVariance).max(floor).sqrt());
    }

    private static float floor(Adafactor rule) {
        return (float) (rule.epsilon1() * rule.epsilon1());
    }

    static final class Squares extends Kernel {
        Squares(Adafactor rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], rows = planes[5], columns = planes[6], parameters = planes[7];
            for (int i = from; i < to; i += LANES) {
                FloatVector gi = g.load(i);
                rows.store(i, gi);
                columns.store(i, gi);
                parameters.store(i, w.load(i));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], rows = planes[5], columns = planes[6], parameters = planes[7];
            for (int i = from; i < to; i++) {
                float gi = g.get(i);
                rows.set(i, gi);
                columns.set(i, gi);
                parameters.set(i, w.get(i));
            }
        }
    }

    static final class UpdateSquares extends Kernel {
        private final Adafactor rule;
        private final float floor;
        private double k;

        UpdateSquares(Adafactor rule) {
            super(MethodHandles.lookup());
            this.rule = rule;
            floor = floor(rule);
        }

        @Override
        public void prepare(long step, double learningRate) {
            k = Power.real(step, rule.beta2Decay());
        }

        @Override
        public void prepareTensor(Plane[] planes, Sums sums) {
            Plane rowVariance = planes[2], rowFactor = planes[3], columnVariance = planes[4];
            Shape shape = sums.shape();
            int rows = (int) shape.rows();
            for (int matrix = 0; matrix < shape.matrices(); matrix++) {
                double sum = 0;
                for (int i = matrix * rows; i < (matrix + 1) * rows; i++) {
                    sum += average(rowVariance, i, sums.ofSquares(ROW_SQUARES, i) / shape.columns());
                }
                double mean = Math.max(sum / rows, rule.epsilon1());
                for (int i = matrix * rows; i < (matrix + 1) * rows; i++) {
                    rowFactor.set(i, rows == 1 ? 1 : (float) (rowVariance.get(i) / mean));
                }
            }
            for (int j = 0; j < shape.matrices() * shape.columns(); j++) {
                average(columnVariance, j, sums.ofSquares(COLUMN_SQUARES, j) / shape.rows());
            }
        }

        /** {@code variance <- variance + k (mean - variance)}, of one row or column. Gives the new one, rounded as it is kept. */
        private float average(Plane variance, int i, double mean) {
            float average = (float) (variance.get(i) + k * (mean - variance.get(i)));
            variance.set(i, average);
            return average;
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane g = planes[1], rowFactor = planes[3], columnVariance = planes[4], updates = planes[8];
            FloatVector floor = FloatVector.broadcast(FLOATS, this.floor);
            for (int i = from; i < to; i += LANES) {
                updates.store(i, u(g.load(i), rowFactor.load(i), columnVariance.load(i), floor));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane g = planes[1], rowFactor = planes[3], columnVariance = planes[4], updates = planes[8];
            for (int i = from; i < to; i++) {
                updates.set(i, g.get(i) / (float) Math.sqrt(Math.max(rowFactor.get(i) * columnVariance.get(i), floor)));
            }
        }
    }

    static final class Update extends Kernel {
        private final Adafactor rule;
        private final boolean shrinks;
        private final float floor;
        private double rate;
        private float shrink, minusStepSize;

        Update(Adafactor rule) {
            super(MethodHandles.lookup());
            this.rule = rule;
            shrinks = rule.weightDecay() != 0;
            floor = floor(rule);
        }

        @Override
        public void prepare(long step, double learningRate) {
            rate = rule.relativeStep() ? Math.min(learningRate, 1 / Math.sqrt(step)) : learningRate;
            shrink = FiniteFloat.nearest(1 - learningRate * rule.weightDecay());
        }

        @Override
        public void prepareTensor(Plane[] planes, Sums sums) {
            double size = sums.shape().size();
            double scale = rule.scaleParameter() ? Math.max(rule.epsilon2(), Math.sqrt(sums.ofSquares(PARAMETER_SQUARES) / size)) : 1;
            double clip = Math.max(1, Math.sqrt(sums.ofSquares(UPDATE_SQUARES) / size) / rule.clippingThreshold());
            minusStepSize = FiniteFloat.nearest(-scale * rate / clip);
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], rowFactor = planes[3], columnVariance = planes[4];
            FloatVector floor = FloatVector.broadcast(FLOATS, this.floor);
            FloatVector minusStepSize = FloatVector.broadcast(FLOATS, this.minusStepSize);
            for (int i = from; i < to; i += LANES) {
                FloatVector u = u(g.load(i), rowFactor.load(i), columnVariance.load(i), floor);
                FloatVector wi = w.load(i);
                wi = shrinks ? wi.mul(shrink) : wi;
                w.store(i, u.fma(minusStepSize, wi));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], rowFactor = planes[3], columnVariance = planes[4];
            for (int i = from; i < to; i++) {
                float u = g.get(i) / (float) Math.sqrt(Math.max(rowFactor.get(i) * columnVariance.get(i), floor));
                float wi = w.get(i);
                wi = shrinks ? wi * shrink : wi;
                w.set(i, Math.fma(u, minusStepSize, wi));
            }
        }
    }
}
