package org.lanewise;

import java.util.List;
import java.util.Optional;
import org.lanewise.reference.PlainStepper;

/** A tensor; without a group it is frozen. */
final class PlainTensor {
    private final Storage storage;
    Optional<PlainGroup> group = Optional.empty();
    PlainStepper stepper;
    double factor;
    boolean maximizes;
    double learningRate;
    float clipFactor;
    long steps;
    final float[] gradient;
    final float[] average;
    final float[] sum;

    PlainTensor(PlainStepper stepper, Storage storage, int size) {
        this.stepper = stepper;
        this.storage = storage;
        this.gradient = new float[size];
        this.average = new float[size];
        this.sum = new float[size];
    }

    float[] plane(int index) {
        return stepper.contents()[index];
    }

    List<Rule.State> states() {
        return group.map(each -> each.rule.states()).orElse(List.of());
    }

    void write(float[] gradients) {
        for (int i = 0; i < gradients.length; i++) {
            gradient[i] = kept(gradients[i]);
        }
    }

    void accumulate(boolean first, float by) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] = first ? gradient[i] * by : Math.fma(gradient[i], by, sum[i]);
        }
    }

    void average(AveragePlan plan, long updates) {
        float[] w = plane(0);
        for (int i = 0; i < w.length; i++) {
            average[i] = plan.next(average[i], w[i], updates);
        }
    }

    /** Gradients as an update is to see them. */
    static float[] used(float[] gradients, float scale, boolean sanitises, float bound) {
        float[] x = gradients.clone();
        for (int i = 0; i < x.length; i++) {
            x[i] *= scale;
            if (sanitises && !Float.isFinite(x[i])) {
                x[i] = 0;
            }
            x[i] = x[i] > bound ? bound : x[i] < -bound ? -bound : x[i];
        }
        return x;
    }

    private float kept(float x) {
        return storage == Storage.BF16 ? bf16(x) : x;
    }

    /** The nearest number of 8 significant bits, to even. */
    static float bf16(float x) {
        int bits = Float.floatToRawIntBits(x);
        return Float.isNaN(x) ? x : Float.intBitsToFloat(bits + 0x7fff + (bits >>> 16 & 1) & 0xffff0000);
    }
}
