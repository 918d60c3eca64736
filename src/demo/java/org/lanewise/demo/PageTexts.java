package org.lanewise.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lanewise.tool.Machine;

/** What the page says in words and tables, which also those see whose browser runs no scripts. */
final class PageTexts {
    private PageTexts() {}

    /** HTML by the name of its place in the page. */
    static Map<String, String> of(Findings findings) {
        DemoResults results = findings.content().results();
        return Map.of(
                "summary", Html.text(summary(results)),
                "machine", Html.text(machine(results)),
                "whole", Html.text(whole(results.whole())),
                "code", Html.text(results.whole().code()),
                "read", Html.text(read(findings.gallery())),
                "digits", digits(findings.gallery()),
                "warning", results.disturbance().warning().map(each -> "<p class=\"warning\">" + Html.text(each) + "</p>").orElse(""),
                "costs", costs(results.rules()),
                "places", places(results.places()),
                "rules", rules(results));
    }

    private static String summary(DemoResults results) {
        DemoResults.Data data = results.data();
        return format("A network with %,d parameters learns to read handwritten digits, once with each of %d rules: %,d images to learn "
                + "from, %,d to be tested on, %d epochs. A larger one learns with the whole step. Images: %s.",
                data.parameters(), results.rules().size(), data.trainImages(), data.testImages(), data.epochs(), data.source());
    }

    private static String machine(DemoResults results) {
        Machine machine = results.machine();
        return format("%s, %s, %d cores, %s, %s, seed %d.", machine.jvm(), machine.cpu(), machine.cores(), machine.os(),
                machine.vectors(), results.data().seed());
    }

    private static String whole(DemoResults.WholeResult whole) {
        return format("In the end it reads %s of the test images with AdamW alone at a constant rate, %s with the whole step, and %s with "
                + "the averages in the place of the parameters. In %d of %d steps the gradients were longer than the limit and were "
                + "scaled down. An average usually leads while steps are long; at the end of a long cosine both agree. "
                + "The same training on one thread ended in %s.%s%s",
                percent(whole.plainAccuracy()), percent(whole.accuracy()), percent(whole.averagedAccuracy()), whole.clipped(),
                whole.steps(), whole.bitsEqual() ? "the same bits" : "other bits, which is a fault",
                resumed(whole), whole.ranks().sentence().map(each -> " " + each).orElse(""));
    }

    private static String resumed(DemoResults.WholeResult whole) {
        return whole.resumed() == Resumed.NOT_TRIED ? "" : format(" It was saved after %d steps and gone on with in a second JVM, whose "
                + "curve and numbers were %s to the bit.", whole.resumedAfter(),
                whole.resumed() == Resumed.SAME_BITS ? "the same" : "others, which is a fault,");
    }

    private static String read(Gallery gallery) {
        String shown = gallery.images().size() == gallery.total() ? "all" : format("%,d", gallery.images().size());
        return format("Of the test images, which it has never learned from, the averaged network reads %,d of %,d right and %,d wrong. "
                + "Here are %s of them, each with what it was taken for. Wrong ones are ringed, with the right digit in brackets.",
                gallery.total() - gallery.errors(), gallery.total(), gallery.errors(), shown);
    }

    private static String digits(Gallery gallery) {
        var list = new StringBuilder("<ol class=\"digits\" style=\"--sheet: url(" + Sheet.address(gallery.images()) + "); --count: "
                + gallery.images().size() + "\">\n");
        for (int i = 0; i < gallery.images().size(); i++) {
            Gallery.Image image = gallery.images().get(i);
            list.append(image.isWrong()
                    ? format("<li class=\"wrong\" title=\"a %1$d, read as %2$d\"><i style=\"--at: %3$d\"></i><b>%2$d</b> (%1$d)</li>%n",
                            image.label(), image.guess(), i)
                    : format("<li><i style=\"--at: %d\"></i>%d</li>%n", i, image.guess()));
        }
        return list + "</ol>";
    }

    private static String costs(List<DemoResults.RuleResult> rows) {
        return Html.table(
                List.of("rule", "one element at a time, ns", "C2's loop, ns", "Lanewise, ns", "C2's loop, times as fast",
                        "Lanewise, times as fast"),
                rows.stream().map(row -> List.of(row.name(), number("%.3f", row.cost().scalar()), number("%.3f", row.cost().plain()),
                        number("%.3f", row.cost().lanewise()), number("%.1f", row.cost().plainTimes()),
                        number("%.1f", row.cost().lanewiseTimes()))).toList());
    }

    private static String places(List<DemoResults.PlaceResult> places) {
        return Html.table(
                List.of("Adam's numbers are in", "C2's loop, ns", "Lanewise, ns", "Lanewise, times as fast"),
                places.stream().map(place -> List.of(place.place(), number("%.3f", place.plain()), number("%.3f", place.lanewise()),
                        number("%.1f", place.plain() / place.lanewise()))).toList());
    }

    private static String rules(DemoResults results) {
        List<List<String>> rows = new ArrayList<>();
        for (DemoResults.RuleResult row : results.rules()) {
            rows.add(List.of(row.name(), String.valueOf(row.learningRate()),
                    row.batchSize() == results.data().trainImages() ? "all" : String.valueOf(row.batchSize()),
                    number("%.5f", row.finalLoss()), percent(row.testAccuracy()),
                    row.stepsTo95() == null ? "-" : row.stepsTo95().toString(), row.bitsEqual() ? "yes" : "NO"));
        }
        String looks = DemoTable.intervals(results.rules());
        return Html.table(
                List.of("rule", "learning rate", "images per step", "final loss", "test accuracy", "steps to 95 %", "bits equal"), rows)
                + "\n<p class=\"aside\">" + Html.text("The test images were looked at " + looks + ".") + "</p>";
    }

    private static String number(String format, double value) {
        return Double.isFinite(value) ? format(format, value) : "-";
    }

    private static String percent(double share) {
        return format("%.1f %%", 100 * share);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
