package org.lanewise.rule;

import static org.lanewise.kernel.Species.FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Shape;
import org.lanewise.kernel.Sums;
import org.lanewise.scalar.Power;

/**
 * The loops of {@link Adafactor}: squares of rows, columns and parameters, then the size of the update, then the update.
 *
 * <p>PyTorch keeps norms and means as floats, so squares that overflow a float are infinite. They are so here, though sums are in double
 * precision.
 */
final class AdafactorKernels {
    private static final int ROW_SQUARES = 0, COLUMN_SQUARES = 1, PARAMETER_SQUARES = 2, UPDATE_SQUARES = 3;

    private AdafactorKernels() {}

    /** {@code u = g / sqrt(max(variance, floor))}, as PyTorch rounds it. */
    static FloatVector u(FloatVector g, FloatVector variance, FloatVector floor) {
        return FloatVector.broadcast(FLOATS, 1f).div(variance.max(floor).sqrt()).mul(g);
    }

    /** Least variance. Where epsilon is in the variances already, this is what keeps 0 / 0 away if their product underflows. */
    private static float floor(Adafactor rule) {
        return rule.addedEpsilon() ? Float.MIN_VALUE : (float) (rule.epsilon1() * rule.epsilon1());
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
        private final boolean addedEpsilon;
        private final float floor;
        private float weight;

        UpdateSquares(Adafactor rule) {
            super(MethodHandles.lookup());
            this.rule = rule;
            addedEpsilon = rule.addedEpsilon();
            floor = floor(rule);
        }

        @Override
        public void prepare(long step, double learningRate) {
            weight = (float) Power.real(step, rule.beta2Decay());
        }

        @Override
        public void prepareTensor(Plane[] planes, Sums sums) {
            Plane rowVariance = planes[2], columnVariance = planes[3], inverseMean = planes[4];
            Shape shape = sums.shape();
            average(columnVariance, sums, COLUMN_SQUARES, (int) shape.count(Extent.COLUMN), shape.rows());
            if (shape.isVector()) {
                rowVariance.set(0, 1);
                inverseMean.set(0, 1);
                return;
            }
            average(rowVariance, sums, ROW_SQUARES, (int) shape.count(Extent.ROW), shape.columns());
            for (int matrix = 0, row = 0; matrix < shape.matrices(); matrix++) {
                double sum = 0;
                for (int end = row + (int) shape.rows(); row < end; row++) {
                    sum += rowVariance.get(row);
                }
                inverseMean.set(matrix, inverse(addedEpsilon ? (float) (sum / shape.rows()) : (float) sum / shape.rows()));
            }
        }

        /**
         * {@code variance <- lerp(variance, mean, weight)}, which has two forms in PyTorch. In one loop: for large tensors C2 compiles
         * it in the first step, where only one form is used, and calls in a loop for the other would stay calls. A branch of statements:
         * C2 does not vectorize {@code ?:}.
         */
        private void average(Plane variance, Sums sums, int sum, int count, long terms) {
            boolean small = weight < 0.5f;
            for (int i = 0; i < count; i++) {
                float mean = mean(sums.ofSquares(sum, i), terms);
                float old = variance.get(i);
                if (small) {
                    variance.set(i, Math.fma(weight, mean - old, old));
                } else {
                    variance.set(i, Math.fma(weight - 1, mean - old, mean));
                }
            }
        }

        private float mean(double sum, long terms) {
            if (!addedEpsilon) {
                return (float) sum / terms;
            }
            double mean = sum / terms + rule.epsilon1();
            return (float) (mean < Double.POSITIVE_INFINITY ? Math.min(mean, Float.MAX_VALUE) : mean);
        }

        private float inverse(float mean) {
            float divisor = addedEpsilon ? mean : Math.max(mean, (float) rule.epsilon1());
            return Math.min(1 / divisor, Float.MAX_VALUE);
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane g = planes[1], rowVariance = planes[2], columnVariance = planes[3], inverseMean = planes[4], updates = planes[8];
            FloatVector floor = FloatVector.broadcast(FLOATS, this.floor);
            for (int i = from; i < to; i += LANES) {
                FloatVector row = rowVariance.load(i), column = columnVariance.load(i), inverse = inverseMean.load(i);
                FloatVector variance = addedEpsilon ? row.mul(inverse).mul(column) : row.mul(column).mul(inverse);
                updates.store(i, u(g.load(i), variance, floor));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane g = planes[1], rowVariance = planes[2], columnVariance = planes[3], inverseMean = planes[4], updates = planes[8];
            for (int i = from; i < to; i++) {
                float row = rowVariance.get(i), column = columnVariance.get(i), inverse = inverseMean.get(i);
                float variance = addedEpsilon ? row * inverse * column : row * column * inverse;
                updates.set(i, 1 / (float) Math.sqrt(Math.max(variance, floor)) * g.get(i));
            }
        }
    }

    static final class Update extends Kernel {
        private final Adafactor rule;
        private final boolean addedEpsilon;
        private final boolean decays;
        private final float floor;
        private double rate;
        private double learningRate;
        private float shrink, minusStepSize;

        Update(Adafactor rule) {
            super(MethodHandles.lookup());
            this.rule = rule;
            addedEpsilon = rule.addedEpsilon();
            decays = rule.weightDecay() != 0;
            floor = floor(rule);
        }

        @Override
        public void prepare(long step, double learningRate) {
            this.learningRate = learningRate;
            rate = rule.relativeStep() ? Math.min(learningRate, 1 / Math.sqrt(step)) : learningRate;
        }

        /** Comparisons, not {@code Math.max}: a size that is {@code NaN} counts as the least one, as Python's {@code max} has it. */
        @Override
        public void prepareTensor(Plane[] planes, Sums sums) {
            double root = Math.sqrt(sums.shape().size());
            double size = norm(sums.ofSquares(PARAMETER_SQUARES)) / root;
            double scale = size > rule.epsilon2() ? size : rule.epsilon2();
            double alpha = rule.scaleParameter() ? scale * rate : rate;
            double excess = norm(sums.ofSquares(UPDATE_SQUARES)) / (root * rule.clippingThreshold());
            shrink = FiniteFloat.nearest(1 - (rule.relativeDecay() ? alpha : learningRate) * rule.weightDecay());
            minusStepSize = FiniteFloat.nearest(-(excess > 1 ? alpha / excess : alpha));
        }

        private double norm(double sumOfSquares) {
            return addedEpsilon ? Math.sqrt(sumOfSquares) : (float) Math.sqrt((float) sumOfSquares);
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], rowVariance = planes[2], columnVariance = planes[3], inverseMean = planes[4];
            FloatVector floor = FloatVector.broadcast(FLOATS, this.floor);
            FloatVector minusStepSize = FloatVector.broadcast(FLOATS, this.minusStepSize);
            for (int i = from; i < to; i += LANES) {
                FloatVector row = rowVariance.load(i), column = columnVariance.load(i), inverse = inverseMean.load(i);
                FloatVector variance = addedEpsilon ? row.mul(inverse).mul(column) : row.mul(column).mul(inverse);
                FloatVector u = u(g.load(i), variance, floor);
                FloatVector wi = w.load(i);
                wi = decays ? wi.mul(shrink) : wi;
                w.store(i, u.fma(minusStepSize, wi));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], rowVariance = planes[2], columnVariance = planes[3], inverseMean = planes[4];
            for (int i = from; i < to; i++) {
                float row = rowVariance.get(i), column = columnVariance.get(i), inverse = inverseMean.get(i);
                float variance = addedEpsilon ? row * inverse * column : row * column * inverse;
                float u = 1 / (float) Math.sqrt(Math.max(variance, floor)) * g.get(i);
                float wi = w.get(i);
                wi = decays ? wi * shrink : wi;
                w.set(i, Math.fma(u, minusStepSize, wi));
            }
        }
    }
}
