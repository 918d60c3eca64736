package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;

/** What a refused call must look like. */
public final class Refusals {
    private Refusals() {}

    /** The call throws exactly this exception with exactly this message. */
    public static void assertRefused(Class<? extends Exception> type, String message, Runnable call) {
        assertEquals(message, assertThrowsExactly(type, call::run).getMessage());
    }
}
