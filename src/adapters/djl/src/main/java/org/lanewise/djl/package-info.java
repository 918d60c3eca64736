/** Lanewise's optimizers for models of the Deep Java Library. */
@NullMarked
package org.lanewise.djl;

import org.jspecify.annotations.NullMarked;
