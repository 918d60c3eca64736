package org.lanewise.bench.report;

import java.util.function.Function;
import java.util.stream.Stream;
import org.lanewise.bench.result.Baseline;
import org.lanewise.bench.result.Compared;
import org.lanewise.tool.Units;

/** The columns of the table of all rows, on the console and on the page. */
enum Column {
    RULE("rule", cell -> cell.row().rule()),
    FORM("form", cell -> cell.row().form().id()),
    STORAGE("storage", cell -> cell.row().storage()),
    BITS("bits", cell -> (double) cell.row().width(), bits -> Units.width(bits.intValue())),
    N("n", cell -> (double) cell.row().n(), n -> Units.size(n.intValue())),
    THREADS("threads", cell -> (double) cell.row().threads(), 0),
    NANOS("ns", cell -> cell.row().nsPerElement(), 4),
    ERROR("error", cell -> cell.row().error(), 4),
    BYTES("B", cell -> cell.row().bytesPerElement(), 0),
    RATE("GB/s", cell -> cell.row().gbPerSecond(), 1),
    LIMIT("limit %", Compared::shareOfLimit, Units::percent),
    SCALAR("x scalar", cell -> cell.speed(Baseline.SCALAR), 2),
    AUTO("x C2", cell -> cell.speed(Baseline.AUTO), 2),
    GARBAGE("B/step", cell -> cell.row().bytesAllocatedPerStep(), Units::digits),
    DOUBT("doubt", cell -> cell.row().doubt() == null ? "" : cell.row().doubt().label());

    private final String title;
    private final Function<Compared, Double> number;
    private final Function<Compared, String> text;

    Column(String title, Function<Compared, String> words) {
        this.title = title;
        this.number = null;
        this.text = words;
    }

    Column(String title, Function<Compared, Double> number, int decimals) {
        this(title, number, (Double value) -> Units.fixed(value, decimals));
    }

    Column(String title, Function<Compared, Double> number, Function<Double, String> show) {
        this.title = title;
        this.number = number;
        this.text = cell -> show.apply(number.apply(cell));
    }

    String title() {
        return title;
    }

    /** Whether it holds words and not numbers. */
    boolean isWords() {
        return number == null;
    }

    /** What people read. */
    String text(Compared cell) {
        return text.apply(cell);
    }

    /** What it is sorted by; null in columns of words and where nothing was measured. */
    Double number(Compared cell) {
        return number == null ? null : number.apply(cell);
    }

    /** How many columns of words stand before all others. */
    static int words() {
        return (int) Stream.of(values()).takeWhile(Column::isWords).count();
    }
}
