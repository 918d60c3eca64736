/**
 * Shows that a rule gives the same bits however it is executed: {@link org.lanewise.verify.Equivalence}.
 *
 * <p>Use it in a test of a rule of your own, and on any CPU that you want to rely on.
 *
 * <h2>Glossary</h2>
 * <dl>
 * <dt>plain loop</dt>
 * <dd>A rule's {@link org.lanewise.kernel.Kernel#scalar scalar} loop, run as it is written. All results are compared with what it
 * leaves.</dd>
 * <dt>place</dt>
 * <dd>Where the planes lie and how they are kept: heap, native memory or wrapped arrays, and a storage for each plane:
 * {@link org.lanewise.verify.Place}.</dd>
 * <dt>values</dt>
 * <dd>The kind of numbers that a comparison starts with, for instance tiny or random bits: {@link org.lanewise.verify.Values}.</dd>
 * <dt>comparison</dt>
 * <dd>One element compared with the plain loop's, by its bits. Two {@code NaN} are equal.</dd>
 * <dt>difference</dt>
 * <dd>A comparison that failed, with all that is needed to repeat it: {@link org.lanewise.verify.Difference}.</dd>
 * <dt>tally</dt>
 * <dd>The comparisons and differences of one rule in one place at one width: {@link org.lanewise.verify.Tally}.</dd>
 * </dl>
 */
@NullMarked
package org.lanewise.verify;

import org.jspecify.annotations.NullMarked;
