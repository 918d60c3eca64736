package org.lanewise.torch;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;
import org.lanewise.Rule;
import org.lanewise.rule.Asgd;
import org.lanewise.rule.NAdam;
import org.lanewise.scalar.FallingRate;
import org.lanewise.scalar.MomentumSchedule;
import org.lanewise.torchfile.Dtype;
import org.lanewise.torchfile.Pickled;

/** Numbers that PyTorch keeps for each parameter, and that follow from steps, options and learning rates here. */
final class Numbers {
    /** Whole numbers up to this are floats. */
    private static final long MOST_FLOAT = 1 << 24;

    private Numbers() {}

    /**
     * A number after so many steps.
     *
     * @param name PyTorch's name
     * @param previousLearningRate learning rate of the last of them
     */
    static double of(String name, Rule rule, long steps, double previousLearningRate) {
        return switch (rule) {
            case NAdam nAdam when name.equals(Follower.MU_PRODUCT) -> new MomentumSchedule(nAdam.beta1(), nAdam.momentumDecay())
                    .product(steps);
            case Asgd asgd when name.equals(Follower.ETA) -> FallingRate.eta(steps + 1, previousLearningRate, asgd.lambda(), asgd.alpha());
            case Asgd asgd when name.equals(Follower.MU) -> FallingRate.mu(steps + 1, asgd.t0());
            default -> steps;
        };
    }

    /**
     * The learning rate of the last step, from which ASGD's rate of the next one is made.
     *
     * @param eta that rate
     * @param learningRate what the file has, to be taken if it is the one
     * @throws IOException if no learning rate gives that rate
     */
    static double previousLearningRate(Asgd rule, long steps, float eta, double learningRate) throws IOException {
        if (etaOf(rule, steps, learningRate) == eta) {
            return learningRate;
        }
        // The rate rises with the learning rate for powers up to 1.
        long low = 0, high = Double.doubleToLongBits(Float.MAX_VALUE);
        while (low < high) {
            long middle = low + high >>> 1;
            if (etaOf(rule, steps, Double.longBitsToDouble(middle)) < eta) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        double found = Double.longBitsToDouble(low);
        if (etaOf(rule, steps, found) != eta) {
            throw new IOException("eta after step " + steps + " must follow from a learning rate and the options of " + rule + ", got "
                    + eta);
        }
        return found;
    }

    private static float etaOf(Asgd rule, long steps, double learningRate) {
        return FallingRate.eta(steps + 1, learningRate, rule.lambda(), rule.alpha());
    }

    /** A tensor of one number: a float unless it counts further than floats do. */
    static Pickled.Tensor tensor(double value) {
        Dtype dtype = value > MOST_FLOAT ? Dtype.F64 : Dtype.F32;
        byte[] bytes = new byte[dtype.bytes()];
        MemorySegment number = MemorySegment.ofArray(bytes);
        if (dtype == Dtype.F64) {
            number.set(ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0, value);
        } else {
            number.set(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0, (float) value);
        }
        return new Pickled.Tensor(dtype, List.of(), (index, target) -> target.copyFrom(number.asSlice(index, target.byteSize())));
    }
}
