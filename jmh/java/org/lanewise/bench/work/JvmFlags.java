package org.lanewise.bench.work;

import java.io.File;
import java.nio.file.Path;
import java.util.List;

/** What a JVM needs to run the benchmarks. */
public final class JvmFlags {
    /** For vectors. */
    public static final String MODULE = "--add-modules=jdk.incubator.vector";
    /** For native memory. */
    public static final String NATIVE_ACCESS = "--enable-native-access=ALL-UNNAMED";
    /** JMH 1.37 reads field offsets by Unsafe, of which the JVM warns. */
    public static final String UNSAFE = "--sun-misc-unsafe-memory-access=allow";
    /** Has optimizers run the loops that are measured or compared from the first step on. */
    public static final String VECTORS_FIRST = "-Dlanewise.plainFirst=false";

    private JvmFlags() {}

    /** Where a JVM that crashes leaves its files, which it puts into the user's folder by itself. */
    public static List<String> crashesIn(Path folder) {
        // The JVM puts its process id in place of %p, and % in place of %%.
        String beginning = folder.toAbsolutePath().toString().replace("%", "%%") + File.separator;
        return List.of("-XX:ErrorFile=" + beginning + "hs_err_pid%p.log", "-XX:ReplayDataFile=" + beginning + "replay_pid%p.log");
    }
}
