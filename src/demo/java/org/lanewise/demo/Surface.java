package org.lanewise.demo;

/** A function of two variables whose minimum is hard to walk to. */
enum Surface {
    /** {@code (x^2 + 20 y^2) / 2}: a straight valley, twenty times as steep across as along. */
    VALLEY("Ill-conditioned valley", new float[] {-9, 2.4f}, new float[] {0, 0}, new Window(-10, 4, -3.2, 3.2)) {
        @Override
        double value(double x, double y) {
            return (x * x + STEEPNESS * y * y) / 2;
        }

        @Override
        void gradient(float[] point, float[] gradient) {
            gradient[0] = point[0];
            gradient[1] = (float) STEEPNESS * point[1];
        }
    },

    /** {@code (1 - x)^2 + 100 (y - x^2)^2}: a bent valley with an almost flat bottom. */
    ROSENBROCK("Rosenbrock's function", new float[] {-0.5f, 2}, new float[] {1, 1}, new Window(-1.8, 1.5, -0.5, 2.4)) {
        @Override
        double value(double x, double y) {
            double off = y - x * x;
            return (1 - x) * (1 - x) + 100 * off * off;
        }

        @Override
        void gradient(float[] point, float[] gradient) {
            double x = point[0];
            double off = point[1] - x * x;
            gradient[0] = (float) (-2 * (1 - x) - 400 * off * x);
            gradient[1] = (float) (200 * off);
        }
    };

    private static final double STEEPNESS = 20;

    private final String title;
    private final float[] start;
    private final float[] minimum;
    private final Window window;

    /** The part of the plane that is drawn. */
    record Window(double left, double right, double bottom, double top) {}

    Surface(String title, float[] start, float[] minimum, Window window) {
        this.title = title;
        this.start = start;
        this.minimum = minimum;
        this.window = window;
    }

    abstract double value(double x, double y);

    abstract void gradient(float[] point, float[] gradient);

    String title() {
        return title;
    }

    float[] start() {
        return start.clone();
    }

    float[] minimum() {
        return minimum.clone();
    }

    Window window() {
        return window;
    }
}
