package org.lanewise.execution;

import java.util.List;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Sums;

/**
 * A loop of a rule.
 *
 * @param written the kernel that the rule gave
 * @param sums what each sum that it stores into is of; none for an update
 */
public record Loop(Kernel written, List<Extent> sums) {
    /** Whether the kernel has numbers of its own for each tensor; one without may run over several tensors in one go. */
    boolean preparesTensors() {
        try {
            return written.getClass().getMethod("prepareTensor", Plane[].class, Sums.class).getDeclaringClass() != Kernel.class;
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }
}
