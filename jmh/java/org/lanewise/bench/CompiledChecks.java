package org.lanewise.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.lanewise.kernel.Shape;
import org.lanewise.tool.CompiledCode;
import org.lanewise.tool.Progress;
import org.lanewise.verify.Equivalence;
import org.lanewise.verify.Tally;

/**
 * Has all loops compiled, then checks until the code that is compared is C2's: a check counts if each loop it ran was compiled before
 * it began, and the same compilation was still in use when it had ended. Checks that found a difference count at once.
 */
final class CompiledChecks {
    /** The first is compared, others follow where C2 threw code away meanwhile. */
    private static final int MOST_ROUNDS = 5;

    /** Steps over so many elements have the tail of every width called often enough: 130 calls of 3 elements with 128 bits. */
    private static final int TAIL_LENGTH = 47, TAIL_STEPS = 150;

    /** Shapes of these sizes have the other loops compiled. */
    private static final int SHORTEST = 1_000, LONGEST = 4_096;

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
        List<Equivalence> warmUps = checks.stream().flatMap(CompiledChecks::warmUps).toList();
        check(warmUps, progress, "Compiling");
        Map<String, String> before = CompiledCode.methods();
        for (int round = 0; round < MOST_ROUNDS && pending().length > 0; round++) {
            int[] pending = pending();
            List<Equivalence.Result> results = check(IntStream.of(pending).mapToObj(checks::get).toList(), progress, "Verifying");
            Map<String, String> after = CompiledCode.methods();
            for (int k = 0; k < pending.length; k++) {
                Checked checked = new Checked(results.get(k), notCompiled(results.get(k), before, after));
                if (round == 0) {
                    last.add(checked);
                } else {
                    last.set(pending[k], checked);
                }
            }
            before = after;
        }
        return List.copyOf(last);
    }

    /** What has the loops of a check compiled in a fraction of its time. */
    private static Stream<Equivalence> warmUps(Equivalence check) {
        Shape[] middle = check.shapes().stream().filter(shape -> shape.size() >= SHORTEST && shape.size() <= LONGEST).toArray(Shape[]::new);
        return Stream.of(check.withLengths(TAIL_LENGTH).withSteps(TAIL_STEPS), check.withShapes(middle));
    }

    private int[] pending() {
        return IntStream.range(0, checks.size()).filter(k -> k >= last.size() || !last.get(k).counts()).toArray();
    }

    /** Side by side, so that no core waits for the last options of a rule. */
    private static List<Equivalence.Result> check(List<Equivalence> checks, Progress progress, String what) {
        try (Progress.Bar bar = progress.start(what, checks.stream().mapToLong(Equivalence::comparisons).sum())) {
            return checks.parallelStream().map(check -> complete(check, check.check(bar::step))).toList();
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
