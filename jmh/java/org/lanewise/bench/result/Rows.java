package org.lanewise.bench.result;

import static java.util.Comparator.comparing;
import static java.util.Comparator.comparingInt;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.lanewise.tool.StoreKind;

/**
 * The rows of one run, each compared with the others. Rows in doubt are compared with none, and none with them. A file may have
 * 20,000 rows, so each is looked up and not searched for.
 */
public final class Rows {
    private final List<Row> rows;
    private final List<Compared> compared;
    /** The fastest of the same form, rule, storage, size and number of threads, of all widths. */
    private final Map<Row.Key, Row> fastestWidths = new HashMap<>();
    /** The fastest of the same form, rule, size and number of threads, of all storages too. */
    private final Map<Row.Key, Row> fastestLoops = new HashMap<>();
    private final Map<Row.Key, Compared> lanewise = new HashMap<>();
    private final Limits limits;

    private Rows(List<Row> rows) {
        this.rows = List.copyOf(rows);
        this.rows.stream().filter(Row::isTrusted).forEach(row -> {
            fastestWidths.merge(key(row.form(), row.rule(), row.storage(), row.n(), row.threads()), row, Rows::faster);
            fastestLoops.merge(key(row.form(), row.rule(), "", row.n(), row.threads()), row, Rows::faster);
        });
        this.limits = new Limits(this.rows);
        this.compared = this.rows.stream().map(this::compare).toList();
        compared.stream().filter(cell -> cell.isFastest() && cell.row().form() == Form.LANEWISE)
                .forEach(cell -> lanewise.putIfAbsent(key(cell.row()), cell));
    }

    private static Row faster(Row first, Row second) {
        return second.nsPerElement() < first.nsPerElement() ? second : first;
    }

    /** Without a width. */
    private static Row.Key key(Stepper form, String rule, String storage, int n, int threads) {
        return new Row.Key(rule, form, storage, 0, n, threads);
    }

    private static Row.Key key(Row row) {
        return key(row.form(), row.rule(), row.storage(), row.n(), row.threads());
    }

    /** The rows of results. */
    public static Rows of(Results results) {
        return new Rows(results.rows());
    }

    /** Rows as they are. */
    public static Rows of(List<Row> rows) {
        return new Rows(rows);
    }

    /** All, in the order of the rows. */
    public List<Compared> all() {
        return compared;
    }

    /** All, those of a rule together, by size, threads, form, storage and width; libraries after forms, in the order of the rows. */
    public List<Compared> inOrder() {
        Map<Object, Integer> rules = places(rows.stream().map(Row::rule)), libraries = places(libraries().stream());
        ToIntFunction<Row> form = row -> row.form() instanceof Form own ? own.ordinal()
                : Form.values().length + libraries.get(row.form());
        return compared.stream().sorted(comparing(Compared::row, comparingInt((Row row) -> rules.get(row.rule()))
                .thenComparingInt(Row::n).thenComparingInt(Row::threads).thenComparingInt(form)
                .thenComparing(Row::storage).thenComparingInt(Row::width))).toList();
    }

    private static Map<Object, Integer> places(Stream<?> things) {
        Map<Object, Integer> places = new HashMap<>();
        things.forEach(thing -> places.putIfAbsent(thing, places.size()));
        return places;
    }

    /** Other libraries, in the order of the rows. */
    public List<Library> libraries() {
        return rows.stream().map(Row::form).filter(Library.class::isInstance).map(Library.class::cast).distinct().toList();
    }

    /** Rules that Lanewise steps, in the order of the rows. */
    public List<String> rules() {
        return rows.stream().filter(row -> row.form() == Form.LANEWISE).map(Row::rule).distinct().toList();
    }

    /** Lanewise's fastest width on one thread. */
    public Optional<Compared> lanewise(String rule, StoreKind kind, int n) {
        return Optional.ofNullable(lanewise.get(key(Form.LANEWISE, rule, kind.name(), n, 1)));
    }

    private Compared compare(Row row) {
        if (!row.isTrusted()) {
            return new Compared(row, null, Map.of(), null, null, false);
        }
        Map<Baseline, Ratio> speeds = new EnumMap<>(Baseline.class);
        if (!row.isLimit()) {
            for (Baseline baseline : Baseline.values()) {
                baseline.loopsFor(row.form()).stream()
                        .map(form -> fastestLoops.get(key(form, row.rule(), "", row.n(), row.threads()))).filter(Objects::nonNull)
                        .reduce(Rows::faster).ifPresent(loop -> speeds.put(baseline, Ratio.speed(row, loop)));
            }
        }
        return new Compared(row, limits.of(row), speeds, row.form() == Form.LANEWISE ? overF32(row) : null,
                row.form() instanceof Library ? overLanewise(row) : null, fastestWidths.get(key(row)) == row);
    }

    private Ratio overF32(Row row) {
        return f32(row, row.threads()).map(other -> Ratio.speed(row, other)).orElse(null);
    }

    /** Beside Lanewise on as many threads, else on one. */
    private Ratio overLanewise(Row row) {
        return f32(row, row.threads()).or(() -> f32(row, 1)).map(other -> Ratio.time(row, other)).orElse(null);
    }

    private Optional<Row> f32(Row row, int threads) {
        return Optional.ofNullable(fastestWidths.get(key(Form.LANEWISE, row.rule(), StoreKind.F32_NATIVE.name(), row.n(), threads)));
    }
}
