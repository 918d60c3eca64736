package org.lanewise.tool.torch;

/**
 * What a series of numbers came to.
 *
 * @param name what the file calls the case, with its arguments
 * @param nearness how near its numbers must be
 * @param values how many were compared
 * @param differing how many are farther off
 * @param worst the largest distance, as a part of the number that the series begins from
 * @param where the number that is farthest off, ours and theirs; empty if all have the same bits
 */
public record ComparedNumbers(String name, Nearness nearness, int values, int differing, double worst, String where) {
    /** How near numbers must be. */
    public enum Nearness {
        /** The same bits. */
        BITS("bits", 0),

        /** The same formula, with cosines and powers of another library. */
        FORMULA("4 ulps", 0x1p-50),

        /** PyTorch multiplies from step to step, the schedule has the formula. */
        CHAIN("1e-12", 1e-12);

        private final String words;
        private final double tolerance;

        Nearness(String words, double tolerance) {
            this.words = words;
            this.tolerance = tolerance;
        }

        /** The largest distance, as a part of the number that a series begins from. */
        public double tolerance() {
            return tolerance;
        }

        @Override
        public String toString() {
            return words;
        }
    }

    /** Compares two series; {@code index} names their numbers. */
    static ComparedNumbers of(String name, Nearness nearness, double scale, String index, long[] indices, double[] ours, double[] theirs) {
        int differing = 0;
        int farthest = -1;
        double worst = 0;
        for (int i = 0; i < ours.length; i++) {
            boolean same = Double.doubleToLongBits(ours[i]) == Double.doubleToLongBits(theirs[i]);
            double distance = same ? 0 : Math.abs(ours[i] - theirs[i]) / scale;
            // Written so that the distance from NaN differs too.
            if (!same && !(nearness != Nearness.BITS && distance <= nearness.tolerance())) {
                differing++;
            }
            if (!same && !(distance <= worst) || !same && farthest < 0) {
                worst = distance;
                farthest = i;
            }
        }
        String where = farthest < 0 ? "" : index + " " + indices[farthest] + ": " + ours[farthest] + ", theirs " + theirs[farthest];
        return new ComparedNumbers(name, nearness, ours.length, differing, worst, where);
    }
}
