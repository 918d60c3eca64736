package org.lanewise.rule;

import java.util.Arrays;

/** Planes of doubles: parameters, gradients, states. */
final class Doubles {
    private Doubles() {}

    /** {@return the same numbers in double} */
    static double[][] of(float[][] planes) {
        double[][] widened = new double[planes.length][];
        for (int k = 0; k < planes.length; k++) {
            widened[k] = of(planes[k]);
        }
        return widened;
    }

    /** {@return the same numbers in double} */
    static double[] of(float... plane) {
        double[] widened = new double[plane.length];
        Arrays.setAll(widened, i -> plane[i]);
        return widened;
    }

    /** {@return the same numbers rounded to float} */
    static float[][] rounded(double[][] planes) {
        float[][] rounded = new float[planes.length][];
        for (int k = 0; k < planes.length; k++) {
            rounded[k] = new float[planes[k].length];
            for (int i = 0; i < planes[k].length; i++) {
                rounded[k][i] = (float) planes[k][i];
            }
        }
        return rounded;
    }

    /** {@return as many zeros} */
    static double[][] zeros(double[][] planes) {
        return Arrays.stream(planes).map(plane -> new double[plane.length]).toArray(double[][]::new);
    }

    /** {@return copies of the planes} */
    static double[][] copy(double[][] planes) {
        return Arrays.stream(planes).map(double[]::clone).toArray(double[][]::new);
    }

    /** {@return one element's numbers} */
    static double[] column(double[][] planes, int i) {
        double[] column = new double[planes.length];
        for (int k = 0; k < column.length; k++) {
            column[k] = planes[k][i];
        }
        return column;
    }

    /** Sets one element's numbers. */
    static void setColumn(double[][] planes, int i, double[] column) {
        for (int k = 0; k < planes.length; k++) {
            planes[k][i] = column[k];
        }
    }

    /**
     * The root of the sum of squares, the sum rounded as if it were exact: each square is two doubles, and what a sum of doubles loses is
     * kept (A. Neumaier, 1974), so that only the root of the relative error {@code 2^-53} is left.
     */
    static double norm(double[] x) {
        double sum = 0, lost = 0, plain = 0;
        for (double xi : x) {
            double square = xi * xi;
            double next = sum + square;
            lost += (Math.abs(sum) >= square ? sum - next + square : square - next + sum) + Math.fma(xi, xi, -square);
            sum = next;
            plain += square;
        }
        return Math.sqrt(Double.isFinite(plain) ? sum + lost : plain);
    }
}
