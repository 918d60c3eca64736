package org.lanewise.bench.work;

/**
 * What other programs used in some time.
 *
 * @param share of all processors
 * @param processors how many of them that is
 */
public record OtherPrograms(double share, double processors) {
    /**
     * Share of all processors that others may use: they take caches, memory and clock from a loop that has its own processor. On machines
     * of many processors the second bound holds: a loop may wait for memory, of which one other program can take as much as one loop,
     * a few programs all of a socket's.
     */
    private static final double MOST_SHARE = 0.1, MOST_PROCESSORS = 1;

    /** Whether it shows in times. */
    public boolean disturb() {
        return share > MOST_SHARE || processors > MOST_PROCESSORS;
    }
}
