package org.lanewise.execution;

import java.util.List;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;

/**
 * A loop of a rule.
 *
 * @param written the kernel that the rule gave
 * @param sums what each sum that it stores into is of; none for an update
 */
public record Loop(Kernel written, List<Extent> sums) {}
