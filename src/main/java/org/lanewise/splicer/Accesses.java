package org.lanewise.splicer;

/**
 * What a plain loop does with planes, whose numbers are bits here.
 *
 * @param read those that it reads
 * @param written those that it writes
 * @param leftOut those that it writes, but perhaps not all elements of
 * @param rereads whether it reads from a plane after it wrote to it
 */
public record Accesses(int read, int written, int leftOut, boolean rereads) {
    static final Accesses NONE = new Accesses(0, 0, 0, false);

    /**
     * Planes that the loop uses.
     *
     * @return those that it reads or writes
     */
    public int used() {
        return read | written;
    }
}
