package org.lanewise.bench;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.lanewise.Width;
import org.lanewise.tool.Printable;
import org.lanewise.verify.Place;
import org.lanewise.verify.Tally;

/** What {@code verify} prints: differences, then a table with a row for each rule. */
final class VerifyTable {
    private VerifyTable() {}

    static void print(List<Verification> rules, PrintWriter out) {
        rules.forEach(rule -> rule.tallies().forEach(tally -> printDifferences(tally, out)));
        List<Width> widths = rules.stream().flatMap(rule -> rule.tallies().stream()).map(Tally::width).distinct().sorted().toList();
        out.printf(Locale.ROOT, "%-16s%8s%16s%13s   differences by width:", "rule", "options", "comparisons", "differences");
        widths.forEach(width -> out.printf(Locale.ROOT, "%10s", width == Width.SCALAR ? "scalar" : width.bits() + " bits"));
        out.println();
        for (Verification rule : rules) {
            out.printf(Locale.ROOT, "%-16s%8d%,16d%,13d%24s", Printable.of(rule.rule()), rule.options().size(), rule.comparisons(),
                    rule.differences(), "");
            widths.forEach(width -> out.printf(Locale.ROOT, "%,10d", rule.differences(width)));
            out.println();
        }
        out.println();
        out.printf(Locale.ROOT, "Each on %d kinds of storage: %s.%n", Place.values().length,
                String.join(", ", Stream.of(Place.values()).map(Place::toString).toList()));
        String lacking = Stream.of(Width.values()).filter(width -> !width.isSupported()).map(width -> width.bits() + " bits")
                .collect(Collectors.joining(", "));
        if (!lacking.isEmpty()) {
            out.println("Not run, since this CPU or JVM lacks them: vectors of " + lacking + ".");
        }
        rules.forEach(rule -> rule.notShown().forEach(sentence -> out.println(Printable.line(sentence))));
        printCompiled(rules, out);
        // Digits only: the line is read by programs too.
        out.println("verified: " + rules.stream().mapToLong(Verification::comparisons).sum() + " comparisons, "
                + rules.stream().mapToLong(Verification::differences).sum() + " differences");
        out.flush();
    }

    private static void printCompiled(List<Verification> rules, PrintWriter out) {
        Set<String> loops = all(rules, Verification::loops);
        Set<String> notCompiled = all(rules, Verification::notCompiled);
        notCompiled.forEach(loop -> out.println("not compiled by C2 while it was compared: " + Printable.of(loop)));
        long kernels = loops.stream().map(loop -> loop.substring(0, loop.lastIndexOf('.'))).distinct().count();
        out.printf(Locale.ROOT, "compiled by C2 before and during these comparisons: %d of %d loops of %d kernels%n",
                loops.size() - notCompiled.size(), loops.size(), kernels);
    }

    private static Set<String> all(List<Verification> rules, Function<Verification, Set<String>> loops) {
        return rules.stream().flatMap(rule -> loops.apply(rule).stream()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static void printDifferences(Tally tally, PrintWriter out) {
        tally.first().forEach(difference -> difference.toString().lines().map(Printable::of).forEach(out::println));
        if (tally.differences() > tally.first().size()) {
            out.printf(Locale.ROOT, "    and %,d more of this rule on %s at %s%n", tally.differences() - tally.first().size(),
                    tally.place(), tally.width());
        }
    }
}
