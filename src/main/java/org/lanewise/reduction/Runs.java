package org.lanewise.reduction;

/** Where {@link RunsOfSquares} leaves the runs of a block: rows of 64, one for each lane, the last row perhaps shorter. */
final class Runs {
    private static final int PAIR = 2 * Lanes.COUNT;

    /** Runs of the block that has most. */
    private static final int MOST = (BlockReducer.BLOCK + 3 * RunsOfSquares.GROUP) / 4;

    final float[] values = new float[MOST];
    int count;

    /**
     * Adds the runs to the sums of their lanes: two rows as floats, the result in double precision. In plain loops of fixed length, which C2
     * vectorizes, as vectors of doubles would need a kernel of their own.
     */
    void addTo(Lanes lanes) {
        int pairs = count - count % PAIR;
        for (int row = 0; row < pairs; row += PAIR) {
            addPair(lanes.sums, values, row);
        }
        for (int run = pairs; run < count; run++) {
            lanes.sums[run % Lanes.COUNT] += values[run];
        }
    }

    private static void addPair(double[] sums, float[] runs, int row) {
        for (int lane = 0; lane < Lanes.COUNT; lane++) {
            sums[lane] += runs[row + lane] + runs[row + lane + 64];
        }
    }
}
