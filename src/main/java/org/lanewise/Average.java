package org.lanewise;

import java.util.Objects;
import java.util.Set;
import org.lanewise.check.Check;
import org.lanewise.execution.AverageNumbers;
import org.lanewise.execution.AverageWeights;
import org.lanewise.splicer.AverageForm;

/**
 * An average of the parameters after each step, for evaluation and for keeps: immutable. Averages of the last steps often do better than
 * the parameters of any of them.
 *
 * <p>{@code w} is a parameter after the step, {@code a} its average, {@code n} the number of updates of the average before this one. The
 * first update is a copy in every form. Every operation is rounded to float, {@code fma} once, {@code f(x)} is the float nearest to the
 * double {@code x}, and {@code lerp(a, w, k)} is PyTorch's: {@code fma(k, w - a, a)} if {@code |k| < 0.5}, else
 * {@code fma(k - 1, w - a, w)}.
 *
 * <p><b>Precision.</b> Averages are kept as 32-bit floats whatever the storage of the parameters. An update is lost where {@code |w - a|}
 * is below about {@code 2^-25 / (1 - decay)} of {@code |a|}: 3e-4 of it at a decay of 0.9999, 3e-3 at 0.99999. In bfloat16 it would be
 * twenty times the average itself at 0.9999: it would not move. Average {@link #every} tenth step with the tenth power of the decay
 * to go ten times closer.
 *
 * <p>A parameter that is infinite or {@code NaN} makes its average {@code NaN} or infinite, for good unless an update copies.
 */
public final class Average {
    private final AverageWeights weights;
    private final long interval;
    private final long start;

    private Average(AverageWeights weights, long interval, long start) {
        this.weights = weights;
        this.interval = interval;
        this.start = start;
    }

    private Average(AverageWeights weights) {
        this(weights, 1, 1);
    }

    /**
     * The exponential moving average {@code a = lerp(a, w, f(1 - decay))}, with the bits of {@code get_ema_multi_avg_fn} in
     * {@code torch.optim.swa_utils} of PyTorch 2.14, whose decay is 0.999 by default.
     *
     * @param decay weight of the average: 0, from {@link Float#MIN_NORMAL} to the largest float below 1, or 1, with which it stays at the
     *         first parameters
     * @return an average that takes part in every step
     * @throws IllegalArgumentException if the decay is outside its range
     */
    public static Average ema(double decay) {
        return new Average(new AverageWeights.Ema(Check.fractionOrOne("decay", decay)));
    }

    /**
     * The exponential moving average {@code a = f(decay) a + f(1 - decay) w}, with the bits of {@code get_ema_avg_fn} in
     * {@code torch.optim.swa_utils} of PyTorch 2.14. {@code use_ema} of Keras 3 has this formula too, but the weight of {@code w} is
     * {@code 1 - f(decay)} there, up to 6e-8 away.
     *
     * @param decay weight of the average: 0, from {@link Float#MIN_NORMAL} to the largest float below 1, or 1, with which it stays at the
     *         first parameters
     * @return an average that takes part in every step
     * @throws IllegalArgumentException if the decay is outside its range
     */
    public static Average emaByProducts(double decay) {
        return new Average(new AverageWeights.EmaByProducts(Check.fractionOrOne("decay", decay)));
    }

    /**
     * An exponential moving average in which the first parameters count no more than their share:
     * {@code a = lerp(a, w, f((1 - decay) / (1 - decay^(n + 1))))}. It is what {@code optax.ema} gives with {@code debias}, an average that
     * starts at 0 and is divided by {@code 1 - decay^(n + 1)}, as Adam corrects its moments (Kingma and Ba, 2014), but for the rounding.
     * The plain forms start at the first parameters, and for about {@code 1 / (1 - decay)} updates consist mostly of these.
     *
     * @param decay weight of the average after many updates: 0, or from {@link Float#MIN_NORMAL} to the largest float below 1
     * @return an average that takes part in every step
     * @throws IllegalArgumentException if the decay is outside its range
     */
    public static Average emaDebiased(double decay) {
        return new Average(new AverageWeights.EmaDebiased(Check.fraction("decay", decay)));
    }

