/**
 * What a rule is written against, the library's and your own.
 *
 * <p>A rule returns a {@link org.lanewise.kernel.Kernel}, which has its formula twice: as a loop over vectors and as a plain Java loop.
 * When an optimizer is made, the library copies this class and replaces the calls on planes by the code of the storage that each plane
 * has.
 *
 * <h2>Glossary</h2>
 * <dl>
 * <dt>kernel</dt>
 * <dd>A loop over a range of elements, once with vectors and once without: {@link org.lanewise.kernel.Kernel}. It reads and writes planes
 * and nothing else.</dd>
 * <dt>plane</dt>
 * <dd>One quantity of all elements, seen as 32-bit floats: {@link org.lanewise.kernel.Plane}. A kernel gets its planes as an array:
 * parameters, gradients, the states in the order in which the rule names them, then the sums of its measures.</dd>
 * <dt>lane</dt>
 * <dd>One place for a number in a vector. A vector of 256 bits has 8 lanes for floats.
 * {@link org.lanewise.kernel.Species#LANES Species.LANES} is their number, and the stride of a vector loop.</dd>
 * <dt>species</dt>
 * <dd>The Vector API's word for the element type and the width of a vector: {@link org.lanewise.kernel.Species}.</dd>
 * <dt>extent</dt>
 * <dd>What has a number of its own: {@link org.lanewise.kernel.Extent}. Adam's {@code m} has one for each parameter; Adafactor's states
 * have one for each row or column; NovoGrad's {@code v} has one for each tensor. A matrix is the last two dimensions.</dd>
 * <dt>shape</dt>
 * <dd>A tensor as matrices with rows and columns: {@link org.lanewise.kernel.Shape}. The last dimension counts columns.</dd>
 * <dt>measure</dt>
 * <dd>A kernel that finds out about a whole tensor before it is updated, for instance its norm: {@link org.lanewise.Rule.Measure}. A norm
 * is known only at the end of a loop, so a rule that needs one takes two loops.</dd>
 * <dt>sum</dt>
 * <dd>The sum of squares that a measure asks for, over a tensor, a row or a column: {@link org.lanewise.Rule.Sum}. The measure stores the
 * terms, the library squares and adds them in double precision, and {@link org.lanewise.kernel.Sums} has the result.</dd>
 * <dt>prepare</dt>
 * <dd>The part of a step that is the same for all elements, such as Adam's bias corrections:
 * {@link org.lanewise.kernel.Kernel#prepare(long, double) prepare}, and for each tensor
 * {@link org.lanewise.kernel.Kernel#prepareTensor prepareTensor}. It is computed once, in double precision.</dd>
 * </dl>
 */
@NullMarked
package org.lanewise.kernel;

import org.jspecify.annotations.NullMarked;
