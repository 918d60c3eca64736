package org.lanewise.splicer;

import java.lang.classfile.MethodModel;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Refuses a loop that does not go through the elements it is called for, in vectors of {@code Species.LANES} or one by one. The loop
 * is tried for some ranges at every width; it is refused if, for one of them, all that can be told about it is wrong.
 */
final class IndexCheck {
    private static final int[] WIDTHS = {4, 8, 16};

    /** Ranges: from in vectors of 16, length in vectors. Too few for an unrolled loop, an odd number, and not from 0 on. */
    private static final int[][] RANGES = {{0, 1}, {0, 5}, {3, 1}};

    /** With two branches that depend on what is not known, this many ways leave out one of the four with a probability of 2 %. */
    private static final int WAYS = 16;

    private final Splicer splicer;
    private final Map<String, Boolean> options;

    IndexCheck(Splicer splicer, Map<String, Boolean> options) {
        this.splicer = splicer;
        this.options = options;
    }

    void checkVector(MethodModel loop) {
        for (int lanes : WIDTHS) {
            for (int[] range : RANGES) {
                int from = 16 * range[0];
                check(loop, lanes, lanes, from, from + lanes * range[1]);
            }
        }
    }

    void checkScalar(MethodModel loop) {
        for (int[] range : RANGES) {
            check(loop, WIDTHS[1], 1, range[0], range[0] + range[1]);
        }
    }

    private void check(MethodModel loop, int lanes, int unit, int from, int to) {
        Fault first = null;
        for (int way = 0; way < WAYS; way++) {
            Optional<List<IndexRun.Access>> run = IndexRun.of(splicer, loop, options, lanes, from, to, way);
            Fault fault = run.isEmpty() ? null : Fault.of(run.get(), lanes, unit, from, to);
            if (fault == null && (run.isEmpty() || !run.get().isEmpty())) {
                return;
            }
            first = first == null ? fault : first;
        }
        if (first != null) {
            throw splicer.refused(first.what(), first.line(), "it was tried for elements " + from + " to " + (to - 1)
                    + (unit == 1 ? "; step by 1, as in for (int i = from; i < to; i++)"
                            : " in vectors of " + lanes + "; step by LANES, as in for (int i = from; i < to; i += LANES)"));
        }
    }

    private record Fault(String what, SourceLine line) {
        /** What is wrong first; null if nothing is, or nothing was done. */
        static Fault of(List<IndexRun.Access> accesses, int lanes, int unit, int from, int to) {
            BitSet reached = new BitSet();
            for (IndexRun.Access access : accesses) {
                boolean isVector = access.operation().equals("load") || access.operation().equals("store");
                int length = isVector ? lanes : 1;
                int offset = access.index() - from;
                if (offset < 0 || offset > to - from - length || isVector && offset % unit != 0) {
                    return new Fault(access.operation() + "s " + elements(access.index(), length), access.line());
                }
                reached.set(offset, offset + length);
            }
            int missing = reached.nextClearBit(0);
            int next = reached.nextSetBit(missing);
            return missing == to - from || accesses.isEmpty() ? null : new Fault("leaves out "
                    + elements(from + missing, (next < 0 ? to - from : next) - missing), accesses.getFirst().line());
        }

        private static String elements(int first, int length) {
            return length == 1 ? "element " + first : "elements " + first + " to " + (first + length - 1);
        }
    }
}
