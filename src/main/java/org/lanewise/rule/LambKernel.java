package org.lanewise.rule;

import static org.lanewise.kernel.Species.FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Sums;

/** The two loops of {@link Lamb}, which compute the same update {@code u}: the first for its norm, the second to take it. */
abstract class LambKernel extends BiasCorrectedKernel {
    final Lamb rule;
    final float beta1, beta2, oneMinusBeta1, oneMinusBeta2, epsilon, weightDecay;
    float oneOverCorrection1, rootOfCorrection2;

    private LambKernel(Lamb rule, MethodHandles.Lookup lookup) {
        super(lookup, rule.beta1(), rule.beta2());
        this.rule = rule;
        beta1 = (float) rule.beta1();
        beta2 = (float) rule.beta2();
        oneMinusBeta1 = (float) (1 - rule.beta1());
        oneMinusBeta2 = (float) (1 - rule.beta2());
        epsilon = (float) rule.epsilon();
        weightDecay = (float) rule.weightDecay();
    }

    @Override
    public void prepare(long step, double learningRate) {
        boolean corrects = rule.biasCorrection();
        oneOverCorrection1 = corrects ? (float) (1 / correction(1, step)) : 1;
        rootOfCorrection2 = corrects ? (float) Math.sqrt(correction(2, step)) : 1;
    }

    /** {@code m / c1 / (root + epsilon) + weightDecay w}, given the corrected root of {@code v}. */
    static FloatVector update(FloatVector w, FloatVector weightDecay, FloatVector m, float oneOverCorrection1, FloatVector root,
            float epsilon) {
        return w.fma(weightDecay, m.mul(oneOverCorrection1).div(root.add(epsilon)));
    }

    static final class Norms extends LambKernel {
        Norms(Lamb rule) {
            super(rule, MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], v = planes[3], wSum = planes[4], uSum = planes[5];
            FloatVector oneMinusBeta1 = FloatVector.broadcast(FLOATS, this.oneMinusBeta1);
            FloatVector oneMinusBeta2 = FloatVector.broadcast(FLOATS, this.oneMinusBeta2);
            FloatVector reciprocal = FloatVector.broadcast(FLOATS, 1 / rootOfCorrection2);
            FloatVector minusCorrection = FloatVector.broadcast(FLOATS, -rootOfCorrection2);
            FloatVector weightDecay = FloatVector.broadcast(FLOATS, this.weightDecay);
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i), gi = g.load(i);
                FloatVector mi = Moments.mean(m.load(i), beta1, gi, oneMinusBeta1);
                FloatVector vi = Moments.square(v.load(i), beta2, gi, oneMinusBeta2);
                FloatVector root = CorrectedRoot.of(vi.sqrt(), reciprocal, minusCorrection);
                wSum.store(i, wi);
                uSum.store(i, LambKernel.update(wi, weightDecay, mi, oneOverCorrection1, root, epsilon));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], v = planes[3], wSum = planes[4], uSum = planes[5];
            for (int i = from; i < to; i++) {
                float wi = w.get(i), gi = g.get(i);
                float mi = Math.fma(gi, oneMinusBeta1, m.get(i) * beta1);
                float vi = Math.fma(gi * oneMinusBeta2, gi, v.get(i) * beta2);
                float root = (float) Math.sqrt(vi) / rootOfCorrection2;
                wSum.set(i, wi);
                uSum.set(i, Math.fma(wi, weightDecay, mi * oneOverCorrection1 / (root + epsilon)));
            }
        }
    }

    static final class Update extends LambKernel {
        private double learningRate;
        private float minusRate;

        Update(Lamb rule) {
            super(rule, MethodHandles.lookup());
        }

        @Override
        public void prepare(long step, double learningRate) {
            super.prepare(step, learningRate);
            this.learningRate = learningRate;
        }

        @Override
        public void prepareTensor(Plane[] planes, Sums sums) {
            double w = Math.sqrt(sums.ofSquares(0)), u = Math.sqrt(sums.ofSquares(1));
            double trust = w == 0 || u == 0 ? 1 : Math.min(Math.max(w, rule.lowerTrustBound()), rule.upperTrustBound()) / u;
            minusRate = (float) -Math.min(Float.MAX_VALUE, learningRate * trust);
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], v = planes[3];
            FloatVector oneMinusBeta1 = FloatVector.broadcast(FLOATS, this.oneMinusBeta1);
            FloatVector oneMinusBeta2 = FloatVector.broadcast(FLOATS, this.oneMinusBeta2);
            FloatVector reciprocal = FloatVector.broadcast(FLOATS, 1 / rootOfCorrection2);
            FloatVector minusCorrection = FloatVector.broadcast(FLOATS, -rootOfCorrection2);
            FloatVector weightDecay = FloatVector.broadcast(FLOATS, this.weightDecay);
            FloatVector minusRate = FloatVector.broadcast(FLOATS, this.minusRate);
            for (int i = from; i < to; i += LANES) {
                FloatVector wi = w.load(i), gi = g.load(i);
                FloatVector mi = Moments.mean(m.load(i), beta1, gi, oneMinusBeta1);
                FloatVector vi = Moments.square(v.load(i), beta2, gi, oneMinusBeta2);
                FloatVector root = CorrectedRoot.of(vi.sqrt(), reciprocal, minusCorrection);
                m.store(i, mi);
                v.store(i, vi);
                w.store(i, LambKernel.update(wi, weightDecay, mi, oneOverCorrection1, root, epsilon).fma(minusRate, wi));
            }
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], g = planes[1], m = planes[2], v = planes[3];
            for (int i = from; i < to; i++) {
                float wi = w.get(i), gi = g.get(i);
                float mi = Math.fma(gi, oneMinusBeta1, m.get(i) * beta1);
                float vi = Math.fma(gi * oneMinusBeta2, gi, v.get(i) * beta2);
                float root = (float) Math.sqrt(vi) / rootOfCorrection2;
                m.set(i, mi);
                v.set(i, vi);
                w.set(i, Math.fma(Math.fma(wi, weightDecay, mi * oneOverCorrection1 / (root + epsilon)), minusRate, wi));
            }
        }
    }
}
