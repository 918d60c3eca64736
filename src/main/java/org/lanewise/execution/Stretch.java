package org.lanewise.execution;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.splicer.Layout;
import org.lanewise.storage.MemoryPlane;

/**
 * Consecutive elements, few enough for kernels to index them with ints, and how a kernel is run over them.
 *
 * @param planes the planes of a kernel from the first of these elements on
 * @param start index of that element where they were taken from
 * @param length number of elements, at most {@value #LONGEST}
 */
public record Stretch(Plane[] planes, long start, int length) {
    /** A multiple of every width, so that a tail comes only at the end. */
    static final int LONGEST = 1 << 30;

    /**
     * Splits elements of planes.
     *
     * @param planes planes from the first of these elements on
     * @param length number of elements
     * @return as few stretches as can be, in order; none without elements
     */
    public static List<Stretch> of(List<? extends MemoryPlane> planes, long length) {
        List<Stretch> stretches = new ArrayList<>();
        for (long start = 0; start < length; start += LONGEST) {
            stretches.add(new Stretch(at(planes, start), start, (int) Math.min(LONGEST, length - start)));
        }
        return stretches;
    }

    /** The same elements of other planes, which are given from where these were taken from. */
    Stretch with(List<? extends MemoryPlane> others) {
        return new Stretch(at(others, start), start, length);
    }

    private static Plane[] at(List<? extends MemoryPlane> planes, long start) {
        Plane[] there = new Plane[planes.size()];
        for (int k = 0; k < there.length; k++) {
            there[k] = planes.get(k).at(start);
        }
        return there;
    }

    /** How the planes are kept. */
    List<Layout> layouts() {
        Layout[] layouts = new Layout[planes.length];
        for (int k = 0; k < layouts.length; k++) {
            layouts[k] = Layout.of((MemoryPlane) planes[k]);
        }
        return List.of(layouts);
    }

    /**
     * Runs over elements {@code from} to {@code to - 1} in calls of at most a block: in vectors of so many lanes, and one by one what is
     * left, or all with one lane.
     */
    void run(Kernel kernel, int from, int to, int lanes) {
        int vectorized = lanes == 1 ? from : from + (to - from & -lanes);
        for (int i = from; i < vectorized; i += Pass.BLOCK) {
            kernel.vector(planes, i, Math.min(i + Pass.BLOCK, vectorized));
        }
        for (int i = vectorized; i < to; i += Pass.BLOCK) {
            kernel.scalar(planes, i, Math.min(i + Pass.BLOCK, to));
        }
    }

    /** Puts another plane in the place of one. */
    void replace(int index, MemoryPlane plane) {
        planes[index] = plane.at(start);
    }
}
