package org.lanewise.tool.torch;

/** What PyTorch had for parameters or a state. */
public sealed interface Recorded {
    /** A tensor of 32-bit floats. */
    record Floats(float[] values) implements Recorded {}

    /** A number of its own, such as the number of steps. */
    record Scalar(double value) implements Recorded {}
}
