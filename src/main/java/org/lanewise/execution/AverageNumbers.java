package org.lanewise.execution;

/** The numbers of {@link org.lanewise.splicer.AverageForm}s that are the same for all elements; set before each update of an average. */
public final class AverageNumbers {
    /** Weight of the average. */
    public float kept;

    /** Weight of the parameter, or what else the form says. */
    public float taken;

    /** Both 0, as is right for a copy. */
    public AverageNumbers() {}
}
