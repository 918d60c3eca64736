package org.lanewise.rule;

import static org.lanewise.kernel.Species.FLOATS;
import static org.lanewise.kernel.Species.LANES;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Sums;

/** The loop of {@link Adam} and {@link AdamW}, which differ in where weight decay enters: a constant of the executed class. */
final class AdamKernel extends BiasCorrectedKernel {
    /** What the loop needs to know of its rule. */
    sealed interface Form permits Adam, AdamW {
        double beta1();

        double beta2();

        double epsilon();

        double weightDecay();

        boolean amsgrad();

        boolean epsilonHat();

        double epsilonRoot();

        boolean correctedMaximum();
    }

    private final Form rule;
    /** Weight decay: Adam's adds to the gradient, AdamW's shrinks the parameter. */
    private final boolean decays, shrinks;
    /** Whether the mean of gradients is computed from the new one. */
    private final boolean startsAtG;
    private final boolean amsgrad, hasEpsilonRoot;
    /** Where {@code v} is corrected for its start at zero, exactly one of them: with epsilon hat in the step size, else in the loop. */
    private final boolean hat, correctsMaximum, correctsV, correctsRoot;
    private final float way, beta2, oneMinusBeta2, epsilon, epsilonRoot, weightDecay;
    private double learningRate, correction1, rootOfC2;
    private float shrink, minusStepSize, correction2, rootOfCorrection2;

    AdamKernel(Form rule) {
        super(MethodHandles.lookup(), rule.beta1(), rule.beta2());
        this.rule = rule;
        decays = rule instanceof Adam && rule.weightDecay() != 0;
        shrinks = rule instanceof AdamW && rule.weightDecay() != 0;
        amsgrad = rule.amsgrad();
        hat = rule.epsilonHat();
        hasEpsilonRoot = rule.epsilonRoot() != 0;
        correctsMaximum = amsgrad && rule.correctedMaximum();
        correctsV = hasEpsilonRoot && !correctsMaximum;
        correctsRoot = !hat && !correctsV && !correctsMaximum;
        startsAtG = Moments.startsAtNew(rule.beta1());
        way = Moments.way(rule.beta1());
        beta2 = (float) rule.beta2();
        oneMinusBeta2 = (float) (1 - rule.beta2());
        epsilon = (float) rule.epsilon();
        epsilonRoot = (float) rule.epsilonRoot();
        weightDecay = (float) rule.weightDecay();
    }

    @Override
    public void prepare(long step, double learningRate) {
        double c2 = correction(2, step);
        correction1 = correction(1, step);
        rootOfC2 = Math.sqrt(c2);
        correction2 = (float) c2;
        rootOfCorrection2 = (float) rootOfC2;
        this.learningRate = learningRate;
        setStepSize(learningRate);
    }

    private void setStepSize(double learningRate) {
        shrink = FiniteFloat.nearest(1 - learningRate * rule.weightDecay());
        minusStepSize = FiniteFloat.nearest(-((hat ? learningRate * rootOfC2 : learningRate) / correction1));
    }

    @Override
    public void prepareTensor(Plane[] planes, Sums sums) {
        if (rule instanceof AdamW adamW && adamW.updateClipping()) {
            setStepSize(learningRate / Math.max(1, Math.sqrt(sums.ofSquares(0) / sums.shape().size())));
        }
    }

    @Override
    public void vector(Plane[] planes, int from, int to) {
        Plane w = planes[0], g = planes[1], m = planes[2], v = planes[3];
        FloatVector weightDecay = FloatVector.broadcast(FLOATS, this.weightDecay);
        FloatVector way = FloatVector.broadcast(FLOATS, this.way);
        FloatVector oneMinusBeta2 = FloatVector.broadcast(FLOATS, this.oneMinusBeta2);
        FloatVector reciprocal = FloatVector.broadcast(FLOATS, 1 / rootOfCorrection2);
        FloatVector minusCorrection = FloatVector.broadcast(FLOATS, -rootOfCorrection2);
        for (int i = from; i < to; i += LANES) {
            FloatVector wi = w.load(i), gi = g.load(i);
            // weight decay
            gi = decays ? wi.fma(weightDecay, gi) : gi;
            wi = shrinks ? wi.mul(shrink) : wi;
            // running means of the gradient and of its square
            FloatVector before = m.load(i);
            FloatVector mi = Moments.lerp(before, gi, startsAtG ? gi : before, way);
            FloatVector vi = Moments.meanOfSquares(v.load(i), beta2, gi, oneMinusBeta2);
            m.store(i, mi);
            v.store(i, vi);
            // amsgrad: the largest v so far takes its place
            vi = correctsMaximum ? vi.div(correction2) : vi;
            if (amsgrad) {
                Plane vMax = planes[4];
                vi = vMax.load(i).max(vi);
                vMax.store(i, vi);
            }
            // the root, with v corrected before it is taken or after
            vi = correctsV ? vi.div(correction2) : vi;
            vi = hasEpsilonRoot ? vi.add(epsilonRoot) : vi;
            FloatVector root = correctsRoot ? CorrectedRoot.of(vi.sqrt(), reciprocal, minusCorrection) : vi.sqrt();
            w.store(i, wi.add(mi.mul(minusStepSize).div(root.add(epsilon))));
        }
    }

    @Override
    public void scalar(Plane[] planes, int from, int to) {
        Plane w = planes[0], g = planes[1], m = planes[2], v = planes[3];
        for (int i = from; i < to; i++) {
            float wi = w.get(i), gi = g.get(i);
            gi = decays ? Math.fma(wi, weightDecay, gi) : gi;
            wi = shrinks ? wi * shrink : wi;
            float before = m.get(i);
            float mi = Math.fma(gi - before, way, startsAtG ? gi : before);
            float vi = Math.fma(gi * oneMinusBeta2, gi, v.get(i) * beta2);
            m.set(i, mi);
            v.set(i, vi);
            vi = correctsMaximum ? vi / correction2 : vi;
            if (amsgrad) {
                Plane vMax = planes[4];
                vi = Math.max(vMax.get(i), vi);
                vMax.set(i, vi);
            }
            vi = correctsV ? vi / correction2 : vi;
            vi = hasEpsilonRoot ? vi + epsilonRoot : vi;
            float root = correctsRoot ? (float) Math.sqrt(vi) / rootOfCorrection2 : (float) Math.sqrt(vi);
            w.set(i, wi + mi * minusStepSize / (root + epsilon));
        }
    }
}
