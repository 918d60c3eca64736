package org.lanewise.distributed.shard;

import java.lang.foreign.MemorySegment;

/** Checks of what communicators are given. */
public final class Segments {
    private Segments() {}

    /**
     * Refuses another number of segments than of ranks.
     *
     * @param send what is sent
     * @param receive where to put what comes
     * @param ranks number of ranks
     * @throws IllegalArgumentException if there is not one for each
     */
    public static void requireOneForEachRank(MemorySegment[] send, MemorySegment[] receive, int ranks) {
        if (send.length != ranks || receive.length != ranks) {
            throw new IllegalArgumentException("segments must be " + ranks + " to send and " + ranks + " to receive, got " + send.length
                    + " and " + receive.length);
        }
    }
}
