package org.lanewise.bench;

/**
 * One measured cell: a row of {@code results.json}.
 *
 * @param rule name of the rule, or of the stream for {@link Form#ROOF}
 * @param form what stepped
 * @param storage a {@code StoreKind}, or what the rival keeps its numbers in
 * @param width bits of a vector; 32 for loops without; 0 where a library chooses for itself
 * @param n number of parameters
 * @param threads how many threads shared them
 * @param nsPerElement nanoseconds per parameter and step: the median of all iterations in all forks
 * @param error the distance from it to the farther quartile of these iterations
 * @param bytesPerElement bytes that a step reads and writes per parameter
 * @param gbPerSecond these bytes per nanosecond
 * @param roofFraction {@code gbPerSecond} over that of the stream whose bytes are nearest, same n, memory and threads; null without one
 * @param ratioToScalar how many times as fast as the true scalar loop; null without one
 * @param ratioToAuto how many times as fast as what C2 makes of the plain loop at best; null without one
 * @param bytesAllocatedPerStep heap memory; null where not measured
 */
public record Row(String rule, String form, String storage, int width, int n, int threads, double nsPerElement, double error,
        double bytesPerElement, double gbPerSecond, Double roofFraction, Double ratioToScalar, Double ratioToAuto,
        Double bytesAllocatedPerStep) {}
