package org.lanewise.tool.torch;

/**
 * How near a number must be to PyTorch's.
 *
 * @param relative share of PyTorch's number
 * @param absolute what is added to that
 */
public record Tolerance(double relative, double absolute) {
    /** The same bits; all NaN are alike, and zeros of different sign are not. */
    public static final Tolerance BITS = new Tolerance(0, 0);

    boolean allows(float ours, float theirs) {
        return Float.floatToIntBits(ours) == Float.floatToIntBits(theirs)
                || relative + absolute > 0 && Float.isFinite(ours) && Float.isFinite(theirs)
                        && Math.abs((double) ours - theirs) <= absolute + relative * Math.abs((double) theirs);
    }
}
