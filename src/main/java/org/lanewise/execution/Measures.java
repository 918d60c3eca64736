package org.lanewise.execution;

import java.util.Optional;

/** What a step has to know of all gradients before it changes anything. */
public interface Measures {
    /**
     * Sum of the squares of the gradients of all tensors that are not left out.
     *
     * @return at least 0, infinite or {@code NaN}
     */
    double sumOfSquares();

    /**
     * Sum of the squares of the gradients of each tensor.
     *
     * @param each is given them in their order, those that are left out with 0
     */
    void sumsOfSquares(NormPass.OfTensor each);

    /**
     * How many gradients are infinite or {@code NaN}.
     *
     * @return at least 0
     */
    long nonFiniteCount();

    /**
     * The first gradient that is infinite or {@code NaN}.
     *
     * @return empty if all are finite
     */
    Optional<NormPass.Found> firstNonFinite();
}
