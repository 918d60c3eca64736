package org.lanewise.tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the system tells about the processor. */
public final class Cpu {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    private Cpu() {}

    /**
     * The processor's name.
     *
     * @return model name, or the architecture where the system does not tell
     */
    public static String model() {
        try (Stream<String> lines = Files.lines(CPU_INFO)) {
            return lines.filter(line -> line.startsWith("model name")).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException _) {
            return System.getProperty("os.arch");
        }
    }
}
