/** Messages over LibTorch's Gloo. */
@NullMarked
package org.lanewise.javacpp.gloo;

import org.jspecify.annotations.NullMarked;
