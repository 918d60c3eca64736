package org.lanewise.bench;

import java.util.List;

/**
 * What was measured on.
 *
 * @param cpu model name
 * @param flags SIMD flags the CPU reports
 * @param caches one line for each cache, as {@code L1d 48 KiB}
 * @param cores processors the JVM may use
 * @param preferredBits width of the JVM's preferred vectors
 * @param os name, version and architecture
 * @param jvm name and version
 * @param date ISO date and time of the run
 */
public record Machine(String cpu, List<String> flags, List<String> caches, int cores, int preferredBits, String os, String jvm,
        String date) {}
