package org.lanewise.bench.report;

import static java.util.Comparator.comparingDouble;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lanewise.bench.result.Baseline;
import org.lanewise.bench.result.Compared;
import org.lanewise.bench.result.Form;
import org.lanewise.bench.result.Library;
import org.lanewise.bench.result.Results;
import org.lanewise.bench.result.Row;
import org.lanewise.bench.result.Rows;
import org.lanewise.bench.result.Sizes;
import org.lanewise.bench.result.Verdict;
import org.lanewise.tool.Machine;
import org.lanewise.tool.StoreKind;
import org.lanewise.tool.Units;

/**
 * All that the page shows, so that its scripts choose and draw but compute nothing.
 *
 * @param machine one line
 * @param warnings what stands above all else, paragraphs
 * @param facts of machine and settings, by name
 * @param command what reproduces the run
 * @param tiles figures that say most
 * @param verdict what is not faster than C2 at best; empty without rows that tell
 * @param findings paragraphs of plain text
 * @param small a step over fewer parameters is mostly overhead
 * @param usualSize the size at which most rules were compared with plain loops; 0 if none was
 * @param baselines labels of the plain loops, by name
 * @param forms labels of this project's forms, by name in their order
 * @param libraries names of other libraries
 * @param storages labels of the ways to keep numbers, by name in their order
 * @param columns of the table of all rows
 * @param rows all rows, in the order of the table
 * @param latencies times of single steps that nothing speaks against
 */
