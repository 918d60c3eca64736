package org.lanewise.execution;

import java.util.Set;
import org.lanewise.splicer.AverageForm;

/**
 * How much of each parameter an update of an average takes: the arithmetic of {@code org.lanewise.Average}. Numbers that are the same for
 * all elements are computed in double and rounded once, unless PyTorch computes them in float.
 */
public sealed interface AverageWeights {
    /**
     * Sets the numbers of one update.
     *
     * @param updates number of updates before this one
     * @param numbers get what the form needs
     * @return the form of the update, one of {@link #forms}
     */
    AverageForm prepare(long updates, AverageNumbers numbers);

    /**
     * The forms that updates may have.
     *
     * @return all that {@link #prepare} gives
     */
    default Set<AverageForm> forms() {
        return Set.of(AverageForm.COPY, AverageForm.LERP, AverageForm.LERP_FROM_PARAMETER);
    }

    /**
     * An interpolation as {@code torch.lerp} makes it: from the nearer end.
     *
     * @param weight of the parameter
     * @param numbers get the number of the form
     * @return the form
     */
    private static AverageForm lerp(float weight, AverageNumbers numbers) {
        boolean nearAverage = Math.abs(weight) < 0.5f;
        numbers.taken = nearAverage ? weight : weight - 1;
        return nearAverage ? AverageForm.LERP : AverageForm.LERP_FROM_PARAMETER;
    }

    /**
     * A running average by {@code torch.lerp}.
     *
     * @param decay weight of the average
     */
    record Ema(double decay) implements AverageWeights {
        @Override
        public AverageForm prepare(long updates, AverageNumbers numbers) {
            return updates == 0 ? AverageForm.COPY : lerp((float) (1 - decay), numbers);
        }

        @Override
        public Set<AverageForm> forms() {
            return Set.of(AverageForm.COPY, lerp((float) (1 - decay), new AverageNumbers()));
        }

        @Override
        public String toString() {
            return "ema(" + decay + ")";
        }
    }

    /**
     * A running average as the sum of two products.
     *
     * @param decay weight of the average
     */
    record EmaByProducts(double decay) implements AverageWeights {
        @Override
        public AverageForm prepare(long updates, AverageNumbers numbers) {
            if (updates == 0) {
                return AverageForm.COPY;
            }
            numbers.kept = (float) decay;
            numbers.taken = (float) (1 - decay);
            return AverageForm.PRODUCTS;
        }

        @Override
        public Set<AverageForm> forms() {
            return Set.of(AverageForm.COPY, AverageForm.PRODUCTS);
        }

        @Override
        public String toString() {
            return "emaByProducts(" + decay + ")";
        }
    }

    /**
     * A running average that began at 0, without the part of that 0.
     *
     * @param decay weight of the average after many updates
     */
    record EmaDebiased(double decay) implements AverageWeights {
        @Override
        public AverageForm prepare(long updates, AverageNumbers numbers) {
            return updates == 0 ? AverageForm.COPY : lerp((float) weight(updates + 1), numbers);
        }

        /** Not by a power: where that is close to 1, its rounding is all that is left of the difference. */
        private double weight(long update) {
            return (1 - decay) / -StrictMath.expm1(update * StrictMath.log(decay));
        }

        @Override
        public String toString() {
            return "emaDebiased(" + decay + ")";
        }
    }

    /**
     * A running average whose decay grows with the number of updates.
     *
     * @param decay the largest decay
     * @param minimum the smallest, but for copies
     * @param updateAfter number of updates that are copies after the first one
     * @param gamma number of updates in which the decay begins to grow
     * @param power how fast it grows
     */
    record EmaWarmedUp(double decay, double minimum, long updateAfter, double gamma, double power) implements AverageWeights {
        @Override
        public AverageForm prepare(long updates, AverageNumbers numbers) {
            if (updates <= updateAfter) {
                return AverageForm.COPY;
            }
            // StrictMath.pow makes arrays.
            double grown = 1 - StrictMath.exp(-power * StrictMath.log1p((updates - updateAfter) / gamma));
            return lerp((float) (1 - Math.max(Math.min(grown, decay), minimum)), numbers);
        }

        @Override
        public String toString() {
            return "emaWarmedUp(" + decay + ", " + minimum + ", " + updateAfter + ", " + gamma + ", " + power + ")";
        }
    }

    /** The mean of all parameters so far, by a division. */
    record Swa() implements AverageWeights {
        @Override
        public AverageForm prepare(long updates, AverageNumbers numbers) {
            if (updates == 0) {
                return AverageForm.COPY;
            }
            numbers.taken = updates + 1;
            return AverageForm.MEAN;
        }

        @Override
        public Set<AverageForm> forms() {
            return Set.of(AverageForm.COPY, AverageForm.MEAN);
        }

        @Override
        public String toString() {
            return "swa()";
        }
    }

    /** The mean of all parameters so far, by {@code torch.lerp}. */
    record SwaByLerp() implements AverageWeights {
        @Override
        public AverageForm prepare(long updates, AverageNumbers numbers) {
            return updates == 0 ? AverageForm.COPY : lerp(1f / (updates + 1), numbers);
        }

        @Override
        public String toString() {
            return "swaByLerp()";
        }
    }
}
