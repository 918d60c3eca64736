package org.lanewise.bench.result;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.lanewise.tool.Machine;

/** Made-up numbers in the shape of a full run, to test and look at the report with. Nothing here was measured. */
public final class SyntheticResults {
    private static final int[] SIZES = {16, 1000, 4 << 10, 64 << 10, 100_003, 1 << 20, 16 << 20};

    private static final Map<String, Integer> BYTES = Map.of(
            "GradientDescent", 12, "Momentum", 20, "Nesterov", 36, "Sgd", 20, "Rprop", 28, "RmsProp", 20, "Adam", 28);
    private static final List<String> RULES = List.of("GradientDescent", "Momentum", "Nesterov", "Sgd", "Rprop", "RmsProp", "Adam");
    private static final List<String> STORAGES = List.of(
            "F32_HEAP", "F32_NATIVE", "BF16_STATES_HEAP", "BF16_STATES_NATIVE", "BF16_HEAP", "BF16_NATIVE");
    private static final Map<String, Double> LIBRARIES = new TreeMap<>(Map.of(
            "libtorch-fused", 1.6, "libtorch-optim", 4.5, "djl", 9.0, "tensorflow", 5.5, "nd4j", 14.0, "tribuo", 30.0));

    private final Random random = new Random(3);
    private final List<Row> rows = new ArrayList<>();
    private final List<Latency> latencies = new ArrayList<>();

    private SyntheticResults() {}

    /** A full run of seven rules and six libraries. */
    public static Results full() {
        var made = new SyntheticResults();
        RULES.forEach(made::rule);
        for (int bytes : new int[] {12, 20, 28, 36}) {
            for (int n : SIZES) {
                for (String storage : List.of("F32_HEAP", "F32_NATIVE")) {
                    made.add("STREAM_" + bytes, Form.ROOF, storage, 512, n, 1, made.roof(bytes, n), bytes, 0, 0);
                }
            }
        }
        made.add("ROOT", Form.ARITHMETIC, "F32_NATIVE", 512, 4 << 10, 1, 0.06, 12, 1, 0);
        made.add("DIVISION", Form.ARITHMETIC, "F32_NATIVE", 512, 4 << 10, 1, 0.05, 12, 0, 1);
        made.add("ROOT_AND_DIVISION", Form.ARITHMETIC, "F32_NATIVE", 512, 4 << 10, 1, 0.1, 12, 1, 1);
        made.libraries("Adam", 28);
        made.libraries("Sgd", 20);
        return results(made.rows, made.latencies);
    }

    /** Results of some rows. */
    public static Results results(List<Row> rows, List<Latency> latencies) {
        return new Results(
                new Machine("Synthetic CPU (not measured)", List.of("avx2", "fma", "avx512f", "avx512bw", "avx512_bf16"),
                        List.of("L1d 48 KiB", "L2 1 MiB", "L3 32 MiB"), 2, 512, "Linux 6.1 amd64", "OpenJDK 64-Bit Server VM 25.0.3+9",
                        "2026-11-25T01:20:00Z"),
                new Results.Settings(List.of("bench", "--full", "--rule", "Adam & co"), 5, 2000, 5, 500, 5400), rows, latencies);
    }

    /** A row of Adam's bytes and operations on one thread. */
    public static Row row(String rule, Stepper form, String storage, int width, int n, double ns) {
        return new Row(rule, form, storage, width, n, 1, ns, ns / 50, 28, 1, 1, 0.0);
    }

    private double roof(double bytes, int n) {
        double perByte = n <= 4 << 10 ? 0.0028 : n <= 100_003 ? 0.0035 : n <= 1 << 20 ? 0.007 : 0.016;
        return bytes * perByte + 30.0 / n;
    }

