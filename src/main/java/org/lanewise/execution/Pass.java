package org.lanewise.execution;

import static org.lanewise.execution.PlacedTensor.GRADIENT;

import java.util.ArrayList;
import java.util.List;
import org.lanewise.kernel.Kernel;
import org.lanewise.storage.MemoryPlane;

/**
 * One kernel over all tensors, neighbours that a store owns in one go, so that small tensors cost no call each. A part is a block of at
 * most {@value #BLOCK} elements. Planes of the same layouts share one executed kernel.
 */
public final class Pass implements Work, Work.Worker {
    /**
     * Elements per call of a kernel. So few that even one large tensor calls the kernel often: C2 compiles it from its normal entry, not by
     * on-stack replacement, and the JVM can stop between calls.
     */
    static final int BLOCK = 1 << 14;

    private final int lanes;
    private final Kernel[] kernels;
    private final Run[] runs;
    private final int parts;

    /** A stretch and its kernel, from part {@code firstPart} to {@code endPart - 1}; {@code tensor} is the first that it holds. */
    private record Run(Kernel kernel, Stretch stretch, int tensor, boolean owned, int firstPart, int endPart) {}

    /**
     * Plans the loop.
     *
     * @param splicing how its kernels are made and run
     * @param written the kernel that the rule gave
     * @param tensors the tensors
     * @param states their planes of state
     */
    public Pass(Splicing splicing, Kernel written, List<PlacedTensor> tensors, States states) {
        this.lanes = splicing.lanes();
        ExecutedKernels executed = new ExecutedKernels(splicing, written);
        List<Run> all = new ArrayList<>();
        int part = 0;
        for (int first = 0, end; first < tensors.size(); first = end) {
            long length = 0;
            for (end = first; end < tensors.size() && (end == first || tensors.get(first).owned() && tensors.get(end).owned()); end++) {
                length += tensors.get(end).length();
            }
            List<MemoryPlane> planes = planes(tensors.get(first), first, states);
            for (Stretch stretch : Stretch.of(planes, length)) {
                Kernel kernel = executed.of(stretch.layouts());
                int firstPart = part;
                part += Math.ceilDiv(stretch.length(), BLOCK);
                all.add(new Run(kernel, stretch, first, tensors.get(first).owned(), firstPart, part));
            }
        }
        this.kernels = executed.all().toArray(Kernel[]::new);
        this.runs = all.toArray(Run[]::new);
        this.parts = part;
    }

    private static List<MemoryPlane> planes(PlacedTensor tensor, int index, States states) {
        List<MemoryPlane> planes = new ArrayList<>(List.of(tensor.parameter(), tensor.gradient()));
        for (int state = 0; state < states.kinds().size(); state++) {
            planes.add(states.plane(state, index));
        }
        return planes;
    }

    @Override
    public void prepare(long step, double learningRate, double previousLearningRate, float gradientScale) {
        ExecutedKernels.prepare(kernels, step, learningRate, previousLearningRate, gradientScale);
    }

    @Override
    public int parts() {
        return parts;
    }

    @Override
    public Work.Worker worker() {
        return this;
    }

    @Override
    public void readGradients(List<MemoryPlane> gradients) {
        for (Run run : runs) {
            if (!run.owned()) {
                run.stretch().replace(GRADIENT, gradients.get(run.tensor()));
            }
        }
    }

    @Override
    public void run(int first, int end) {
        int part = first;
        for (int k = first == 0 ? 0 : indexOf(first); part < end; k++) {
            Run run = runs[k];
            int endHere = Math.min(end, run.endPart());
            int to = endHere == run.endPart() ? run.stretch().length() : (endHere - run.firstPart()) * BLOCK;
            run.stretch().run(run.kernel(), (part - run.firstPart()) * BLOCK, to, lanes);
            part = endHere;
        }
    }

    /** Index of the run that a part belongs to. */
    private int indexOf(int part) {
        int low = 0, high = runs.length;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (runs[middle].firstPart() <= part) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
