package org.lanewise.splicer;

/** Loops do not say when they are done with a gradient or a parameter. */
public final class NotFusibleException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotFusibleException(String what) {
        super(what, null, false, false);
    }
}
