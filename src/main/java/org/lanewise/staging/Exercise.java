package org.lanewise.staging;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
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
    private static final int SIZE = ChunkPlane.SIZE;
    /** Where numbers begin in arrays that a loop has an offset in. */
    private static final int OFFSET = 16;
    /**
     * HotSpot's compilers take a loop after so many calls, C1 200 and C2 5,000, or after fewer that run longer. Until C2 has compiled
     * them, vectors are objects, which takes thousands of times as long; so most calls are empty, and others begin once C1 has the loop,
     * whose code counts for C2 what goes on in it.
     */
    private static final int EMPTY_CALLS = 200, EMPTY_ROUNDS = 2, ROUNDS_UNTIL_C2 = 60, ELEMENTS = 256, TAIL = 24;
    /** Elements of the first call, for which the JVM loads some 300 classes, and of those that look whether vectors are objects still. */
    private static final int FEW = 64;
    /** Rounds after which there are fewer: C2 has had its time. */
    private static final int MANY_ROUNDS = 5_000;
    /** Rounds after which numbers start anew, and the step that kernels are prepared for changes. */
    private static final int ROUNDS_OF_NUMBERS = 20, LATER_STEP = 10;
    private static final double LEARNING_RATE = 1e-3;
    private static final int CALLS_OF_LOOK = 8, MOST_LOOKS_COMPILED = 100;
    /** How many times as long as the plain loop's calls may take, at once, and when they did not become faster. */
    private static final double RATIO_OF_VECTORS = 1.5, RATIO_OF_PLAIN = 1.1, LAST_RATIO_OF_VECTORS = 2;
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Staged staged;
    private final Kernel plain;
    private final boolean ofLibrary;
    private final StagedKernels.Practice practice;
    private final Plane[] planes;
    private final FloatBlocks numbers = new FloatBlocks(1);
    private final long deadline = System.nanoTime() + LONGEST_NANOS;
    private Optional<Arena> arena = Optional.empty();
    private Kernel kernel;
    private int rounds, compiledLooks;
    private long plainNanos = Long.MAX_VALUE, vectorNanos = Long.MAX_VALUE;
    private boolean done;

    /** Builds the loop if that is not done. */
    Exercise(Warming.Request request) {
        this.staged = request.staged();
        this.plain = new PlainKernel(request.first(), staged);
        this.kernel = staged.make();
        this.ofLibrary = request.ofLibrary();
        this.practice = request.practice();
        this.planes = staged.layouts().stream().map(this::plane).toArray(Plane[]::new);
        for (int i = 0; i < SIZE; i++) {
            numbers.array(0)[i] = (i % 7 - 3) / 4f;
        }
    }

    private Plane plane(Layout layout) {
        int length = SIZE + OFFSET, offset = layout.fromStart() ? 0 : OFFSET;
        MemoryPlane plane;
        if (layout.storage() == F32Heap.class) {
            plane = new F32Heap(new float[length], offset);
        } else if (layout.storage() == Bf16Heap.class) {
            plane = new Bf16Heap(new short[length], offset);
        } else if (layout.storage() == F32Native.class) {
            plane = new F32Native(allocate((long) length * Float.BYTES));
        } else if (layout.storage() == Bf16Native.class) {
            plane = new Bf16Native(allocate((long) length * Short.BYTES));
        } else {
            plane = new ChunkPlane();
        }
        return plane;
    }

    /** As stores do: another kind of arena would have code compiled anew that saw only theirs. */
    private MemorySegment allocate(long bytes) {
        if (arena.isEmpty()) {
            arena = Optional.of(Arena.ofShared());
        }
        return arena.get().allocate(bytes, Float.BYTES * OFFSET);
    }

    /** Whether nothing is left to do; its numbers are gone then. */
    boolean endsNow() {
        if (done && arena.isPresent()) {
            arena.get().close();
        }
        return done;
    }

    /** Gives up, so that the next optimizer of the kind may try again. */
    void release() {
        staged.target().release();
        done = true;
    }

    /** Leaves the loop alone for good. */
    void fail() {
        staged.target().leave(false);
        done = true;
    }

    /** Goes on for a moment. Even a loop that C2 was given may be thrown away again, so rounds do not end before it is compiled. */
    void advance() {
        long start = System.nanoTime();
        if (start - deadline > 0) {
            release();
        } else if (rounds >= ROUNDS_UNTIL_C2) {
            look();
        }
        long moment = rounds < MANY_ROUNDS ? SLICE_NANOS : SLICE_NANOS / 4;
        while (!done && System.nanoTime() - start < moment) {
            round();
        }
    }

    private void round() {
        if (rounds % ROUNDS_OF_NUMBERS == 0) {
            begin();
        }
        if (rounds == 0) {
            call(kernel, Math.max(FEW, practice.step()));
        }
        // A plain kernel makes such calls itself.
        int empty = kernel instanceof PlainKernel ? 0 : EMPTY_CALLS;
        for (int k = 0; k < empty; k++) {
            kernel.vector(planes, 0, 0);
            kernel.scalar(planes, 0, 0);
        }
        if (rounds >= EMPTY_ROUNDS) {
            call(kernel, ELEMENTS + (rounds % 2 == 0 ? 0 : practice.step()));
            practice.reset().run();
            kernel.scalar(planes, 0, TAIL);
        }
        if (rounds < ROUNDS_UNTIL_C2) {
            call(plain, SIZE);
        }
        rounds++;
    }

    /** Rules of others may count how often they are asked, so their kernels are not prepared. */
    private void begin() {
        for (Plane plane : planes) {
            numbers.store(0, plane, 0, SIZE);
        }
        if (ofLibrary) {
            long step = rounds % (2 * ROUNDS_OF_NUMBERS) == 0 ? 1 : LATER_STEP;
            kernel.prepare(step, LEARNING_RATE, LEARNING_RATE);
            plain.prepare(step, LEARNING_RATE, LEARNING_RATE);
        }
    }

    private void look() {
        begin();
        long before = Allocation.bytes();
        call(kernel, Math.max(FEW, practice.step()));
        if (Allocation.bytes() != before) {
            return;
        }
        compiledLooks++;
        if (!staged.plain() && kernel instanceof PlainKernel) {
            comparePlain();
        } else {
            compare();
        }
    }

    private void compare() {
        long nanos = nanos(kernel);
        plainNanos = Math.min(plainNanos, nanos(plain));
        vectorNanos = Math.min(vectorNanos, nanos);
        double ratio = (double) nanos / plainNanos;
        boolean comparesPlain = !staged.plain() && staged.isInPlace() && staged.splits();
        if (ratio <= (staged.plain() || comparesPlain ? RATIO_OF_PLAIN : RATIO_OF_VECTORS)) {
            end(true);
        } else if (compiledLooks == MOST_LOOKS_COMPILED && comparesPlain) {
            kernel = new PlainKernel(staged.target(), staged);
            rounds = 0;
            compiledLooks = 0;
        } else if (compiledLooks == MOST_LOOKS_COMPILED && (staged.plain() || ratio > LAST_RATIO_OF_VECTORS)) {
            staged.target().leave(true);
            done = true;
        } else if (compiledLooks == MOST_LOOKS_COMPILED) {
            end(true);
        }
    }

    /** The plain loop with options that are constants is worth it, as the one that stands for it is shared by kernels of all options. */
    private void comparePlain() {
        if (RATIO_OF_PLAIN * nanos(kernel) <= vectorNanos) {
            end(false);
        } else if (compiledLooks == MOST_LOOKS_COMPILED) {
            end(true);
        }
    }

    private void end(boolean vectors) {
        staged.target().fast(vectors);
        done = true;
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
