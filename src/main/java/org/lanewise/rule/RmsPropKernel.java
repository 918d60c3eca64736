package org.lanewise.rule;

import static org.lanewise.kernel.Species.FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;

/** The loop of {@link RmsProp}. */
final class RmsPropKernel extends Kernel {
    private final boolean decays, centered, startsAtG, clamps, hasMomentum, epsilonInRoot, learningRateInside;
    private final float alpha, oneMinusAlpha, way, epsilon, weightDecay, momentum;

    RmsPropKernel(RmsProp rule) {
        super(MethodHandles.lookup());
        decays = rule.weightDecay() != 0;
        centered = rule.centered();
        startsAtG = Moments.startsAtNew(rule.alpha());
        clamps = rule.clampedVariance();
        hasMomentum = rule.momentum() != 0;
        epsilonInRoot = rule.epsilonInRoot();
        learningRateInside = rule.learningRateInside();
        alpha = (float) rule.alpha();
        oneMinusAlpha = (float) (1 - rule.alpha());
        way = Moments.way(rule.alpha());
        epsilon = (float) rule.epsilon();
        weightDecay = (float) rule.weightDecay();
        momentum = (float) rule.momentum();
    }

    @Override
    public void vector(Plane[] planes, int from, int to) {
        Plane w = planes[0], g = planes[1], v = planes[2];
        FloatVector weightDecay = FloatVector.broadcast(FLOATS, this.weightDecay);
        FloatVector oneMinusAlpha = FloatVector.broadcast(FLOATS, this.oneMinusAlpha);
        FloatVector way = FloatVector.broadcast(FLOATS, this.way);
        FloatVector minusLearningRate = FloatVector.broadcast(FLOATS, this.minusLearningRate);
        for (int i = from; i < to; i += LANES) {
            FloatVector wi = w.load(i), gi = g.load(i);
            gi = decays ? wi.fma(weightDecay, gi) : gi;
            FloatVector vi = Moments.meanOfSquares(v.load(i), alpha, gi, oneMinusAlpha);
            v.store(i, vi);
            // variance: mean of squares minus square of mean
            if (centered) {
                Plane gAvg = planes[3];
                FloatVector before = gAvg.load(i);
                FloatVector averageOfG = Moments.lerp(before, gi, startsAtG ? gi : before, way);
                gAvg.store(i, averageOfG);
                vi = averageOfG.neg().fma(averageOfG, vi);
                vi = clamps ? vi.max(0) : vi;
            }
            FloatVector root = epsilonInRoot ? vi.add(epsilon).sqrt() : vi.sqrt().add(epsilon);
            if (hasMomentum) {
                Plane b = centered ? planes[4] : planes[3];
                FloatVector bi = b.load(i).mul(momentum);
                bi = learningRateInside ? bi.sub(gi.mul(minusLearningRate).div(root)) : bi.add(gi.div(root));
                b.store(i, bi);
                w.store(i, learningRateInside ? wi.sub(bi) : bi.fma(minusLearningRate, wi));
            } else {
                w.store(i, wi.add(gi.mul(minusLearningRate).div(root)));
            }
        }
    }

    @Override
    public void scalar(Plane[] planes, int from, int to) {
        Plane w = planes[0], g = planes[1], v = planes[2];
        for (int i = from; i < to; i++) {
            float wi = w.get(i), gi = g.get(i);
            gi = decays ? Math.fma(wi, weightDecay, gi) : gi;
            // Read before any state is written: without options that are constants, planes[3] may be either state.
            float bi = !hasMomentum ? 0 : centered ? planes[4].get(i) : planes[3].get(i);
            float vi = Math.fma(gi * oneMinusAlpha, gi, v.get(i) * alpha);
            v.set(i, vi);
            if (centered) {
                Plane gAvg = planes[3];
                float before = gAvg.get(i);
                float averageOfG = Math.fma(gi - before, way, startsAtG ? gi : before);
                gAvg.set(i, averageOfG);
                vi = Math.fma(-averageOfG, averageOfG, vi);
                vi = clamps ? Math.max(vi, 0) : vi;
            }
            float root = epsilonInRoot ? (float) Math.sqrt(vi + epsilon) : (float) Math.sqrt(vi) + epsilon;
            if (hasMomentum) {
                bi *= momentum;
                bi = learningRateInside ? bi - gi * minusLearningRate / root : bi + gi / root;
                if (centered) {
                    planes[4].set(i, bi);
                } else {
                    planes[3].set(i, bi);
                }
                w.set(i, learningRateInside ? wi - bi : Math.fma(bi, minusLearningRate, wi));
            } else {
                w.set(i, wi + gi * minusLearningRate / root);
            }
        }
    }
}
