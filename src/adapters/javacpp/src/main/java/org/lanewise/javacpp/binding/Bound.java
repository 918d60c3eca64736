package org.lanewise.javacpp.binding;

/** A parameter of PyTorch's and the tensor of Lanewise's that steps it. */
public sealed interface Bound permits Moved, Wrapped {
    /**
     * Follows the gradient before it is read.
     *
     * @throws IllegalStateException if the parameter was moved
     * @throws IllegalArgumentException if the gradient is of a kind that cannot be read
     */
    void findGradient();

    /** Sets the gradient to zero, wherever it is. */
    void zeroGradient();

    /** Leaves the parameter and its gradient to PyTorch, in memory of PyTorch's. */
    void giveBack();

    /**
     * What of PyTorch's still uses Lanewise's memory.
     *
     * @return its name, empty if nothing does
     */
    String user();

    /** Lets PyTorch free the tensors once it needs them no more. */
    void release();
}
