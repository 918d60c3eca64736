package org.lanewise.staging;

import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.splicer.Layout;
import org.lanewise.storage.Bf16Heap;
import org.lanewise.storage.Bf16Native;
import org.lanewise.storage.ChunkPlane;
import org.lanewise.storage.F32Heap;
import org.lanewise.storage.F32Native;
import org.lanewise.storage.FloatBlocks;
import org.lanewise.storage.MemoryPlane;

/** Runs a loop over numbers of its own until it is compiled. */
final class Exercise {
    private static final int SIZE = FloatBlocks.SIZE;
    private static final int OFFSET = 16;
    /** Elements of a call, before the first compiler has taken the loop and after. */
    private static final int FEW = 256, ALL = SIZE;
    private static final int CALLS_UNTIL_C1 = 200, CALLS_UNTIL_C2 = 1_000, CALLS_OF_LOOK = 8, TAIL = 24;
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Staged staged;
    private final Kernel kernel;
    private final Kernel plain;
    private final boolean ofLibrary;
    private final Runnable reset;
    private final Plane[] planes;
    private final long end = System.nanoTime() + LONGEST_NANOS;
    private int calls;
    private long plainNanos = Long.MAX_VALUE;
    private boolean done;

    /** Builds the loop if that is not done. */
    Exercise(Warming.Request request) {
        this.staged = request.staged();
        this.plain = new PlainKernel(request.first(), staged);
        this.kernel = staged.make();
        this.ofLibrary = request.ofLibrary();
        this.reset = request.reset();
        this.planes = staged.layouts().stream().map(Exercise::plane).toArray(Plane[]::new);
    }

    private static Plane plane(Layout layout) {
        int length = SIZE + OFFSET, offset = layout.fromStart() ? 0 : OFFSET;
        MemoryPlane plane;
        if (layout.storage() == F32Heap.class) {
            plane = new F32Heap(new float[length], offset);
        } else if (layout.storage() == Bf16Heap.class) {
            plane = new Bf16Heap(new short[length], offset);
        } else if (layout.storage() == F32Native.class) {
            plane = new F32Native(Arena.ofAuto().allocate((long) length * Float.BYTES, 64));
        } else if (layout.storage() == Bf16Native.class) {
            plane = new Bf16Native(Arena.ofAuto().allocate((long) length * Short.BYTES, 64));
        } else {
            plane = new ChunkPlane();
        }
        return plane;
    }

    boolean isDone() {
        return done;
    }

    /** Goes on for a moment; whether there is more to do at once. */
    boolean advance() {
        long start = System.nanoTime();
        if (start > end) {
            staged.target().release();
            done = true;
            return false;
        }
        if (calls >= CALLS_UNTIL_C2) {
            look();
            return false;
        }
        while (calls < CALLS_UNTIL_C2 && System.nanoTime() - start < SLICE_NANOS) {
            if (calls % 100 == 0) {
                refresh();
            }
            call(kernel, calls < CALLS_UNTIL_C1 ? FEW : ALL);
            reset.run();
            kernel.scalar(planes, 0, TAIL);
            call(plain, SIZE);
            calls++;
        }
        return true;
    }

    private void refresh() {
        FloatBlocks block = new FloatBlocks(1);
        for (int i = 0; i < SIZE; i++) {
            block.array(0)[i] = (i % 7 - 3) / 4f;
        }
        for (Plane plane : planes) {
            block.store(0, plane, 0, SIZE);
        }
        if (ofLibrary) {
            long step = calls % 200 == 0 ? 1 : 10;
            kernel.prepare(step, 1e-3, 1e-3);
            plain.prepare(step, 1e-3, 1e-3);
        }
    }

    private void look() {
        refresh();
        long least = Long.MAX_VALUE, leastPlain = Long.MAX_VALUE;
        long allocated = Allocation.bytes();
        for (int k = 0; k < CALLS_OF_LOOK; k++) {
            least = Math.min(least, nanos(kernel));
        }
        allocated = Allocation.bytes() - allocated;
        for (int k = 0; k < CALLS_OF_LOOK; k++) {
            leastPlain = Math.min(leastPlain, nanos(plain));
        }
        plainNanos = Math.min(plainNanos, leastPlain);
        if (allocated == 0 && least <= 2 * plainNanos) {
            staged.target().fast();
            done = true;
        }
    }

    private long nanos(Kernel which) {
        long start = System.nanoTime();
        call(which, SIZE);
        return System.nanoTime() - start;
    }

    private void call(Kernel which, int length) {
        reset.run();
        which.vector(planes, 0, length);
    }
}
