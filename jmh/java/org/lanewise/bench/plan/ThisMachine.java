package org.lanewise.bench.plan;

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
import org.lanewise.bench.Machine;
import org.lanewise.tool.Cpu;

/** Reads what the system tells about the machine; what it does not tell is left out. */
public final class ThisMachine {
    private static final Path CACHES = Path.of("/sys/devices/system/cpu/cpu0/cache");
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final Set<String> SIMD = Set.of("sse2", "sse4_2", "avx", "avx2", "fma", "f16c", "avx512f", "avx512dq", "avx512bw",
            "avx512vl", "avx512_bf16", "avx512_fp16", "asimd", "sve", "sve2");

    private ThisMachine() {}

    /** The machine this runs on, now. */
    public static Machine now() {
        return new Machine(Cpu.model(), flags(), caches(), Runtime.getRuntime().availableProcessors(), Width.preferred().bits(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch"),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                OffsetDateTime.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private static List<String> flags() {
        try (Stream<String> lines = Files.lines(CPU_INFO)) {
            return lines.filter(line -> line.startsWith("flags") || line.startsWith("Features")).findFirst().stream()
                    .flatMap(line -> Stream.of(line.substring(line.indexOf(':') + 1).strip().split(" "))).filter(SIMD::contains).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static List<String> caches() {
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
        } catch (IOException e) {
            return "?";
        }
    }
}
