package org.lanewise.reduction;

/** Where {@link RunsOfSquares} leaves the runs of a block: rows of 64, one for each lane, the last row perhaps shorter. */
final class Runs {
    /** Runs of the block that has most: short of a block by one element. */
    private static final int MOST = BlockReducer.BLOCK / 4 + Lanes.COUNT;

    final float[] values = new float[MOST];
    int count;
}
