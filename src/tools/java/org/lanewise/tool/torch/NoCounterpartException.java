package org.lanewise.tool.torch;

/** What a case asks for is not in Lanewise; the message says what. */
public final class NoCounterpartException extends Exception {
    private static final long serialVersionUID = 1;

    NoCounterpartException(String reason) {
        super(reason);
    }
}
