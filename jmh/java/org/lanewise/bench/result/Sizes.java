package org.lanewise.bench.result;

/** Numbers of parameters that reports look at. */
public final class Sizes {
    /** A step over fewer is mostly overhead. */
    public static final int SMALL = 2 << 10;
    /** Fits, with its states, into the first-level cache or almost. */
    public static final int IN_CACHE = 4 << 10;
    /** The usual size of a layer. */
    public static final int LAYER = 64 << 10;
    /** More than any cache holds on most machines. */
    public static final int IN_MEMORY = 16 << 20;

    private Sizes() {}
}
