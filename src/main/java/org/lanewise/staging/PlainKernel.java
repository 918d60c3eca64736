package org.lanewise.staging;

import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import org.lanewise.access.KernelAccess;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Sums;
import org.lanewise.splicer.Accesses;
import org.lanewise.splicer.Executed;
import org.lanewise.splicer.GradientForm;
import org.lanewise.splicer.Layout;
import org.lanewise.storage.ChunkPlane;
import org.lanewise.storage.FloatBlocks;

/**
 * A kernel that does by plain loops over floats what its vector loop does with vectors, with the same bits: in place where all planes are
 * arrays of floats, else block by block on copies, on which is done what a spliced loop does as it loads and stores.
 */
final class PlainKernel extends Kernel {
    /** Planes that blocks are kept for. */
    static final int MOST_PLANES = 24;

    private static final int GRADIENT = 1;

    /**
     * Until C2 has a loop, elements are taken by so many at a time, with empty calls in between. HotSpot goes by calls and iterations
     * together: C1 takes a loop after 100 calls and 2,000 iterations, C2 after 600 and 15,000; without such calls both compile the call
     * that is running, after 60,000 and 40,000, and the loop after that. C2 unrolls a loop by how long it ran, so these are not too few.
     */
    private static final int CHUNKS = 300, CHUNK = 256, EMPTY_CALLS = 10;

    private static final List<FloatBlocks> FREE = new ArrayList<>();

    private final Kernel loop;
    private final Executed executed;
    private final Staged staged;
    private final int used, written, flushed, planes, block;
    private final boolean inPlace;
    private final Runnable wanted;
    private boolean isUsed, wasUsed, isWanted;

    /**
     * With a loop over floats in arrays.
     *
     * @param executed that loop
     * @param staged what this stands for
     */
    PlainKernel(Executed executed, Staged staged) {
        this(executed, staged, StagedKernels.NOTHING);
    }

    /**
     * The same.
     *
     * @param wanted called when this is used for the second time, with {@link #latest} asked for in between: many loops never are
     */
    PlainKernel(Executed executed, Staged staged, Runnable wanted) {
        super(MethodHandles.lookup());
        this.wanted = wanted;
        this.loop = executed.make(staged.owner());
        this.executed = executed;
        this.staged = staged;
        Accesses accesses = executed.accesses();
        List<Layout> layouts = staged.layouts();
        this.planes = layouts.size();
        int existing = (1 << planes) - 1;
        this.used = accesses.used() & existing;
        int written = accesses.written() & existing;
        int flushed = 0;
        boolean hasChunks = false;
        for (int k = 0; k < planes; k++) {
            flushed |= layouts.get(k).flushed() ? 1 << k : 0;
            hasChunks |= layouts.get(k).storage() == ChunkPlane.class;
            written &= layouts.get(k).writable() ? -1 : ~(1 << k);
        }
        this.written = written;
        this.flushed = flushed & written;
        this.block = hasChunks || !staged.splits() ? ChunkPlane.SIZE : FloatBlocks.SIZE;
        this.inPlace = staged.isInPlace();
    }

    /**
     * Whether what a loop over floats leaves on copies can be copied back. It cannot if the loop reads what it has written, which other
     * storages have rounded, or leaves out subnormal numbers, which are not to become zeros.
     */
    static boolean canRun(Executed executed, List<Layout> layouts) {
        Accesses accesses = executed.accesses();
        boolean can = !accesses.rereads();
        for (int k = 0; k < layouts.size(); k++) {
            can &= !layouts.get(k).flushed() || (accesses.leftOut() >> k & 1) == 0;
        }
        return can;
    }

    /** The same by loops that have become faster meanwhile, or this. */
    Kernel latest() {
        wasUsed |= isUsed;
        return staged.isReady() ? staged.make() : this;
    }

    /** Whether {@link #latest} returns this for good. */
    boolean isLast() {
        return staged.isLast(executed);
    }

    @Override
    public void prepare(long step, double learningRate, double previousLearningRate) {
        pass();
        loop.prepare(step, learningRate, previousLearningRate);
    }

    @Override
    public void prepareTensor(Plane[] planes, Sums sums) {
        pass();
        loop.prepareTensor(planes, sums);
    }

    private void pass() {
        KernelAccess.get().gradientScale(loop, gradientScale);
        KernelAccess.get().gradientBound(loop, gradientBound);
    }

    @Override
    public void vector(Plane[] planes, int from, int to) {
        scalar(planes, from, to);
    }

    @Override
    public void scalar(Plane[] planes, int from, int to) {
        isUsed = true;
        if (wasUsed && !isWanted) {
            isWanted = true;
            wanted.run();
        }
        pass();
        if (inPlace) {
            run(planes, from, to);
            return;
        }
        FloatBlocks blocks = take();
        try {
            for (int at = from, end; at < to; at = end) {
                end = Math.min(to, at - at % block + block);
                run(blocks, planes, at, end - at);
            }
        } finally {
            giveBack(blocks);
        }
    }

    private void run(FloatBlocks blocks, Plane[] planes, int from, int length) {
        for (int k = 0; k < this.planes; k++) {
            if ((used >> k & 1) == 1) {
                blocks.load(k, planes[k], from, length);
            }
        }
        form(blocks, length);
        run(blocks.planes(), 0, length);
        for (int k = 0; k < this.planes; k++) {
            if ((flushed >> k & 1) == 1) {
                blocks.flush(k, length);
            }
            if ((written >> k & 1) == 1) {
                blocks.store(k, planes[k], from, length);
            }
        }
    }

    /** Makes of gradients what the loop is to see. */
    private void form(FloatBlocks blocks, int length) {
        if ((used >> GRADIENT & 1) == 0) {
            return;
        }
        GradientForm form = staged.form();
        if (form.scaled()) {
            blocks.scale(GRADIENT, gradientScale, length);
        }
        if (form.sanitised()) {
            blocks.sanitise(GRADIENT, length);
        }
        if (form.clamped()) {
            blocks.clamp(GRADIENT, gradientBound, length);
        }
    }

    private void run(Plane[] planes, int from, int to) {
        if (!staged.splits()) {
            loop.scalar(planes, from, to);
            return;
        }
        for (int at = from; at < to;) {
            boolean isNew = executed.called() < CHUNKS;
            int end = isNew ? Math.min(to, at + CHUNK) : to;
            loop.scalar(planes, at, end);
            if (isNew && end == at + CHUNK) {
                for (int k = 0; k < EMPTY_CALLS; k++) {
                    loop.scalar(planes, at, at);
                }
            }
            at = end;
        }
    }

    private static FloatBlocks take() {
        synchronized (FREE) {
            return FREE.isEmpty() ? new FloatBlocks(MOST_PLANES) : FREE.removeLast();
        }
    }

    private static void giveBack(FloatBlocks blocks) {
        synchronized (FREE) {
            FREE.add(blocks);
        }
    }
}
