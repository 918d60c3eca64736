package org.lanewise.bench;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.lanewise.Width;
import org.lanewise.verify.Equivalence;
import org.lanewise.verify.Tally;

/**
 * What was compared of one rule.
 *
 * @param rule its name
 * @param options one check for each combination of options
 */
record Verification(String rule, List<Equivalence.Result> options) {
    long comparisons() {
        return tallies().stream().mapToLong(Tally::comparisons).sum();
    }

    long differences() {
        return tallies().stream().mapToLong(Tally::differences).sum();
    }

    long differences(Width width) {
        return tallies().stream().filter(tally -> tally.width() == width).mapToLong(Tally::differences).sum();
    }

    List<Tally> tallies() {
        return options.stream().flatMap(result -> result.tallies().stream()).toList();
    }

    /** The methods that were executed. */
    Set<String> loops() {
        Set<String> loops = new TreeSet<>();
        options.forEach(result -> loops.addAll(result.loops()));
        return loops;
    }

    /** Those of them that were not C2's code all the time, while they were compared. */
    Set<String> notCompiled() {
        Set<String> loops = new TreeSet<>();
        options.forEach(result -> loops.addAll(result.notCompiled()));
        return loops;
    }

    /** One sentence for each combination of options that was compared without a difference and is not shown to be equal. */
    List<String> notShown() {
        return options.stream().filter(result -> !result.isEqual() && result.differences() == 0)
                .map(result -> result.tallies().getFirst().rule() + " is " + result).toList();
    }
}
