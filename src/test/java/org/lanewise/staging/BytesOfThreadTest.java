package org.lanewise.staging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BytesOfThreadTest {
    private static Object kept = "";

    /** Else no loop would seem to be compiled before this is. */
    @Test
    void toAskAllocatesNothing() {
        Allocation.bytes();
        long before = Allocation.bytes();
        assertEquals(before, Allocation.bytes());
    }

    @Test
    void anArrayCounts() {
        long before = Allocation.bytes();
        kept = new byte[1_000];
        assertTrue(Allocation.bytes() >= before + 1_000, kept::toString);
    }
}
