package org.lanewise.kernel;

import jdk.incubator.vector.FloatVector;

/**
 * One array of one quantity (parameter, gradient, first moment, ...), read and written as 32-bit floats whatever it keeps.
 *
 * <p>A kernel gets its planes as an array and reads and writes them through these four operations. In the executed loop
 * none of them is a call: see {@link Kernel}. An index counts elements from the start of the range the kernel was given.
 * Nothing is checked here beyond what the JDK checks: the library hands out planes of the right length.
 */
public abstract class Plane {
    /** For the storages of this library. */
    protected Plane() {}

    /**
     * Reads {@link Species#LANES} elements.
     *
     * @param i index of the first element
     * @return the elements as 32-bit floats
     */
    public abstract FloatVector load(int i);

    /**
     * Writes {@link Species#LANES} elements, rounded to what this plane keeps.
     *
     * @param i index of the first element
     * @param x the values
     */
    public abstract void store(int i, FloatVector x);

    /**
     * Reads one element: the same value as that lane of {@link #load}.
     *
     * @param i index of the element
     * @return the element as a 32-bit float
     */
    public abstract float get(int i);

    /**
     * Writes one element: the same bits as that lane of {@link #store}.
     *
     * @param i index of the element
     * @param x the value
     */
    public abstract void set(int i, float x);

    /**
     * The memory behind this plane, which a spliced kernel holds in a local variable.
     *
     * @return a {@code float[]}, a {@code short[]} or a {@code MemorySegment}
     */
    protected abstract Object memory();

    /**
     * Where index 0 lies in that memory.
     *
     * @return a number of elements
     */
    protected abstract long offset();
}
