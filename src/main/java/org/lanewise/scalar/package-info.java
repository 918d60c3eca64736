/** Numbers that are computed in double once per step, the same bits on every machine and without garbage. */
package org.lanewise.scalar;
