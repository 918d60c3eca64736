package org.lanewise.schedule;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.check.Check;

/**
 * Factors at some numbers of steps, and what is between them: optax' {@code piecewise_constant_schedule} and
 * {@code piecewise_interpolate_schedule}, Keras' {@code PiecewiseConstantDecay}.
 * <pre>{@code
 * base factor, of the last point with steps <= k
 * base (f y + e (1 - y)), y from 0 at the last point, with factor e, to 1 at the next one, with factor f
 * }</pre>
 *
 * <p>Before the first point the factor is 1; a point after 0 steps is the factor of step 1. After the last one its factor stays. Factors
 * are of the base: optax multiplies by each scale in turn, and Keras has values, which change one step later.
 * <pre>{@code
 * Schedule.piecewiseConstant().after(1_000, 0.5).after(2_000, 0.1)
 * Schedule.piecewiseLinear().after(0, 0).after(500, 1).after(10_000, 0)
 * }</pre>
 *
 * @param points each after more steps than the one before
 * @param between what is between them
 */
public record Piecewise(List<Point> points, Between between) implements Schedule {
    /** What is between two points. */
    public enum Between {
        /** The factor of the first of them. */
        STAYS,

        /** In equal parts from one to the other. */
        LINEAR,

        /** As half a cosine from one to the other. */
        COSINE
    }

    /**
     * A factor of the base.
     *
     * @param steps how many steps are done before the first that has it: at least 0
     * @param factor finite, at least 0
     */
    public record Point(long steps, double factor) {
        /** Checks the numbers; throws {@link IllegalArgumentException} if one is outside its range. */
        public Point {
            Check.atLeast("steps", steps, 0);
            Check.notNegative("factor", factor);
        }
    }

    private static final Point BASE = new Point(0, 1);

    /** Checks that points follow each other; throws {@link IllegalArgumentException} if not. */
    public Piecewise {
        points = Check.notNull("points", points);
        Check.notNull("between", between);
        for (int i = 1; i < points.size(); i++) {
            Check.atLeast("steps of points[" + i + "]", points.get(i).steps, points.get(i - 1).steps + 1);
        }
    }

    /**
     * {@return this schedule with a point more}
     * @param steps how many steps are done before the first that has the factor: more than those of the point before
     * @param factor finite, at least 0
     */
    public Piecewise after(long steps, double factor) {
        List<Point> more = new ArrayList<>(points);
        more.add(new Point(steps, factor));
        return new Piecewise(more, between);
    }

    @Override
    public double at(long step, double base) {
        long k = Count.before(step);
        int next = 0;
        while (next < points.size() && points.get(next).steps <= k) {
            next++;
        }
        Point last = next == 0 ? BASE : points.get(next - 1);
        if (between == Between.STAYS || next == points.size()) {
            return base * last.factor;
        }
        Point to = points.get(next);
        double x = (double) (k - last.steps) / (to.steps - last.steps);
        double y = between == Between.LINEAR ? x : Curve.COSINE.rise(x);
        return base * (to.factor * y + last.factor * (1 - y));
    }
}
