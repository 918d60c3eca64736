package org.lanewise.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.lanewise.bench.plan.Quantile;
import org.lanewise.bench.work.JvmFlags;
import org.lanewise.bench.work.StartProgram;
import org.lanewise.tool.RunFolder;
import org.lanewise.tool.TextTable;

/** First steps: the same program in fresh JVMs, one after the other in turns, and the median of each time. */
final class StartRun {
    private static final List<Integer> SIZES = List.of(1_000, 10 << 10, 1 << 20);

    private static final String TABLE = "table.txt";
    private static final double SECONDS = 4;

    private final List<Integer> sizes;
    private final int forks;

    /** Of some sizes, or the usual ones if there are none. */
    StartRun(Set<Integer> sizes, int forks) {
        this.sizes = sizes.isEmpty() ? SIZES : sizes.stream().sorted().toList();
        this.forks = forks;
    }

    /** Measures, prints a table, and writes it into a folder of its own. */
    void run(Path parent, PrintWriter console) throws IOException {
        StringWriter text = new StringWriter();
        TextTable table = new TextTable(2, "parameters", "steps", "make", "first step", "10th", "100th", "first 1,000", "until full speed",
                "slowest after", "ns at full speed");
        for (int size : sizes) {
            List<List<double[]>> times = new ArrayList<>();
            for (StartProgram.Way _ : StartProgram.Way.values()) {
                times.add(new ArrayList<>());
            }
            for (int fork = 0; fork < forks; fork++) {
                for (StartProgram.Way way : StartProgram.Way.values()) {
                    times.get(way.ordinal()).add(measure(way, size));
                }
            }
            for (StartProgram.Way way : StartProgram.Way.values()) {
                table.add(line(way, size, times.get(way.ordinal())));
            }
        }
        PrintWriter out = new PrintWriter(text);
        out.printf(Locale.ROOT, "Adam, milliseconds, medians of %d JVMs%n", forks);
        table.print(out);
        console.print(text);
        RunFiles files = new RunFiles(RunFolder.create(parent));
        files.write(() -> Map.of(TABLE, text.toString()));
        console.println("Table: " + files.folder().resolve(TABLE));
        console.flush();
    }

    private static String[] line(StartProgram.Way way, int size, List<double[]> times) {
        List<String> cells = new ArrayList<>(List.of(String.format(Locale.ROOT, "%,d", size), way.name().toLowerCase(Locale.ROOT)));
        for (int k = 0; k < times.getFirst().length; k++) {
            int column = k;
            double[] sorted = times.stream().mapToDouble(each -> each[column]).sorted().toArray();
            cells.add(String.format(Locale.ROOT, "%.3g", Quantile.of(sorted, 0.5)));
        }
        return cells.toArray(String[]::new);
    }

    private static double[] measure(StartProgram.Way way, int size) throws IOException {
        List<String> command = List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), JvmFlags.MODULE,
                JvmFlags.NATIVE_ACCESS, "-cp", System.getProperty("java.class.path"), StartProgram.class.getName(), way.name(),
                Integer.toString(size), Double.toString(SECONDS));
        Process process = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        if (lines.size() != 1) {
            throw new IOException("a JVM that steps " + size + " parameters " + way + " must print one line, got " + lines);
        }
        return Stream.of(lines.getFirst().split(" ")).mapToDouble(Double::parseDouble).toArray();
    }
}
