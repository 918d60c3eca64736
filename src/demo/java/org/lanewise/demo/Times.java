package org.lanewise.demo;

/**
 * What steps cost.
 *
 * @param nanosPerParameter of each optimizer
 * @param disturbance while they were measured
 */
record Times(double[] nanosPerParameter, Disturbance disturbance) {}
