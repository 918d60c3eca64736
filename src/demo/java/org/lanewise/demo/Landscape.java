package org.lanewise.demo;

import java.util.List;
import java.util.stream.IntStream;

/**
 * A surface as it is drawn, with the walks over it.
 *
 * @param x columns of the grid
 * @param y rows of the grid
 * @param height decimal logarithm of the surface's value, row by row
 */
record Landscape(String title, float[] start, float[] minimum, double[] x, double[] y, double[][] height, List<Walk> walks) {
    private static final int COLUMNS = 161;
    private static final int ROWS = 181;

    /** Parts of one that the page has heights in: finer is invisible and makes the page larger. */
    private static final double PRECISION = 1000;

    /** Where the drawing ends below: the logarithm of zero cannot be drawn. */
    private static final double LOWEST = 1e-6;

    static Landscape of(Surface surface) {
        Surface.Window window = surface.window();
        double[] x = spread(window.left(), window.right(), COLUMNS);
        double[] y = spread(window.bottom(), window.top(), ROWS);
        double[][] height = new double[ROWS][COLUMNS];
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                height[row][column] = rounded(Math.log10(Math.max(surface.value(x[column], y[row]), LOWEST)));
            }
        }
        return new Landscape(surface.title(), surface.start(), surface.minimum(), x, y, height, Walk.over(surface));
    }

    private static double rounded(double value) {
        return Math.round(value * PRECISION) / PRECISION;
    }

    private static double[] spread(double from, double to, int count) {
        return IntStream.range(0, count).mapToDouble(i -> rounded(from + (to - from) * i / (count - 1))).toArray();
    }
}
