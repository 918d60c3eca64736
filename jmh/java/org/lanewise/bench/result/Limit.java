package org.lanewise.bench.result;

/**
 * What the machine allows a row at best: the slower of moving its bytes and of taking its roots and dividing.
 *
 * <p>Bytes take the time of the stream that has nearly as many, of two that are as near that with fewer, with as many parameters and
 * threads, in the same kind of memory, scaled to the bytes of the row. Roots and divisions take that of the fastest width of
 * the probes on as many threads: as many pairs as there are of the probe with both, the rest of the probe with one.
 *
 * @param nanos per parameter and step
 * @param by which of the two
 */
public record Limit(double nanos, Resource by) {
    /** What a step waits for. */
    public enum Resource {
        /** Moving bytes. */
        MEMORY,
        /** Roots and divisions. */
        ARITHMETIC
    }
}
