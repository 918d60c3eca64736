package org.lanewise.bench.work;

/** What a JVM needs to run the benchmarks. */
public final class JvmFlags {
    /** For vectors. */
    public static final String MODULE = "--add-modules=jdk.incubator.vector";
    /** For native memory. */
    public static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";
    /** JMH 1.37 reads field offsets by Unsafe, of which the JVM warns. */
    public static final String UNSAFE = "--sun-misc-unsafe-memory-access=allow";

    private JvmFlags() {}
}
