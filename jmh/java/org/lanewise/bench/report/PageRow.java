package org.lanewise.bench.report;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.lanewise.bench.result.Compared;
import org.lanewise.bench.result.Form;
import org.lanewise.bench.result.Library;
import org.lanewise.bench.result.Ratio;
import org.lanewise.bench.result.Row;
import org.lanewise.bench.result.Stepper;
import org.lanewise.tool.Units;

/**
 * A row as the page draws it: numbers to draw, and the texts that stand beside them.
 *
 * @param isFastest whether no other width of the same form, storage, size and number of threads is faster
 * @param isLimit whether it trains nothing
 * @param isLibrary whether another library steps
 * @param label of its form, with the width where there are several
 * @param nsText three digits of {@code ns}
 * @param nsPerStep of a whole step
 * @param errorPerStep of a whole step
 * @param limitNs what the machine allows at best
 * @param share of the machine's limit
 * @param speeds how many times as fast it is as plain loops, by name
 * @param overF32 how many times as fast as 32-bit floats in native memory
 * @param overLanewise how many times as long as Lanewise
 * @param isTrusted whether charts show it
 * @param cells the texts of the table's columns
 * @param numbers what the table's columns are sorted by, null for words
 */
record PageRow(String rule, String form, String storage, int width, int n, int threads, boolean isFastest, boolean isLimit,
        boolean isLibrary, String formLabel, String label, String storageLabel, String sizeLabel, Double ns, double error, String nsText,
        String bytesText, double nsPerStep, double errorPerStep, Double limitNs, Double share, Map<String, PageRatio> speeds,
        PageRatio overF32, PageRatio overLanewise, boolean isTrusted, List<String> cells, List<Double> numbers) {
    /**
     * A ratio as the page draws it.
     *
     * @param text three digits of the value
     * @param verdict faster, tie or slower
     * @param otherText three digits of the time compared with
     * @param otherThreads its number of threads
     */
    record PageRatio(double value, double error, String text, String verdict, String otherText, int otherThreads) {
        static PageRatio of(Ratio ratio) {
            return ratio == null ? null : new PageRatio(ratio.value(), ratio.error(), Units.digits(ratio.value()),
                    ratio.verdict().toString(), Units.digits(ratio.other().nsPerElement()), ratio.other().threads());
        }
    }

    static PageRow of(Compared cell) {
        Row row = cell.row();
        Map<String, PageRatio> speeds = new TreeMap<>();
        cell.speeds().forEach((baseline, speed) -> speeds.put(baseline.name(), PageRatio.of(speed)));
        double error = row.isMeasured() ? row.relativeError() * row.nsPerElement() : 0;
        return new PageRow(row.rule(), row.form().id(), row.storage(), row.width(), row.n(), row.threads(), cell.isFastest(),
                row.isLimit(), row.form() instanceof Library, row.form().label(), label(row.form(), row.width()),
                PageContent.storageLabel(row.storage()), Units.size(row.n()), row.nsPerElement(), error,
                Units.digits(row.nsPerElement()), Units.digits(row.bytesPerElement()), row.nsPerStep(), error * row.n(),
                cell.limit() == null ? null : cell.limit().nanos(), cell.shareOfLimit(), speeds,
                PageRatio.of(cell.overF32()), PageRatio.of(cell.overLanewise()), row.isTrusted(),
                Stream.of(Column.values()).map(column -> column.text(cell)).toList(),
                Stream.of(Column.values()).map(column -> column.number(cell)).toList());
    }

    /** What a legend says. */
    static String label(Stepper stepper, int width) {
        return stepper.label() + (stepper instanceof Form form && form.hasWidths() && width > 0 ? " " + width : "");
    }
}
