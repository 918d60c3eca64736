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

/**
 * Runs a loop over numbers of its own until it is compiled: until calls allocate nothing, as vectors are objects before, and take about as
 * long as those of the plain loop that stands for it, which is compiled sooner.
 */
final class Exercise {
    private static final int SIZE = FloatBlocks.SIZE;
    /** Where numbers begin in arrays that a loop has an offset in. */
    private static final int OFFSET = 16;
    /** Calls until each compiler has taken the loop, with some to spare, elements of one, and those of the loop for what is left. */
    private static final int CALLS_UNTIL_C1 = 200, CALLS_UNTIL_C2 = 1_000, ELEMENTS_UNTIL_C1 = 512, TAIL = 24;
    /** Calls after which numbers start anew, and the step that kernels are prepared for changes. */
    private static final int CALLS_OF_ROUND = 100, LATER_STEP = 10;
    private static final double LEARNING_RATE = 1e-3;
    private static final int CALLS_OF_LOOK = 8, MOST_LOOKS_COMPILED = 100;
    /** How many times as long as the plain loop's calls may take, at once, and when they did not become faster. */
    private static final double RATIO_OF_VECTORS = 1.5, RATIO_OF_PLAIN = 1.1, LAST_RATIO_OF_VECTORS = 2;
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Staged staged;
    private final Kernel kernel;
    private final Kernel plain;
    private final boolean ofLibrary;
    private final StagedKernels.Practice practice;
    private final Plane[] planes;
    private final FloatBlocks numbers = new FloatBlocks(1);
    private final long end = System.nanoTime() + LONGEST_NANOS;
    private int calls, compiledLooks;
    private long plainNanos = Long.MAX_VALUE;
    private boolean done;

    /** Builds the loop if that is not done. */
    Exercise(Warming.Request request) {
        this.staged = request.staged();
        this.plain = new PlainKernel(request.first(), staged);
        this.kernel = staged.make();
        this.ofLibrary = request.ofLibrary();
        this.practice = request.practice();
        this.planes = staged.layouts().stream().map(Exercise::plane).toArray(Plane[]::new);
        for (int i = 0; i < SIZE; i++) {
            numbers.array(0)[i] = (i % 7 - 3) / 4f;
        }
    }

    private static Plane plane(Layout layout) {
        int length = SIZE + OFFSET, offset = layout.fromStart() ? 0 : OFFSET;
        MemoryPlane plane;
        if (layout.storage() == F32Heap.class) {
            plane = new F32Heap(new float[length], offset);
        } else if (layout.storage() == Bf16Heap.class) {
            plane = new Bf16Heap(new short[length], offset);
        } else if (layout.storage() == F32Native.class) {
            plane = new F32Native(Arena.ofAuto().allocate((long) length * Float.BYTES, Float.BYTES * OFFSET));
        } else if (layout.storage() == Bf16Native.class) {
            plane = new Bf16Native(Arena.ofAuto().allocate((long) length * Short.BYTES, Float.BYTES * OFFSET));
        } else {
            plane = new ChunkPlane();
        }
        return plane;
    }

    boolean isDone() {
        return done;
    }

    /** Leaves the loop alone for good. */
    void fail() {
        staged.target().leave(false);
        done = true;
    }

    /** Goes on for a moment; whether there is more to do at once. */
    boolean advance() {
        long start = System.nanoTime();
        if (start - end > 0) {
            staged.target().release();
            done = true;
        } else if (calls >= CALLS_UNTIL_C2) {
            look();
        }
        while (calls < CALLS_UNTIL_C2 && !done && System.nanoTime() - start < SLICE_NANOS) {
            if (calls % CALLS_OF_ROUND == 0) {
                beginRound();
            }
            call(kernel, (calls < CALLS_UNTIL_C1 ? ELEMENTS_UNTIL_C1 : SIZE) - (calls % 2 == 0 ? 0 : practice.step()));
            practice.reset().run();
            kernel.scalar(planes, 0, TAIL);
            call(plain, SIZE);
            calls++;
        }
        return calls < CALLS_UNTIL_C2 && !done;
    }

    /** Rules of others may count how often they are asked, so their kernels are not prepared. */
    private void beginRound() {
        for (Plane plane : planes) {
            numbers.store(0, plane, 0, SIZE);
        }
        if (ofLibrary) {
            long step = calls % (2 * CALLS_OF_ROUND) == 0 ? 1 : LATER_STEP;
            kernel.prepare(step, LEARNING_RATE, LEARNING_RATE);
            plain.prepare(step, LEARNING_RATE, LEARNING_RATE);
        }
    }

    private void look() {
        beginRound();
        long before = Allocation.bytes();
        long nanos = nanos(kernel);
        boolean compiled = Allocation.bytes() == before;
        plainNanos = Math.min(plainNanos, nanos(plain));
        double ratio = (double) nanos / plainNanos;
        compiledLooks += compiled ? 1 : 0;
        if (compiled && ratio <= (staged.plain() ? RATIO_OF_PLAIN : RATIO_OF_VECTORS)) {
            staged.target().fast();
            done = true;
        } else if (compiledLooks == MOST_LOOKS_COMPILED) {
            if (!staged.plain() && ratio <= LAST_RATIO_OF_VECTORS) {
                staged.target().fast();
            } else {
                staged.target().leave(true);
            }
            done = true;
        }
    }

    /** The shortest of some calls. */
    private long nanos(Kernel which) {
        long least = Long.MAX_VALUE;
        for (int k = 0; k < CALLS_OF_LOOK; k++) {
            long start = System.nanoTime();
            call(which, SIZE);
            least = Math.min(least, System.nanoTime() - start);
        }
        return least;
    }

    private void call(Kernel which, int length) {
        practice.reset().run();
        which.vector(planes, 0, length);
    }
}
