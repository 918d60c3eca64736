package org.lanewise;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.ParameterStore.Range;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.splicer.Layout;
import org.lanewise.storage.MemoryPlane;

/** One kernel over all ranges of a store. Ranges of the same layouts share one executed kernel. */
final class Pass implements Optimizer.Work {
    /**
     * Elements per call of a kernel: compiled from its normal entry after few steps even of one large tensor, never on stack,
     * and short enough for the JVM to reach a safepoint.
     */
    static final int BLOCK = 1 << 14;

    /** Kernels index with ints; longer ranges are split. A multiple of every width, so that a tail comes only at the end. */
    static final long LONGEST_STRETCH = 1 << 30;

    private final int lanes;
    private final Kernel[] kernels;
    private final Stretch[] stretches;

    private record Stretch(Kernel kernel, Plane[] planes, int length) {}

    Pass(Rule rule, Kernel written, List<Range> ranges, List<MemoryPlane> states, Width width, boolean maximize) {
        this.lanes = width.bits() / Float.SIZE;
        ExecutedKernels executed = new ExecutedKernels(rule, written, width, maximize);
        List<Stretch> all = new ArrayList<>();
        for (Range range : ranges) {
            for (long from = 0; from < range.length(); from += LONGEST_STRETCH) {
                List<MemoryPlane> planes = planes(range, from, states);
                Kernel kernel = executed.of(planes.stream().map(Layout::of).toList());
                int length = (int) Math.min(LONGEST_STRETCH, range.length() - from);
                all.add(new Stretch(kernel, planes.toArray(Plane[]::new), length));
            }
        }
        this.kernels = executed.all().toArray(Kernel[]::new);
        this.stretches = all.toArray(Stretch[]::new);
    }

    private static List<MemoryPlane> planes(Range range, long from, List<MemoryPlane> states) {
        List<MemoryPlane> planes = new ArrayList<>();
        planes.add(range.parameter().at(from));
        planes.add(range.gradient().at(from));
        states.forEach(state -> planes.add(state.at(range.start() + from)));
        return planes;
    }

    @Override
    public void run(long step, double learningRate) {
        for (Kernel kernel : kernels) {
            kernel.prepare(step, learningRate);
        }
        for (Stretch stretch : stretches) {
            run(stretch);
        }
    }

    private void run(Stretch stretch) {
        int vectorized = lanes == 1 ? 0 : stretch.length() & -lanes;
        for (int from = 0; from < vectorized; from += BLOCK) {
            stretch.kernel().vector(stretch.planes(), from, Math.min(from + BLOCK, vectorized));
        }
        for (int from = vectorized; from < stretch.length(); from += BLOCK) {
            stretch.kernel().scalar(stretch.planes(), from, Math.min(from + BLOCK, stretch.length()));
        }
    }
}
