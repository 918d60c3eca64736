package org.lanewise.schedule;

import org.lanewise.check.Check;

/**
 * Up to the base and down again, to far below the first value: PyTorch's {@code OneCycleLR}, whose {@code max_lr} is the base.
 * <pre>{@code
 * first = base / startDivisor, last = first / endDivisor
 * two phases:   first -> base until k = rising steps - 1, base -> last until k = steps - 1
 * three phases: first -> base, base -> first until k = 2 rising steps - 2, first -> last
 * }</pre>
 *
 * <p>Step 1 has {@code first}, step {@code steps} has {@code last}. After that it stays; PyTorch throws. If {@code rising steps} is no
 * whole number, no step has the base itself, as in PyTorch. It has PyTorch's bits on the straight {@link Curve#LINEAR}. Two phases are
 * fastai's form, three the paper's. PyTorch moves the momentum the other way: {@link #momentum}. The points of optax'
 * {@code linear_onecycle_schedule} are those of {@link Piecewise}.
 *
 * <p>Reference: L. N. Smith, N. Topin, <i>Super-convergence: very fast training of neural networks using large learning rates</i>, 2018,
 * <a href="https://arxiv.org/abs/1708.07120">arXiv:1708.07120</a>.
 *
 * @param steps of the whole cycle: at least 4
 * @param rising part of the steps that goes up: above {@code 1 / steps} and below 1, below 0.5 in three phases; 0.3 in PyTorch, as
 *     {@code pct_start}
 * @param curve on which way, {@link Curve#LINEAR} or {@link Curve#COSINE}; the latter in PyTorch
 * @param threePhases whether it goes down to the first value as fast as up, and then on; false in PyTorch
 * @param startDivisor finite, above 0; 25 in PyTorch, as {@code div_factor}
 * @param endDivisor finite, above 0; 10,000 in PyTorch, as {@code final_div_factor}
 */
public record OneCycle(long steps, double rising, Curve curve, boolean threePhases, double startDivisor, double endDivisor)
        implements Schedule {
    /**
     * The momentum of the cycle: low where the rate is high.
     *
     * @param cycle the schedule of the rate
     * @param least value where the rate is highest: finite, at least 0; 0.85 in PyTorch
     * @param most value where it is lowest: finite, at least 0; 0.95 in PyTorch
     */
    public record Momentum(OneCycle cycle, double least, double most) implements Schedule {
        /** Checks the numbers; throws {@link IllegalArgumentException} if one is outside its range. */
        public Momentum {
            Check.notNull("cycle", cycle);
            Check.notNegative("least", least);
            Check.notNegative("most", most);
        }

        @Override
        public double at(long step, double base) {
            return cycle.at(Count.before(step), most, least, most);
        }
    }

    /** Checks the numbers; throws {@link IllegalArgumentException} if one is outside its range. */
    public OneCycle {
        Check.notNull("curve", curve);
        Check.atLeast("steps", steps, 4);
        // No phase may be empty: its slope would be infinite.
        boolean hasPhases = rising * steps - 1 > 0 && (threePhases ? 2 * rising * steps - 2 < steps - 1 && rising < 0.5 : rising < 1);
        Check.require(hasPhases, "rising", "above " + 1.0 / steps + " and below " + (threePhases ? 0.5 : 1.0), rising);
        if (curve == Curve.ONE_MINUS_SQRT) {
            throw new IllegalArgumentException("curve must be LINEAR or COSINE, got " + curve);
        }
        Check.positive("startDivisor", startDivisor);
        Check.positive("endDivisor", endDivisor);
    }

    /**
     * In two phases of cosines, with PyTorch's defaults.
     *
     * @param steps of the whole cycle: at least 4
     */
    public OneCycle(long steps) {
        this(steps, 0.3, Curve.COSINE, false, 25, 1e4);
    }

    /**
     * {@return this cycle with another top}
     * @param rising part of the steps that goes up: above {@code 1 / steps} and below 1, below 0.5 in three phases
     */
    public OneCycle withRising(double rising) {
        return new OneCycle(steps, rising, curve, threePhases, startDivisor, endDivisor);
    }

    /**
     * {@return this cycle on another way}
     * @param curve {@link Curve#LINEAR} or {@link Curve#COSINE}
     */
    public OneCycle along(Curve curve) {
        return new OneCycle(steps, rising, curve, threePhases, startDivisor, endDivisor);
    }

    /** {@return this cycle in three phases} */
    public OneCycle inThreePhases() {
        return new OneCycle(steps, rising, curve, true, startDivisor, endDivisor);
    }

    /**
     * {@return this cycle with other ends}
     * @param startDivisor what the base is divided by in step 1: finite, above 0
     * @param endDivisor what that is divided by in the last step: finite, above 0
     */
    public OneCycle withDivisors(double startDivisor, double endDivisor) {
        return new OneCycle(steps, rising, curve, threePhases, startDivisor, endDivisor);
    }

    /**
     * {@return the momentum that PyTorch moves against the rate, whatever its base is}
     * @param least value where the rate is highest: finite, at least 0; 0.85 in PyTorch
     * @param most value where it is lowest: finite, at least 0; 0.95 in PyTorch
     */
    public Momentum momentum(double least, double most) {
        return new Momentum(this, least, most);
    }

    @Override
    public double at(long step, double base) {
        double first = base / startDivisor;
        return at(Count.before(step), first, base, first / endDivisor);
    }

    private double at(long k, double first, double top, double last) {
        double up = rising * steps - 1;
        double done = Math.min(k, steps - 1);
        if (done <= up) {
            return between(first, top, done / up);
        }
        if (!threePhases) {
            return between(top, last, (done - up) / (steps - 1 - up));
        }
        double down = 2 * rising * steps - 2;
        return done <= down ? between(top, first, (done - up) / (down - up)) : between(first, last, (done - down) / (steps - 1 - down));
    }

    /** PyTorch's order of operations. */
    private double between(double from, double to, double x) {
        return curve == Curve.LINEAR ? (to - from) * x + from : to + (from - to) / 2 * (Elementary.cosPi(x) + 1);
    }
}
