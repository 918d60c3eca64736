package org.lanewise.rule.oracle;

/** A function to minimize whose minimum is known: at 1 in every direction. */
interface Objective {
    /** {@return a place to start from} */
    float[] start();

    /** {@return the gradient there} */
    float[] gradient(float[] w);

    /** {@return the largest distance from the minimum in any direction} */
    static double distance(float[] w) {
        double distance = 0;
        for (float x : w) {
            distance = Math.max(distance, Math.abs(x - 1.0));
        }
        return distance;
    }

    /** {@return half the sum of {@code curvature (w - 1)^2} for curvatures 1, 2, 4, ... up to this power of two} */
    static Objective parabola(int mostCurved) {
        int size = Integer.numberOfTrailingZeros(mostCurved) + 1;
        return new Objective() {
            @Override
            public float[] start() {
                float[] start = new float[size];
                for (int i = 0; i < size; i++) {
                    start[i] = i % 2 == 0 ? -2 : 3;
                }
                return start;
            }

            @Override
            public float[] gradient(float[] w) {
                float[] g = new float[size];
                for (int i = 0; i < size; i++) {
                    g[i] = (1 << i) * (w[i] - 1);
                }
                return g;
            }
        };
    }

    /** {@return {@code (1 - x)^2 + 100 (y - x^2)^2}: a bent valley, steep to the sides and nearly flat along} */
    static Objective rosenbrock() {
        return new Objective() {
            @Override
            public float[] start() {
                return new float[] {-1.2f, 1};
            }

            @Override
            public float[] gradient(float[] w) {
                float x = w[0], y = w[1];
                return new float[] {-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)};
            }
        };
    }
}