record PageContent(String machine, List<String> warnings, Map<String, String> facts, String command, List<Tile> tiles, String verdict,
        List<String> findings, int small, int usualSize, Map<String, String> baselines, Map<String, String> forms, List<String> libraries,
        Map<String, String> storages, List<Heading> columns, List<PageRow> rows, List<PageLatency> latencies) {
    private static final int MINUTES_FROM = 120;
    private static final Map<StoreKind, String> STORAGES = storageLabels();

    /** A figure and what it is. */
    record Tile(String figure, String text) {}

    /** A column of the table. */
    record Heading(String title, boolean words) {}

    static PageContent of(Results results, List<String> findings) {
        Rows rows = Rows.of(results);
        int usualSize = usualSize(rows);
        return new PageContent(line(results.machine()), Warnings.of(results), facts(results),
                Stream.concat(Stream.of("java", "-jar", "lanewise-bench.jar"), results.settings().command().stream())
                        .map(PageContent::quoted).collect(Collectors.joining(" ")),
                tiles(rows, usualSize), verdict(rows, usualSize), findings, Sizes.SMALL, usualSize,
                byName(Baseline.values(), Baseline::label), byId(), rows.libraries().stream().map(Library::id).toList(),
                byName(STORAGES.keySet().toArray(StoreKind[]::new), STORAGES::get),
                Stream.of(Column.values()).map(column -> new Heading(column.title(), column.isWords())).toList(),
                rows.inOrder().stream().map(PageRow::of).toList(), PageLatency.of(results.latencies()));
    }

    private static Map<StoreKind, String> storageLabels() {
        Map<StoreKind, String> labels = new LinkedHashMap<>();
        labels.put(StoreKind.F32_NATIVE, "F32 native");
        labels.put(StoreKind.F32_HEAP, "F32 heap");
        labels.put(StoreKind.BF16_STATES_NATIVE, "BF16 states, native");
        labels.put(StoreKind.BF16_STATES_HEAP, "BF16 states, heap");
        labels.put(StoreKind.BF16_NATIVE, "all BF16, native");
        labels.put(StoreKind.BF16_HEAP, "all BF16, heap");
        return labels;
    }

    /** What people read for a storage; of another library's the name itself. */
    static String storageLabel(String storage) {
        return STORAGES.entrySet().stream().filter(kind -> kind.getKey().name().equals(storage)).map(Map.Entry::getValue).findFirst()
                .orElse(storage);
    }

    private static <E extends Enum<E>> Map<String, String> byName(E[] values, Function<E, String> label) {
        Map<String, String> labels = new LinkedHashMap<>();
        Arrays.stream(values).forEach(value -> labels.put(value.name(), label.apply(value)));
        return labels;
    }

    private static Map<String, String> byId() {
        Map<String, String> labels = new LinkedHashMap<>();
        Arrays.stream(Form.values()).forEach(form -> labels.put(form.id(), form.label()));
        return labels;
    }

    private static String line(Machine machine) {
        return machine.cpu() + ", " + machine.cores() + " processors, " + machine.jvm() + ", " + machine.date();
    }

    private static Map<String, String> facts(Results results) {
        Machine machine = results.machine();
        Results.Settings settings = results.settings();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("CPU", machine.cpu());
        facts.put("SIMD flags", String.join(" ", machine.flags()));
        facts.put("caches", String.join(", ", machine.caches()));
        facts.put("processors", String.valueOf(machine.cores()));
        facts.put("preferred vectors", machine.preferredBits() + " bits");
        facts.put("system", machine.os());
        facts.put("JVM", machine.jvm());
        facts.put("date", machine.date());
        facts.put("measured", settings.forks() + (settings.forks() == 1 ? " JVM" : " JVMs") + " for each cell, in each "
                + settings.warmUpMillis() + " ms of warm-up, then " + settings.iterations() + " \u00d7 " + settings.iterationMillis()
                + " ms, longer for large sizes; " + Units.size(results.rows().size()) + " rows in "
                + (settings.seconds() < MINUTES_FROM ? settings.seconds() + " s" : Math.round(settings.seconds() / 60.0) + " minutes"));
        return facts;
    }

    private static String quoted(String word) {
        return word.matches("[\\w./:=,+-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    private static Stream<Compared> usual(Rows rows) {
        return rows.all().stream().filter(cell -> cell.isUsual() && cell.row().storage().equals(StoreKind.F32_NATIVE.name()));
    }

    /** The size at which most rules were compared, the size of a layer before others, the smaller before the larger. */
    private static int usualSize(Rows rows) {
        Map<Integer, Set<String>> rules = rows.all().stream().filter(cell -> cell.isUsual() && !cell.speeds().isEmpty())
                .map(Compared::row).collect(Collectors.groupingBy(Row::n, Collectors.mapping(Row::rule, Collectors.toSet())));
        return rules.keySet().stream().min(comparingDouble((Integer n) -> -rules.get(n).size()).thenComparing(n -> n != Sizes.LAYER)
                .thenComparing(n -> n)).orElse(0);
    }

    private static List<Tile> tiles(Rows rows, int n) {
        List<Tile> tiles = new ArrayList<>();
        for (Baseline baseline : Baseline.values()) {
            Stream<Double> speeds = usual(rows).filter(cell -> cell.row().n() == n).map(cell -> cell.speed(baseline));
            range(speeds, speed -> Units.digits(speed) + "\u00d7").ifPresent(range -> tiles.add(
                    new Tile(range, "as fast as " + baseline.label() + ", by rule, " + Units.size(n) + " parameters")));
        }
        int largest = usual(rows).mapToInt(cell -> cell.row().n()).max().orElse(0);
        Stream<Double> shares = usual(rows).filter(cell -> cell.row().n() == largest).map(Compared::shareOfLimit);
        range(shares, share -> Units.percent(share) + " %").ifPresent(range -> tiles.add(
                new Tile(range, "of the speed that this machine allows, by rule, " + Units.size(largest) + " parameters")));
        rows.all().stream().map(Compared::row)
                .filter(row -> row.form() == Form.LANEWISE && row.isTrusted() && row.n() <= Sizes.LAYER)
                .filter(row -> row.bytesAllocatedPerStep() != null)
                .map(Row::bytesAllocatedPerStep).max(comparingDouble(bytes -> bytes)).ifPresent(most -> tiles.add(new Tile(
                        most < 1 ? "< 1 B" : Units.digits(most) + " B", "garbage in a step of up to 64 Ki parameters, at most")));
        return tiles;
    }

    /** From the lowest to the highest; empty without numbers. */
    private static Optional<String> range(Stream<Double> numbers, Function<Double, String> show) {
        List<Double> sorted = numbers.filter(number -> number != null).sorted().toList();
        if (sorted.isEmpty()) {
            return Optional.empty();
        }
        String low = show.apply(sorted.getFirst()), high = show.apply(sorted.getLast());
        return Optional.of(low.equals(high) ? low : low + " to " + high);
    }

    private static String verdict(Rows rows, int n) {
        List<Compared> told = usual(rows).filter(cell -> cell.row().n() == n && cell.speeds().containsKey(Baseline.AUTO))
                .sorted(comparingDouble(cell -> cell.speed(Baseline.AUTO))).toList();
        if (told.isEmpty()) {
            return "";
        }
        List<String> others = told.stream().filter(cell -> cell.speeds().get(Baseline.AUTO).verdict() != Verdict.FASTER)
                .map(cell -> cell.row().rule() + " (" + Units.digits(cell.speed(Baseline.AUTO)) + "\u00d7)").toList();
        return others.isEmpty()
                ? "At " + Units.size(n) + " parameters every rule is at least 5 % faster than what C2 makes of the plain loop at best."
                : "At " + Units.size(n) + " parameters not 5 % faster than what C2 makes of the plain loop at best: "
                        + String.join(", ", others) + ".";
    }
}
