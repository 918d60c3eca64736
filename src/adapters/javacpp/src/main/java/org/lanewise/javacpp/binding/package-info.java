/** Binds parameters and gradients of PyTorch's to tensors of a store. */
@NullMarked
package org.lanewise.javacpp.binding;

import org.jspecify.annotations.NullMarked;
