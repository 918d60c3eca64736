package org.lanewise.staging;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.lanewise.kernel.Kernel;
import org.lanewise.splicer.Executed;
import org.lanewise.splicer.GradientForm;
import org.lanewise.splicer.Layout;
import org.lanewise.storage.F32Heap;

/**
 * What a kernel is to run on in the end.
 *
 * @param target the loops, which may not be built yet
 * @param plain whether these are plain loops over floats in arrays
 * @param owner the only argument of kernels' constructors
 * @param layouts the layout of each plane
 * @param form what the loops make of gradients
 * @param splits whether plain loops may be called for any number of elements
 * @param told whether somebody said that the target runs at full speed; empty if it says so itself
 */
record Staged(Executed target, boolean plain, Object owner, List<Layout> layouts, GradientForm form, boolean splits,
        Optional<AtomicBoolean> told) {
    boolean isReady() {
        return told.isPresent() ? told.get().get() : target.isFast();
    }

    /** Whether a kernel that runs on some loops stays as it is. */
    boolean isLast(Executed executed) {
        return executed == target;
    }

    Staged ownedBy(Object other) {
        return new Staged(target, plain, other, layouts, form, splits, told);
    }

    /** Whether plain loops over floats in arrays run over these planes as they are. */
    boolean isInPlace() {
        boolean inPlace = form.equals(GradientForm.PLAIN);
        for (Layout layout : layouts) {
            inPlace &= layout.storage() == F32Heap.class && layout.fromStart() && !layout.flushed();
        }
        return inPlace;
    }

    /** A kernel that runs on the target. */
    Kernel make() {
        return plain || target.isFasterPlain() ? new PlainKernel(target, this) : target.make(owner);
    }
}
