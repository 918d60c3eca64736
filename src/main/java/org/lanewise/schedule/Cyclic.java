package org.lanewise.schedule;

import org.lanewise.check.Check;

/**
 * To and fro between two values: PyTorch's {@code CyclicLR}.
 * <pre>{@code
 * low + (high - low) x F, x = 0, ..., 1, ..., 0 in up + down steps
 * F = 1, 1 / 2^(cycles done) or gamma^k
 * }</pre>
 *
 * <p>Step 1 has {@code low}, step {@code up + 1} the first maximum. It never ends. In the first two modes it has PyTorch's bits, whose
 * {@code base_lr} and {@code max_lr} are values. PyTorch moves the momentum the other way: {@link #momentum}.
 *
 * <p>Reference: L. N. Smith, <i>Cyclical learning rates for training neural networks</i>, 2017,
 * <a href="https://arxiv.org/abs/1506.01186">arXiv:1506.01186</a>.
 *
 * @param low where each cycle begins and ends
 * @param high the value in its middle
 * @param up steps from low to high: at least 1; 2,000 in PyTorch
 * @param down steps from high to low: at least 1; as many in PyTorch
 * @param mode how the height changes; {@link Mode#TRIANGULAR} in PyTorch
 * @param gamma factor of {@link Mode#EXP_RANGE}: finite, above 0; no effect in other modes
 */
public record Cyclic(Level low, Level high, long up, long down, Mode mode, double gamma) implements Schedule {
    /** How the height of the cycles changes, by PyTorch's names. */
    public enum Mode {
        /** Always the same. */
        TRIANGULAR,

        /** Half as high in each cycle as in the one before. */
        TRIANGULAR2,

        /** Times gamma in each step. */
        EXP_RANGE
    }

    /**
     * The momentum of a cycle: low where the rate is high.
     *
     * @param cycle the schedule of the rate
     * @param least value where the rate is highest: finite, at least 0; 0.8 in PyTorch
     * @param most value where it is lowest: finite, at least 0; 0.9 in PyTorch
     */
    public record Momentum(Cyclic cycle, double least, double most) implements Schedule {
        /** Checks the numbers; throws {@link IllegalArgumentException} if one is outside its range. */
        public Momentum {
            Check.notNull("cycle", cycle);
            Check.notNegative("least", least);
            Check.notNegative("most", most);
        }

        @Override
        public double at(long step, double base) {
            long k = Count.before(step);
            return most - (most - least) * cycle.position(k) * cycle.height(k);
        }
    }

    /** Checks the numbers; throws {@link IllegalArgumentException} if one is outside its range. */
    public Cyclic {
        Check.notNull("low", low);
        Check.notNull("high", high);
        Check.notNull("mode", mode);
        Check.atLeast("up", up, 1);
        Check.atLeast("down", down, 1);
        Check.positive("gamma", gamma);
    }

    /**
     * With cycles of one height, as long up as down.
     *
     * @param low where each cycle begins and ends
     * @param high the value in its middle
     * @param steps half of a cycle: at least 1
     */
    public Cyclic(Level low, Level high, long steps) {
        this(low, high, steps, steps, Mode.TRIANGULAR, 1);
    }

    /**
     * {@return this schedule with another way down}
     * @param down steps from high to low: at least 1
     */
    public Cyclic withDown(long down) {
        return new Cyclic(low, high, up, down, mode, gamma);
    }

    /** {@return this schedule with cycles that are half as high each time} */
    public Cyclic halving() {
        return new Cyclic(low, high, up, down, Mode.TRIANGULAR2, gamma);
    }

    /**
     * {@return this schedule with a height that changes in each step}
     * @param gamma finite, above 0
     */
    public Cyclic shrinking(double gamma) {
        return new Cyclic(low, high, up, down, Mode.EXP_RANGE, gamma);
    }

    /**
     * {@return the momentum that PyTorch moves against the rate, whatever its base is}
     * @param least value where the rate is highest: finite, at least 0; 0.8 in PyTorch
     * @param most value where it is lowest: finite, at least 0; 0.9 in PyTorch
     */
    public Momentum momentum(double least, double most) {
        return new Momentum(this, least, most);
    }

    @Override
    public double at(long step, double base) {
        long k = Count.before(step);
        double from = low.of(base);
        return from + (high.of(base) - from) * position(k) * height(k);
    }

    /** 0 at the ends of a cycle, 1 in its middle; in PyTorch's order of operations. */
    private double position(long k) {
        double total = (double) up + down, ratio = up / total;
        double x = 1 + k / total - cycle(k);
        return x <= ratio ? x / ratio : (x - 1) / (ratio - 1);
    }

    private double height(long k) {
        return switch (mode) {
            case TRIANGULAR -> 1;
            case TRIANGULAR2 -> Math.scalb(1.0, (int) -Math.min(cycle(k) - 1, Double.MAX_EXPONENT));
            case EXP_RANGE -> Elementary.wholePower(gamma, k);
        };
    }

    private double cycle(long k) {
        return Math.floor(1 + k / ((double) up + down));
    }
}
