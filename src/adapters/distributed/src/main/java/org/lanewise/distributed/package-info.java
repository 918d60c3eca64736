/**
 * One training on several processes, which may be on several machines: {@link org.lanewise.distributed.ShardedOptimizer} has each process
 * keep the optimizer's states for its part of the parameters only, with the bits of one process. Processes talk by a
 * {@link org.lanewise.distributed.Communicator}: MPI, or threads of one JVM for tests.
 *
 * <p>References are never null, and an argument that is null is refused with a {@link NullPointerException}.
 */
@NullMarked
package org.lanewise.distributed;

import org.jspecify.annotations.NullMarked;
