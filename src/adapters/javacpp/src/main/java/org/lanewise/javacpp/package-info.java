/** Lanewise's optimizers for models of LibTorch, as JavaCPP's presets of PyTorch have them. */
@NullMarked
package org.lanewise.javacpp;

import org.jspecify.annotations.NullMarked;
