package org.lanewise.execution;

import java.util.List;
import org.lanewise.kernel.Kernel;
import org.lanewise.staging.StagedKernels;
import org.lanewise.storage.MemoryPlane;

/** Kernels of the library over planes, in blocks. They keep nothing that changes meanwhile, so all threads share them. */
final class Sweep implements Work, Work.Worker {
    private final Piece[] pieces;
    private final int lanes;
    private final int parts;
    private final Kernel[] kernels;
    private boolean advances = true;

    /**
     * A kernel over a stretch.
     *
     * @param kernel what is done
     * @param stretch to which elements
     * @param tensor number of the tensor that they start with
     * @param gradient index of the plane that moves if that tensor's gradient does; -1 for none
     */
    record Piece(Kernel kernel, Stretch stretch, int tensor, int gradient) {}

    Sweep(List<Piece> pieces, int lanes) {
        this.pieces = pieces.toArray(Piece[]::new);
        this.kernels = pieces.stream().map(Piece::kernel).toArray(Kernel[]::new);
        this.lanes = lanes;
        this.parts = pieces.stream().mapToInt(piece -> Math.ceilDiv(piece.stretch().length(), Pass.BLOCK)).sum();
    }

    @Override
    public void prepare() {
        if (advances) {
            advances = StagedKernels.advance(kernels);
        }
    }

    @Override
    public int parts(int phase) {
        return parts;
    }

    @Override
    public Work.Worker worker() {
        return this;
    }

    @Override
    public void run(int phase, int first, int end) {
        int start = 0;
        for (int k = 0; k < pieces.length && start < end; k++) {
            Stretch stretch = pieces[k].stretch();
            int count = Math.ceilDiv(stretch.length(), Pass.BLOCK);
            int from = Math.max(0, first - start), to = Math.min(count, end - start);
            if (from < to) {
                stretch.run(kernels[k], from * Pass.BLOCK, to == count ? stretch.length() : to * Pass.BLOCK, lanes);
            }
            start += count;
        }
    }

    @Override
    public void readGradients(List<MemoryPlane> gradients) {
        for (Piece piece : pieces) {
            if (piece.gradient() >= 0) {
                piece.stretch().replace(piece.gradient(), gradients.get(piece.tensor()));
            }
        }
    }
}
