package org.lanewise.rule;

/** A function to minimize whose minimum is known: at 1 in every direction. */
enum Objective {
    /** Half the sum of {@code curvature (w - 1)^2} for curvatures 1, 2, 4. */
    WELL_CONDITIONED {
        @Override
        float[] start() {
            return startOfParabola(3);
        }

        @Override
        float[] gradient(float[] w) {
            return gradientOfParabola(w);
        }
    },

    /** The same for curvatures 1, 2, 4, ..., 1024. */
    ILL_CONDITIONED {
        @Override
        float[] start() {
            return startOfParabola(11);
        }

        @Override
        float[] gradient(float[] w) {
            return gradientOfParabola(w);
        }
    },

    /** {@code (1 - x)^2 + 100 (y - x^2)^2}: a bent valley, steep to the sides and nearly flat along. */
    ROSENBROCK {
        @Override
        float[] start() {
            return new float[] {-1.2f, 1};
        }

        @Override
        float[] gradient(float[] w) {
            float x = w[0], y = w[1];
            return new float[] {-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)};
        }
    };

    /** {@return a place to start from} */
    abstract float[] start();

    /** {@return the gradient there} */
    abstract float[] gradient(float[] w);

    /** {@return the largest distance from the minimum in any direction} */
    static double distance(float[] w) {
        double distance = 0;
        for (float x : w) {
            distance = Math.max(distance, Math.abs(x - 1.0));
        }
        return distance;
    }

    private static float[] startOfParabola(int size) {
        float[] start = new float[size];
        for (int i = 0; i < size; i++) {
            start[i] = i % 2 == 0 ? -2 : 3;
        }
        return start;
    }

    private static float[] gradientOfParabola(float[] w) {
        float[] g = new float[w.length];
        for (int i = 0; i < w.length; i++) {
            g[i] = (1 << i) * (w[i] - 1);
        }
        return g;
    }
}
