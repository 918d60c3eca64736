package org.lanewise.bench;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.lanewise.Width;
import org.lanewise.verify.Tally;

/**
 * What was compared of one rule.
 *
 * @param rule its name
 * @param options one check for each combination of options
 */
record Verification(String rule, List<CompiledChecks.Checked> options) {
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
        return options.stream().flatMap(checked -> checked.result().tallies().stream()).toList();
    }

    /** The methods that were executed. */
    Set<String> loops() {
        Set<String> loops = new TreeSet<>();
        tallies().forEach(tally -> loops.addAll(tally.loops()));
        return loops;
    }

    /** Those of them that were not C2's code all the time, while they were compared. */
    Set<String> notCompiled() {
        Set<String> loops = new TreeSet<>();
        options.forEach(checked -> loops.addAll(checked.notCompiled()));
        return loops;
    }

    boolean isEqual() {
        return options.stream().allMatch(checked -> checked.result().isEqual());
    }
}
