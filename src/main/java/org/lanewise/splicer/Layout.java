package org.lanewise.splicer;

import org.lanewise.storage.MemoryPlane;

/**
 * What a loop is spliced for in one plane.
 *
 * @param storage how the plane keeps its numbers
 * @param fromStart whether it begins where its memory does, so that the loop needs no offset. C2 vectorizes plain Java loops over
 *         several arrays only then: Adam's takes 0.57 instead of 2.24 ns per element at 512 bits
 */
public record Layout(Class<? extends MemoryPlane> storage, boolean fromStart) {
    /**
     * Layout of a plane.
     *
     * @param plane the plane
     * @return how it is kept
     */
    public static Layout of(MemoryPlane plane) {
        return new Layout(plane.getClass(), plane.offset() == 0);
    }
}