    private void rule(String rule) {
        int bytes = BYTES.get(rule);
        double arithmetic = Map.of("Adam", 0.115, "RmsProp", 0.1, "Rprop", 0.08).getOrDefault(rule, 0.03);
        for (int n : SIZES) {
            double best = Math.max(roof(bytes, n) * 1.03, arithmetic) + 50.0 / n;
            double scalar = Math.max(best, 0.9 + 10 * arithmetic);
            double auto = rule.equals("Rprop") ? 4 : best * (rule.equals("GradientDescent") ? 0.93 : rule.equals("Sgd") ? 1.01 : 1.3);
            add(rule, Form.SCALAR, "F32_HEAP", 32, n, 1, scalar, bytes);
            add(rule, Form.AUTO, "F32_HEAP", 32, n, 1, auto, bytes);
            add(rule, Form.AUTO_AVX2, "F32_HEAP", 32, n, 1, auto * 1.4, bytes);
            add(rule, Form.AUTO_SOA, "F32_HEAP", 32, n, 1, scalar * 0.95, bytes);
            for (String storage : STORAGES) {
                double moved = bytes * (storage.startsWith("BF16_STATES") ? 0.75 : storage.startsWith("BF16") ? 0.55 : 1);
                double own = Math.max(roof(moved, n) * 1.03, arithmetic * (storage.startsWith("F32") ? 1 : 1.4)) + 50.0 / n;
                own *= storage.endsWith("HEAP") ? 1.12 : 1;
                for (int width : new int[] {128, 256, 512}) {
                    double ns = Math.max(own, arithmetic * 512 / width);
                    add(rule, Form.LANEWISE, storage, width, n, 1, ns, moved);
                }
                add(rule, Form.LANEWISE_AVX2, storage, 256, n, 1, Math.max(own, arithmetic * 2.1), moved);
            }
            add(rule, Form.LANEWISE_POLLUTED, "F32_NATIVE", 512, n, 1, best * 1.01, bytes);
            if (rule.equals("Adam") || rule.equals("Sgd")) {
                add(rule, Form.CONTROL, "F32_HEAP", 512, n, 1, best * 1.1, bytes);
                add(rule, Form.CONTROL_AUTO, "F32_HEAP", 32, n, 1, auto * 1.02, bytes);
            }
        }
        for (Form form : List.of(Form.LANEWISE, Form.SCALAR)) {
            double p50 = 65_536 * (form == Form.SCALAR ? 2 : arithmetic + 0.02);
            latencies.add(new Latency(rule, form, "F32_NATIVE", 512, 64 << 10, p50, p50 * 1.1, p50 * 1.6, p50 * 1.6 + 80_000));
        }
    }

    private void libraries(String rule, int bytes) {
        for (int n : SIZES) {
            double own = Math.max(roof(bytes, n) * 1.03, 0.1) + 50.0 / n;
            add(rule, Form.LANEWISE, "F32_NATIVE", 512, n, 2, own * 0.6 + 2000.0 / n, bytes);
            LIBRARIES.forEach((library, factor) -> {
                for (int threads = 1; threads <= 2; threads++) {
                    double ns = own * Math.max(n > 1 << 20 ? 0.9 : 1, factor * (n > 1 << 20 ? 0.3 : 1)) / Math.sqrt(threads) + 3000.0 / n;
                    add(rule, new Library(library), library.equals("tribuo") ? "double" : "F32", 0, n, threads, ns, bytes);
                }
            });
        }
    }

    private void add(String rule, Stepper form, String storage, int width, int n, int threads, double ideal, double bytes) {
        int operations = rule.equals("Adam") || rule.equals("RmsProp") ? 1 : 0;
        add(rule, form, storage, width, n, threads, ideal, bytes, operations, operations);
    }

    private void add(String rule, Stepper form, String storage, int width, int n, int threads, double ideal, double bytes, int roots,
            int divisions) {
        double ns = ideal * (1 + 0.02 * random.nextGaussian());
        rows.add(new Row(rule, form, storage, width, n, threads, ns, ns * 0.03 * random.nextDouble(), bytes, roots, divisions,
                0.01 * random.nextDouble()));
    }
}
