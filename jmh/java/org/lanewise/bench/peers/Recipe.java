package org.lanewise.bench.peers;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What every library is asked to compute, in PyTorch's words.
 *
 * <p>The epsilons are small against the roots that the data give, because libraries add them in different places: the comparison must
 * not depend on where.
 */
public sealed interface Recipe {
    /** Adam with bias correction. */
    record Adam(double learningRate, double beta1, double beta2, double epsilon) implements Recipe {}

    /** Adam whose weight decay does not pass through the moments. */
    record AdamW(double learningRate, double beta1, double beta2, double epsilon, double weightDecay) implements Recipe {}

    /** What surrounds an update too: the global norm of gradients is clipped before, and gradients are zeros after. */
    record ClippedAdamW(AdamW adamW, double maxNorm) implements Recipe {}

    /** Momentum, classical or with Nesterov's correction in PyTorch's form. */
    record Sgd(double learningRate, double momentum, boolean nesterov) implements Recipe {}

    /** RMSprop, not centered, its average from 0. */
    record RmsProp(double learningRate, double alpha, double epsilon) implements Recipe {}

    /** Adagrad, its sum from 0. */
    record Adagrad(double learningRate, double epsilon) implements Recipe {}

    /** All, in the order of the table. */
    List<Recipe> ALL = List.of(
            new Adam(1e-3, 0.9, 0.999, 1e-8),
            new AdamW(1e-3, 0.9, 0.999, 1e-8, 0.01),
            new ClippedAdamW(new AdamW(1e-3, 0.9, 0.999, 1e-8, 0.01), 1),
            new Sgd(1e-3, 0.9, false),
            new Sgd(1e-3, 0.9, true),
            new RmsProp(1e-3, 0.99, 1e-10),
            new Adagrad(1e-3, 1e-10));

    /** Name of the rule in results: that of Lanewise's rule which computes it. */
    default String rule() {
        return this instanceof Sgd sgd && !sgd.nesterov ? "Momentum" : getClass().getSimpleName();
    }

    /** Bytes that a step must read and write per parameter with 32-bit numbers. */
    default int bytesPerElement() {
        return switch (this) {
            case Adam _, AdamW _ -> 28;
            case ClippedAdamW _ -> 36;
            case Sgd _, RmsProp _, Adagrad _ -> 20;
        };
    }

    /** Whether a step leaves zeros in the gradients, so that they are to be set before each: in all libraries from the same array. */
    default boolean clearsGradients() {
        return this instanceof ClippedAdamW;
    }

    /** All by {@link #rule()}. */
    static Map<String, Recipe> byRule() {
        Map<String, Recipe> recipes = new LinkedHashMap<>();
        ALL.forEach(recipe -> recipes.put(recipe.rule(), recipe));
        return recipes;
    }
}
