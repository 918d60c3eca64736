package org.lanewise.bench.result;

import java.util.List;

/**
 * First steps by Adam in fresh JVMs: medians, in milliseconds where nothing else is said. What was not come to is NaN.
 *
 * @param way what stepped
 * @param n number of parameters
 * @param jvms how many
 * @param make until something could step
 * @param again the same once more in the same JVM
 * @param first the first step
 * @param tenth the 10th
 * @param hundredth the 100th
 * @param thousand the first thousand together
 * @param full from the first step until full speed
 * @param slowest the slowest step after that
 * @param nanos nanoseconds of a step at full speed
 * @param curve how long a step takes, by the time since making began
 * @param doubt why the times do not tell what steps cost; null if nothing speaks against them
 */
public record Start(String way, int n, int jvms, double make, double again, double first, double tenth, double hundredth, double thousand,
        double full, double slowest, double nanos, List<Point> curve, Doubt doubt) {
    /**
     * One of a curve.
     *
     * @param millis since making began
     * @param nanos of a step
     */
    public record Point(double millis, double nanos) {}
}