    /**
     * An exponential moving average whose decay grows, as {@code ModelEmaV3} of timm does with {@code use_warmup}:
     * {@code a = lerp(a, w, f(1 - d))} with {@code d = 1 - (1 + (n - updateAfter) / gamma)^-power}, but at least {@code minimum} and at
     * most {@code decay}; a copy while {@code n <= updateAfter}. timm's defaults are 0.9999, 0, 0, 1 and 2/3; then {@code d} is 0.999
     * after 31,600 updates and 0.9999 after a million. With a power of 3/4 it is after 10,000 and 215,000. The power is computed in double
     * and is the same on every JVM; it may differ from Python's in its last bits, and so, rarely, a weight in its last bit.
     *
     * @param decay the largest decay: 0, from {@link Float#MIN_NORMAL} to the largest float below 1, or 1
     * @param minimum the smallest decay once updates are no copies, in the same range, at most {@code decay}
     * @param updateAfter number of updates after the first one that are copies too, at least 0
     * @param gamma how many updates the growth is stretched by, from {@link Float#MIN_NORMAL} to {@link Float#MAX_VALUE}
     * @param power how fast the decay grows, from {@link Float#MIN_NORMAL} to {@link Float#MAX_VALUE}
     * @return an average that takes part in every step
     * @throws IllegalArgumentException if one of them is outside its range
     */
    public static Average emaWarmedUp(double decay, double minimum, long updateAfter, double gamma, double power) {
        Check.fractionOrOne("decay", decay);
        Check.fractionOrOne("minimum", minimum);
        Check.require(minimum <= decay, "minimum", "at most the decay " + decay, minimum);
        Check.steps("updateAfter", updateAfter);
        Check.positive("gamma", gamma);
        Check.positive("power", power);
        return new Average(new AverageWeights.EmaWarmedUp(decay, minimum, updateAfter, gamma, power));
    }

    /**
     * The mean of the parameters after each step that it took part in, {@code a = a + (w - a) / f(n + 1)}, with the bits of
     * {@code AveragedModel} in {@code torch.optim.swa_utils} of PyTorch 2.14 on the CPU as it is made by default.
     *
     * <p>Reference: P. Izmailov et al., <a href="https://arxiv.org/abs/1803.05407"><i>Averaging Weights Leads to Wider Optima and Better
     * Generalization</i></a>, 2018. There the average starts when most of the training is done ({@link #startingAt}) and takes part once an
     * epoch ({@link #every}), with a high learning rate.
     *
     * @return an average that takes part in every step
     */
    public static Average swa() {
        return new Average(new AverageWeights.Swa());
    }

    /**
     * The mean that {@link #swa} gives but for the rounding, {@code a = lerp(a, w, 1 / f(n + 1))} with the quotient in float, with the bits
     * of {@code get_swa_multi_avg_fn} in {@code torch.optim.swa_utils} of PyTorch 2.14.
     *
     * @return an average that takes part in every step
     */
    public static Average swaByLerp() {
        return new Average(new AverageWeights.SwaByLerp());
    }

    /**
     * {@return this average in those steps only whose number, counted from 1, is a multiple of one}
     * @param interval number of steps between two updates and the latter of them, at least 1, the default
     * @throws IllegalArgumentException if it is below 1
     */
    public Average every(long interval) {
        Check.atLeast("interval", interval, 1);
        return new Average(weights, interval, start);
    }

    /**
     * {@return this average from a step on}
     * @param step number of the first step that it may take part in, counted from 1, the default
     * @throws IllegalArgumentException if it is below 1
     */
    public Average startingAt(long step) {
        Check.atLeast("step", step, 1);
        return new Average(weights, interval, step);
    }

    /** Whether the average is updated in a step, counted from 1. */
    boolean takesPartIn(long step) {
        return step >= start && step % interval == 0;
    }

    boolean takesPartAlways() {
        return start <= 1 && interval == 1;
    }

    /** How often it was updated in so many steps. */
    long updates(long steps) {
        return Math.max(0, steps / interval - (start - 1) / interval);
    }

    /** All forms that {@link #prepare} may give. */
    Set<AverageForm> forms() {
        return weights.forms();
    }

    /**
     * Sets the numbers of an update. Makes no garbage.
     *
     * @param updates number of updates before this one
     * @return its form
     */
    AverageForm prepare(long updates, AverageNumbers numbers) {
        return weights.prepare(updates, numbers);
    }

    /** {@return whether that is an average by the same formula in the same steps} */
    @Override
    public boolean equals(Object other) {
        return other instanceof Average that && weights.equals(that.weights) && interval == that.interval && start == that.start;
    }

    /** {@return the same for equal averages} */
    @Override
    public int hashCode() {
        return Objects.hash(weights, interval, start);
    }

    /** {@return the call that makes such an average} */
    @Override
    public String toString() {
        return weights + (interval == 1 ? "" : ".every(" + interval + ")") + (start == 1 ? "" : ".startingAt(" + start + ")");
    }
}
