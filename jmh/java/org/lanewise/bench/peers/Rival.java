package org.lanewise.bench.peers;

/**
 * A library that steps parameters of its own by a recipe, its states from 0.
 *
 * <p>Adapters have a constructor {@code (Recipe recipe, int n, int threads)}, which throws {@link UnsupportedOperationException} with a
 * sentence if the library lacks the rule. All calls come from the thread that made it: OpenMP keeps its number of threads per thread.
 */
public interface Rival extends AutoCloseable {
    /** Sets all parameters. */
    void setParameters(float[] values);

    /** Sets all gradients, which steps leave alone unless the recipe says otherwise. */
    void setGradients(float[] values);

    /** Does one step. */
    void step();

    /** Copies the parameters out. */
    float[] parameters();

    @Override
    void close();
}
