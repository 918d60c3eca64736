package org.lanewise.bench.work;

/**
 * What one JVM took for each of many steps, and for loops beside that only compute.
 *
 * @param steps of steps at full speed
 * @param machine of loops that take as long: the machine's own unrest
 * @param processorNanos what the JVM used of the processors
 */
public record Spreads(Spread steps, Spread machine, double processorNanos) {}
