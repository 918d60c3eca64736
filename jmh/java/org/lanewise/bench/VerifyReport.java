package org.lanewise.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.tool.Cpu;
import org.lanewise.verify.Difference;
import org.lanewise.verify.Tally;

/**
 * What {@code verify --json} writes.
 *
 * @param cpu model name
 * @param jvm name and version
 * @param os name, version and architecture
 * @param preferredBits width of the JVM's preferred vectors
 * @param seed what chose the numbers
 * @param comparisons number of elements compared
 * @param differences number of those that differed
 * @param loops number of methods that were executed
 * @param compiledLoops number of those that were compiled by C2 before they were compared and still after it
 * @param cells one for each rule with its options, storage and width
 */
record VerifyReport(String cpu, String jvm, String os, int preferredBits, long seed, long comparisons, long differences,
        long loops, long compiledLoops, List<Entry> cells) {
    /**
     * What was compared of one rule in one place at one width.
     *
     * @param first the first differences
     */
    record Entry(String rule, String options, String storage, int width, long comparisons, long differences, List<Found> first) {}

    /** A difference, numbers as hexadecimal bits. */
    record Found(String values, String shape, int step, boolean lookAhead, String plane, int index, Map<String, String> inputs,
            String expected, String actual) {}

    static VerifyReport of(long seed, int preferredBits, List<Verification> rules) {
        long loops = rules.stream().flatMap(rule -> rule.loops().stream()).distinct().count();
        return new VerifyReport(
                Cpu.model(),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " " + System.getProperty("os.arch"),
                preferredBits, seed,
                rules.stream().mapToLong(Verification::comparisons).sum(),
                rules.stream().mapToLong(Verification::differences).sum(),
                loops, loops - rules.stream().flatMap(rule -> rule.notCompiled().stream()).distinct().count(),
                rules.stream().flatMap(rule -> rule.tallies().stream().map(tally -> entry(rule.rule(), tally))).toList());
    }

    private static Entry entry(String rule, Tally tally) {
        return new Entry(rule, tally.options(), tally.place().toString(),
                tally.width().bits(), tally.comparisons(), tally.differences(), tally.first().stream().map(VerifyReport::found).toList());
    }

    private static Found found(Difference d) {
        Map<String, String> inputs = new LinkedHashMap<>();
        d.inputs().forEach((plane, x) -> inputs.put(plane, Difference.hex(x)));
        return new Found(d.values().toString(), d.dimensions(), d.step(), d.lookAhead(), d.plane(), d.index(), inputs,
                Difference.hex(d.expected()), Difference.hex(d.actual()));
    }
}
