package org.lanewise.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.lanewise.Width;

/**
 * What the demo runs on.
 *
 * @param jvm name and version
 * @param cpu model name, or the architecture where the system does not tell
 * @param width of the vector kernels
 */
record Machine(String jvm, String os, String cpu, int cores, Width width) {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    static Machine current() {
        return new Machine(
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                cpuModel(),
                Runtime.getRuntime().availableProcessors(),
                Width.preferred());
    }

    /** The width in words. */
    String vectors() {
        return width == Width.SCALAR ? "no vectors" : "vectors of " + width.bits() + " bits";
    }

    private static String cpuModel() {
        try (Stream<String> lines = Files.lines(CPU_INFO)) {
            return lines.filter(line -> line.startsWith("model name")).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }
}
