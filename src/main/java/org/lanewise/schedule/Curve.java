package org.lanewise.schedule;

/** How a value goes from one number to another; the names are those of transformers' {@code get_wsd_schedule}. */
public enum Curve {
    /** In equal parts: falls as {@code 1 - x}, rises as {@code x}. */
    LINEAR,

    /** Slowly at both ends: falls as {@code (1 + cos(pi x)) / 2}, rises as {@code (1 - cos(pi x)) / 2}. */
    COSINE,

    /**
     * Fast at the upper end: falls as {@code 1 - sqrt(x)}, rises as {@code 1 - sqrt(1 - x)}. Hägele et al., <i>Scaling laws and
     * compute-optimal training beyond fixed training durations</i>, 2024, <a href="https://arxiv.org/abs/2405.18392">arXiv:2405.18392</a>,
     * found it better than the others for the end of a training.
     */
    ONE_MINUS_SQRT;

    /** From 1 at 0 to 0 at 1. */
    double fall(double x) {
        return switch (this) {
            case LINEAR -> 1 - x;
            case COSINE -> 0.5 * (1 + Elementary.cosPi(x));
            case ONE_MINUS_SQRT -> 1 - Math.sqrt(x);
        };
    }

    /** From 0 at 0 to 1 at 1. */
    double rise(double x) {
        return switch (this) {
            case LINEAR -> x;
            case COSINE -> 0.5 * (1 - Elementary.cosPi(x));
            case ONE_MINUS_SQRT -> 1 - Math.sqrt(1 - x);
        };
    }
}
