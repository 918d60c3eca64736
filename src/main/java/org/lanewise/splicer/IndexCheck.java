package org.lanewise.splicer;

import java.lang.classfile.MethodModel;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Refuses a loop that does not go through the elements it is called for, in vectors of {@code Species.LANES} or one by one. The loop
 * is tried for some ranges at every width; it is refused if, for one of them, all that can be told about it is wrong.
 */
final class IndexCheck {
    private static final int[] WIDTHS = {4, 8, 16};

    /**
     * Ranges: from in vectors of 16, length in vectors. Too few for an unrolled loop, an odd number, not from 0 on, and lengths that are
     * no multiples of 2 to 6, 8 or 10.
     */
    private static final int[][] RANGES = {{0, 1}, {0, 5}, {3, 1}, {0, 7}, {0, 13}, {0, 17}};

    private static final int GRADIENT = 1;

    /** With two branches that depend on what is not known, this many ways leave out one of the four with a probability of 2 %. */
    private static final int WAYS = 16;

    private final Splicer splicer;
    private final Map<String, Boolean> options;

    /** What is said of a range for which nothing is done, if no other has a fault with a line. */
    private Supplier<IllegalArgumentException> nothing;

    IndexCheck(Splicer splicer, Map<String, Boolean> options) {
        this.splicer = splicer;
        this.options = options;
    }

    /** A kernel of which neither loop does anything is not refused. */
    void check(MethodModel vector, MethodModel scalar) {
        if (!isIdle(vector) || !isIdle(scalar)) {
            checkVector(vector);
            checkScalar(scalar);
        }
    }

    private boolean isIdle(MethodModel loop) {
        return IndexRun.of(splicer, loop, options, WIDTHS[0], 0, WIDTHS[2], 0)
                .filter(trace -> trace.isOnly() && trace.accesses().isEmpty()).isPresent();
    }

    private void checkVector(MethodModel loop) {
        for (int lanes : WIDTHS) {
            for (int[] range : RANGES) {
                int from = 16 * range[0];
                check(loop, lanes, lanes, from, from + lanes * range[1]);
            }
        }
        requireDone();
    }

    private void checkScalar(MethodModel loop) {
        for (int[] range : RANGES) {
            check(loop, WIDTHS[1], 1, range[0], range[0] + range[1]);
        }
        requireDone();
    }

    private void requireDone() {
        if (nothing != null) {
            throw nothing.get();
        }
    }

    private void check(MethodModel loop, int lanes, int unit, int from, int to) {
        Fault first = null;
        for (int way = 0; way < WAYS; way++) {
            Optional<IndexRun.Trace> run = IndexRun.of(splicer, loop, options, lanes, from, to, way);
            SourceLine whole = new SourceLine(loop.methodName().stringValue(), 0);
            Fault fault = run.isEmpty() ? null : Fault.of(run.get(), whole, lanes, unit, from, to);
            if (fault != null && run.get().accesses().isEmpty()) {
                nothing = nothing == null ? () -> refused(fault, unit, lanes, from, to) : nothing;
                return;
            }
            if (fault == null && (run.isEmpty() || !run.get().accesses().isEmpty())) {
                return;
            }
            first = first == null ? fault : first;
            if (run.get().isOnly()) {
                break;
            }
        }
        if (first != null) {
            throw refused(first, unit, lanes, from, to);
        }
    }

    private IllegalArgumentException refused(Fault fault, int unit, int lanes, int from, int to) {
        return splicer.refused(fault.what(), fault.line(), "it was tried for elements " + from + " to " + (to - 1)
                    + (unit == 1 ? "; step by 1, as in for (int i = from; i < to; i++)"
                            : " in vectors of " + lanes + "; step by LANES, as in for (int i = from; i < to; i += LANES)"));
    }

    private record Fault(String what, SourceLine line) {
        /** Stands for all planes together. */
        private static final int ALL = -2;

        /** What is wrong first; null if nothing is, or if nothing was done in a run that is one of several. */
        static Fault of(IndexRun.Trace run, SourceLine loop, int lanes, int unit, int from, int to) {
            Map<Integer, BitSet> reached = new TreeMap<>();
            Map<Integer, SourceLine> lines = new HashMap<>();
            for (IndexRun.Access access : run.accesses()) {
                boolean isVector = access.operation().equals("load") || access.operation().equals("store");
                int length = isVector ? lanes : 1;
                int offset = access.index() - from;
                if (offset < 0 || offset > to - from - length || isVector && offset % unit != 0) {
                    return new Fault(access.operation() + "s " + elements(access.index(), length), access.line());
                }
                boolean isWhole = access.plane() == GRADIENT || access.operation().startsWith("s");
                for (int plane : run.isOnly() && isWhole ? new int[] {ALL, access.plane()} : new int[] {ALL}) {
                    reached.computeIfAbsent(plane, _ -> new BitSet()).set(offset, offset + length);
                    lines.putIfAbsent(plane, access.line());
                }
            }
            if (run.accesses().isEmpty()) {
                return run.isOnly() ? new Fault("leaves out " + elements(from, to - from), loop) : null;
            }
            for (Map.Entry<Integer, BitSet> plane : reached.entrySet()) {
                int missing = plane.getValue().nextClearBit(0);
                int next = plane.getValue().nextSetBit(missing);
                if (missing < to - from) {
                    return new Fault("leaves out " + elements(from + missing, (next < 0 ? to - from : next) - missing),
                            lines.get(plane.getKey()));
                }
            }
            return null;
        }

        private static String elements(int first, int length) {
            return length == 1 ? "element " + first : "elements " + first + " to " + (first + length - 1);
        }
    }
}
