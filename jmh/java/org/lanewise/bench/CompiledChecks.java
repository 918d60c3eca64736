package org.lanewise.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.lanewise.tool.CompiledCode;
import org.lanewise.tool.Progress;
import org.lanewise.verify.Equivalence;
import org.lanewise.verify.Tally;

/**
 * Checks until the code that is compared is C2's: a check counts if each loop it ran was compiled before it began, and the same compilation
 * was still in use when it had ended. Checks that found a difference count at once.
 */
final class CompiledChecks {
    /** The first has all compiled and the second is compared; others follow where C2 threw code away meanwhile. */
    private static final int MOST_ROUNDS = 6;

    private final List<Equivalence> checks;
    private final List<Checked> last = new ArrayList<>();

    /** What the last check of some options gave, and the loops that it ran otherwise than in one compilation by C2. */
    record Checked(Equivalence.Result result, Set<String> notCompiled) {
        boolean counts() {
            return notCompiled.isEmpty() || result.differences() > 0;
        }
    }

    CompiledChecks(List<Equivalence> checks) {
        this.checks = List.copyOf(checks);
    }

    /** The last result of each, in their order. */
    List<Checked> run(Progress progress) {
        Map<String, String> before = Map.of();
        for (int round = 0; round < MOST_ROUNDS && pending().length > 0; round++) {
            int[] pending = pending();
            Map<Integer, Equivalence.Result> results = check(pending, progress.start(round == 0 ? "Compiling" : "Verifying",
                    IntStream.of(pending).mapToLong(k -> checks.get(k).comparisons()).sum()));
            Map<String, String> after = CompiledCode.methods();
            for (int k : pending) {
                Checked checked = new Checked(results.get(k), notCompiled(results.get(k), before, after));
                if (round == 0) {
                    last.add(checked);
                } else {
                    last.set(k, checked);
                }
            }
            before = after;
        }
        return List.copyOf(last);
    }

    private int[] pending() {
        return IntStream.range(0, checks.size()).filter(k -> k >= last.size() || !last.get(k).counts()).toArray();
    }

    /** Side by side, so that no core waits for the last options of a rule. */
    private Map<Integer, Equivalence.Result> check(int[] pending, Progress.Bar bar) {
        try (bar) {
            return IntStream.of(pending).parallel().boxed()
                    .collect(Collectors.toConcurrentMap(k -> k, k -> complete(checks.get(k), checks.get(k).check(bar::step))));
        }
    }

    private static Equivalence.Result complete(Equivalence check, Equivalence.Result result) {
        if (result.differences() == 0 && result.comparisons() != check.comparisons()) {
            throw new IllegalStateException(check.rule() + " has " + result.comparisons() + " comparisons, expected "
                    + check.comparisons());
        }
        return result;
    }

    private static Set<String> notCompiled(Equivalence.Result result, Map<String, String> before, Map<String, String> after) {
        Set<String> loops = new TreeSet<>();
        for (Tally tally : result.tallies()) {
            loops.addAll(tally.loops());
        }
        loops.removeIf(loop -> before.containsKey(loop) && before.get(loop).equals(after.get(loop)));
        return loops;
    }
}
