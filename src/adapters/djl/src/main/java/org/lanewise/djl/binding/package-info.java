/** Binds parameters and gradients of DJL's to tensors of a store. */
@NullMarked
package org.lanewise.djl.binding;

import org.jspecify.annotations.NullMarked;
