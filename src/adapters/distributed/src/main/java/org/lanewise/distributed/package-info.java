/** Optimizer states sharded over processes. */
@NullMarked
package org.lanewise.distributed;

import org.jspecify.annotations.NullMarked;
