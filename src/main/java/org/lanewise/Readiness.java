package org.lanewise;

/**
 * How far the loops of an optimizer are. They begin as plain Java loops, and a background thread has faster ones compiled.
 *
 * @param loops how many loops begin as plain ones; none in an optimizer whose loops do not
 * @param atFullSpeed how many of them are as fast as they will be: the other loop is compiled, so that the next step takes it, or turned
 *         out to be slower
 */
public record Readiness(int loops, int atFullSpeed) {
    /** {@return whether all loops run at full speed} */
    public boolean isComplete() {
        return atFullSpeed == loops;
    }

    /** {@return for instance {@code 2 of 3 loops at full speed}} */
    @Override
    public String toString() {
        return atFullSpeed + " of " + loops + " loops at full speed";
    }
}
