package org.lanewise.execution;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Shape;
import org.lanewise.storage.MemoryPlane;

/** The planes of state of some tensors. In each plane the tensors follow one another in their order; those of parameters are padded. */
public final class States implements AutoCloseable {
    private final List<Kind> kinds;
    private final Arena arena;
    private final List<MemoryPlane> planes = new ArrayList<>();

    /** For each plane where each tensor starts, and after the last one its length. */
    private final List<long[]> starts = new ArrayList<>();

    /**
     * What a plane holds.
     *
     * @param name its name in the rule
     * @param initialValue value of all elements at first
     * @param extent what has a number of its own
     * @param exact whether it is kept as floats whatever others are kept as
     * @param memory allocates a plane
     */
    public record Kind(String name, float initialValue, Extent extent, boolean exact, Memory memory) {
        /** All but where it is kept: equal for planes that may be one. */
        Object content() {
            return List.of(name, initialValue, extent, exact);
        }
    }

    /** Where planes are kept. */
    public interface Memory {
        /**
         * Allocates a plane, all zero.
         *
         * @param arena owns native memory; null for planes on the heap
         * @param length number of elements
         * @return a new plane
         */
        MemoryPlane plane(Arena arena, long length);
    }

    /**
     * Allocates planes. If that fails, the arena is closed.
     *
     * @param kinds what each plane holds, in the order in which kernels find them
     * @param tensors shapes of the tensors
     * @param arena closed with the states; null for planes on the heap
     */
    public States(List<Kind> kinds, List<Shape> tensors, Arena arena) {
        this.kinds = List.copyOf(kinds);
        this.arena = arena;
        try {
            for (int k = 0; k < kinds.size(); k++) {
                boolean isAsBefore = k > 0 && kinds.get(k).extent() == kinds.get(k - 1).extent();
                starts.add(isAsBefore ? starts.getLast() : starts(kinds.get(k).extent(), tensors));
                planes.add(allocate(kinds.get(k), starts.get(k)[tensors.size()]));
            }
        } catch (Throwable e) {
            close();
            throw e;
        }
    }

    private static long[] starts(Extent extent, List<Shape> tensors) {
        long[] starts = new long[tensors.size() + 1];
        for (int k = 0; k < tensors.size(); k++) {
            Shape tensor = tensors.get(k);
            starts[k + 1] = starts[k] + (extent == Extent.PARAMETER ? PlacedTensor.padded(tensor.size()) : tensor.count(extent));
        }
        return starts;
    }

    private MemoryPlane allocate(Kind kind, long length) {
        MemoryPlane plane = kind.memory().plane(arena, length);
        if (Float.floatToRawIntBits(kind.initialValue()) != 0) {
            plane.fill(kind.initialValue(), length);
        }
        return plane;
    }

    /**
     * What the planes hold.
     *
     * @return one for each plane, in the order in which kernels find them
     */
    public List<Kind> kinds() {
        return kinds;
    }

    /**
     * Where a tensor's numbers lie in a plane.
     *
     * @param state index of the plane
     * @param tensor index of the tensor
     * @return the plane from its first number on
     */
    public MemoryPlane plane(int state, int tensor) {
        return planes.get(state).at(starts.get(state)[tensor]);
    }

    /** Frees native memory; does nothing if that is done. */
    @Override
    public void close() {
        if (arena != null && arena.scope().isAlive()) {
            arena.close();
        }
    }
}
