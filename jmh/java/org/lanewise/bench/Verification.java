package org.lanewise.bench;

import java.util.List;
import org.lanewise.Width;
import org.lanewise.verify.Equivalence;
import org.lanewise.verify.Tally;

/**
 * What was compared of one rule.
 *
 * @param rule its name
 * @param options one result for each combination of options
 */
record Verification(String rule, List<Equivalence.Result> options) {
    long comparisons() {
        return options.stream().mapToLong(Equivalence.Result::comparisons).sum();
    }

    long differences() {
        return options.stream().mapToLong(Equivalence.Result::differences).sum();
    }

    long differences(Width width) {
        return tallies().stream().filter(tally -> tally.width() == width).mapToLong(Tally::differences).sum();
    }

    List<Tally> tallies() {
        return options.stream().flatMap(result -> result.tallies().stream()).toList();
    }
}
