package org.lanewise.tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.lanewise.Width;

/**
 * What a tool ran on, as far as the system tells.
 *
 * @param cpu model name, or the architecture where the system does not tell
 * @param flags SIMD flags the CPU reports
 * @param caches one line for each cache, as {@code L1d 48 KiB}
 * @param cores processors the JVM may use
 * @param preferredBits width of the JVM's preferred vectors; 32 without vectors
 * @param os name, version and architecture
 * @param jvm name and version
 * @param date ISO date and time of the run
 */
public record Machine(String cpu, List<String> flags, List<String> caches, int cores, int preferredBits, String os, String jvm,
        String date) {
    private static final Path CACHES = Path.of("/sys/devices/system/cpu/cpu0/cache");
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final Set<String> SIMD = Set.of("sse2", "sse4_2", "avx", "avx2", "fma", "f16c", "avx512f", "avx512dq", "avx512bw",
            "avx512vl", "avx512_bf16", "avx512_fp16", "asimd", "sve", "sve2");

    /** The machine this runs on, now. */
    public static Machine current() {
        return new Machine(Cpu.model(), readFlags(), readCaches(), Runtime.getRuntime().availableProcessors(), Width.preferred().bits(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch"),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                OffsetDateTime.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /** The width of the vectors in words. */
    public String vectors() {
        return preferredBits == Width.SCALAR.bits() ? "no vectors" : "vectors of " + preferredBits + " bits";
    }

    private static List<String> readFlags() {
        try (Stream<String> lines = Files.lines(CPU_INFO)) {
            return lines.filter(line -> line.startsWith("flags") || line.startsWith("Features")).findFirst().stream()
                    .flatMap(line -> Stream.of(line.substring(line.indexOf(':') + 1).strip().split(" "))).filter(SIMD::contains).toList();
        } catch (IOException _) {
            return List.of();
        }
    }

    private static List<String> readCaches() {
        List<String> caches = new ArrayList<>();
        for (int i = 0; Files.isReadable(CACHES.resolve("index" + i + "/size")); i++) {
            Path cache = CACHES.resolve("index" + i);
            String type = read(cache, "type");
            String suffix = switch (type) {
                case "Data" -> "d";
                case "Instruction" -> "i";
                default -> "";
            };
            caches.add("L" + read(cache, "level") + suffix + " " + read(cache, "size").replace("K", " KiB").replace("M", " MiB"));
        }
        return caches;
    }

    private static String read(Path cache, String file) {
        try {
            return Files.readString(cache.resolve(file)).strip();
        } catch (IOException _) {
            return "?";
        }
    }
}
