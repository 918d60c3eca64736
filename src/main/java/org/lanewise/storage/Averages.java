package org.lanewise.storage;

import static org.lanewise.kernel.Species.FLOATS;

import jdk.incubator.vector.FloatVector;

/** What loops make of an average and a parameter: a method for each form, with vectors and with numbers, which give the same bits. */
public final class Averages {
    private Averages() {}

    /**
     * Interpolation from the average.
     *
     * @param a the average
     * @param w the parameter
     * @param kept without effect
     * @param taken weight of the parameter
     * @return {@code fma(taken, w - a, a)}
     */
    public static FloatVector lerp(FloatVector a, FloatVector w, float kept, float taken) {
        return w.sub(a).fma(FloatVector.broadcast(FLOATS, taken), a);
    }

    /**
     * The same of one number.
     *
     * @param a the average
     * @param w the parameter
     * @param kept without effect
     * @param taken weight of the parameter
     * @return {@code fma(taken, w - a, a)}
     */
    public static float lerp(float a, float w, float kept, float taken) {
        return Math.fma(w - a, taken, a);
    }

    /**
     * Interpolation from the parameter.
     *
     * @param a the average
     * @param w the parameter
     * @param kept without effect
     * @param taken weight of the parameter minus 1
     * @return {@code fma(taken, w - a, w)}
     */
    public static FloatVector lerpFromParameter(FloatVector a, FloatVector w, float kept, float taken) {
        return w.sub(a).fma(FloatVector.broadcast(FLOATS, taken), w);
    }

    /**
     * The same of one number.
     *
     * @param a the average
     * @param w the parameter
     * @param kept without effect
     * @param taken weight of the parameter minus 1
     * @return {@code fma(taken, w - a, w)}
     */
    public static float lerpFromParameter(float a, float w, float kept, float taken) {
        return Math.fma(w - a, taken, w);
    }

    /**
     * Sum of products.
     *
     * @param a the average
     * @param w the parameter
     * @param kept weight of the average
     * @param taken weight of the parameter
     * @return {@code kept a + taken w}
     */
    public static FloatVector products(FloatVector a, FloatVector w, float kept, float taken) {
        return a.mul(kept).add(w.mul(taken));
    }

    /**
     * The same of one number.
     *
     * @param a the average
     * @param w the parameter
     * @param kept weight of the average
     * @param taken weight of the parameter
     * @return {@code kept a + taken w}
     */
    public static float products(float a, float w, float kept, float taken) {
        return a * kept + w * taken;
    }

    /**
     * Mean of parameters.
     *
     * @param a the mean of those before
     * @param w the parameter
     * @param kept without effect
     * @param taken number of parameters with this one
     * @return {@code a + (w - a) / taken}
     */
    public static FloatVector mean(FloatVector a, FloatVector w, float kept, float taken) {
        return a.add(w.sub(a).div(taken));
    }

    /**
     * The same of one number.
     *
     * @param a the mean of those before
     * @param w the parameter
     * @param kept without effect
     * @param taken number of parameters with this one
     * @return {@code a + (w - a) / taken}
     */
    public static float mean(float a, float w, float kept, float taken) {
        return a + (w - a) / taken;
    }
}
