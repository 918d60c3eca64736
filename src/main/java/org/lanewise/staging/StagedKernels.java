package org.lanewise.staging;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.lanewise.check.HotSpot;
import org.lanewise.kernel.Kernel;
import org.lanewise.splicer.Executed;
import org.lanewise.splicer.Fusion;
import org.lanewise.splicer.GradientForm;
import org.lanewise.splicer.Layout;
import org.lanewise.splicer.NotFusibleException;
import org.lanewise.splicer.SplicedKernels;
import org.lanewise.storage.F32Heap;

/**
 * Makes kernels that run at once: by plain loops until the loops that they are meant for are compiled. That one takes the other's place
 * between two steps, when whoever holds the kernel asks for the {@link #latest}; both give the same bits.
 */
public final class StagedKernels {
    /** Width that stands for plain loops. */
    public static final int PLAIN_BITS = 32;

    private static final int LEAST_VECTOR_BITS = 128;
    /** By which the lengths of calls of a loop differ that does the same with each of its elements. */
    private static final int STEP = 64;
    private static final boolean ON = !"false".equals(System.getProperty("lanewise.plainFirst"));
    private static final ThreadLocal<Consumer<Runnable>> WARMING = new ThreadLocal<>();
    static final Runnable NOTHING = () -> {};

    private StagedKernels() {}

    /**
     * Does something that makes kernels on this thread. These run on plain loops until they are told otherwise.
     *
     * @param <T> type of what is made
     * @param warming is given, for every kernel, what says that its loop is at full speed
     * @param making what to do
     * @return what that gave
     */
    public static <T> T staged(Consumer<Runnable> warming, Supplier<T> making) {
        Consumer<Runnable> outer = WARMING.get();
        WARMING.set(warming);
        try {
            return making.get();
        } finally {
            WARMING.set(outer);
        }
    }

    private static boolean isOn() {
        return isTold() || ON && !SplicedKernels.areObserved();
    }

    /**
     * Whether kernels that are made on this thread begin with plain loops because nobody wants it otherwise.
     *
     * @return false with {@code -Dlanewise.plainFirst=false}, and inside of what observes kernels or tells them when they are ready
     */
    public static boolean isUsual() {
        return isOn() && !isTold();
    }

    /** Has the JVM load what the second use of a kernel needs. */
    public static void rehearse() {
        Warming.load();
    }

    private static boolean isTold() {
        return WARMING.get() != null;
    }

    /** What is to be told when a kernel's loop is at full speed, if somebody does so on this thread. */
    private static Optional<AtomicBoolean> told() {
        return isTold() ? Optional.of(new AtomicBoolean()) : Optional.empty();
    }

    private static void tell(AtomicBoolean told) {
        WARMING.get().accept(() -> told.set(true));
    }

    /**
     * Makes a kernel of a rule. What its loops must not do is refused.
     *
     * @param written what the rule gave
     * @param rule the only argument of the kernel's constructor
     * @param planes the layout of each plane
     * @param bits width of the vectors, or {@link #PLAIN_BITS}
     * @param form what the loops make of gradients
     * @return the executed kernel, or one that stands for it
     * @throws IllegalArgumentException if it has another constructor, or loops that {@link Kernel} does not allow
     */
    public static Kernel of(Kernel written, Object rule, List<Layout> planes, int bits, GradientForm form) {
        return of(new Making(written, rule, planes, bits, form, true, Optional.empty()));
    }

    /**
     * Makes a kernel of a rule that does more than the kernel says. There are no plain loops that do.
     *
     * @param written what the rule gave; one that {@link #of} takes
     * @param rule the only argument of the kernel's constructor
     * @param planes the layout of each plane; with an average, that of floats after the kernel's own
     * @param bits width of the vectors, or {@link #PLAIN_BITS}
     * @param form what the loops make of gradients
     * @param fusion what they do besides
     * @return empty if its loops are known not to do so; if that turns out later, the kernel never is ready
     */
    public static Optional<LaterKernel> fused(Kernel written, Object rule, List<Layout> planes, int bits, GradientForm form,
            Fusion fusion) {
        Making making = new Making(written, rule, planes, bits, form, true, Optional.empty());
        return SplicedKernels.fused(written, rule, planes, making.vectorBits(), form, fusion).flatMap(target -> fused(making, target));
    }

    private static Optional<LaterKernel> fused(Making making, Executed target) {
        if (!isOn() || making.planes().size() > PlainKernel.MOST_PLANES) {
            return builtNow(making, target);
        }
        if (making.bits() == PLAIN_BITS) {
            return Optional.empty();
        }
        Optional<AtomicBoolean> told = told();
        Staged staged = new Staged(target, false, making.owner(), making.planes(), making.form(), true, told);
        Loops.note(target, NOTHING);
        if (told.isPresent()) {
            tell(told.get());
            return builtNow(making, target).map(_ -> new LaterKernel(staged::isReady, staged::make));
        }
        if (!staged.isReady() && making.canBecomeFast()) {
            Optional<Executed> given = SplicedKernels.overFloats(making.written());
            Warming.request(new Warming.Request(staged, given.orElseGet(making::overFloats), given.isPresent(), making.plainPractice()));
        }
        return Optional.of(new LaterKernel(staged::isReady, staged::make));
    }

    private static Optional<LaterKernel> builtNow(Making making, Executed target) {
        try {
            target.built();
        } catch (NotFusibleException _) {
            return Optional.empty();
        }
        return Optional.of(new LaterKernel(() -> true, () -> SplicedKernels.make(target, making.owner())));
    }

    /**
     * Makes a kernel of the library, which may use arrays of its own and cross lanes.
     *
     * @param written the kernel
     * @param owner the only argument of its constructor
     * @param planes the layout of each plane
     * @param bits width of the vectors, or {@link #PLAIN_BITS}
     * @param form what the loops make of gradients
     * @return the executed kernel, or one that stands for it
     */
    public static Kernel unchecked(Kernel written, Object owner, List<Layout> planes, int bits, GradientForm form) {
        return of(new Making(written, owner, planes, bits, form, false, Optional.empty()));
    }

    /**
     * With what a reducing kernel is run until it is compiled.
     *
     * @param owner the argument of its constructor
     * @param step what the numbers of elements of calls are multiples of; calls of different numbers take different ways through its loops
     * @param reset called before each call of a loop
     */
    public record Practice(Object owner, int step, Runnable reset) {}

    /**
     * Makes a kernel of the library that accumulates in arrays of its owner. Its plain loop is called for as many elements as it is asked
     * for, or for 1,024.
     *
     * @param written the kernel
     * @param owner the only argument of its constructor
     * @param planes the layout of each plane
     * @param bits width of the vectors, or {@link #PLAIN_BITS}
     * @param form what the loops make of gradients
     * @param practice what stands for the owner
     * @return the executed kernel, or one that stands for it
     */
    public static Kernel reducing(Kernel written, Object owner, List<Layout> planes, int bits, GradientForm form, Practice practice) {
        return of(new Making(written, owner, planes, bits, form, false, Optional.of(practice)));
    }

    /** What a kernel is made of. */
    private record Making(Kernel written, Object owner, List<Layout> planes, int bits, GradientForm form, boolean checked,
            Optional<Practice> practice) {
        int vectorBits() {
            return Math.max(bits, LEAST_VECTOR_BITS);
        }

        /** The library's own loops are not checked again, which takes as long as all the rest of splicing. */
        Executed target() {
            return bits == PLAIN_BITS ? SplicedKernels.exactlyOverFloats(written).orElseGet(this::overFloats)
                    : SplicedKernels.find(written, owner, planes, vectorBits(), form, checksLoops());
        }

        private boolean checksLoops() {
            return checked && SplicedKernels.overFloats(written).isEmpty();
        }

        /** The plain loop over floats in arrays. */
        Executed overFloats() {
            List<Layout> floats = new ArrayList<>();
            for (Layout plane : planes) {
                floats.add(new Layout(F32Heap.class, true, plane.readable(), plane.writable()));
            }
            return SplicedKernels.find(written, owner, List.copyOf(floats), vectorBits(), GradientForm.PLAIN, checksLoops()).plain();
        }

        /** Whether this JVM compiles such loops, and for vectors that these are faster. */
        boolean canBecomeFast() {
            return bits == PLAIN_BITS ? HotSpot.current().c2().isEmpty() : !HotSpot.current().prefersPlainLoops();
        }

        Practice plainPractice() {
            return new Practice(owner, STEP, NOTHING);
        }

        Kernel now() {
            return checked ? SplicedKernels.of(written, owner, planes, vectorBits(), form)
                    : SplicedKernels.unchecked(written, owner, planes, vectorBits(), form);
        }
    }

    private static Kernel of(Making making) {
        List<Layout> planes = making.planes();
        if (!isOn() || planes.size() > PlainKernel.MOST_PLANES) {
            return making.now();
        }
        Executed target = making.target();
        Optional<AtomicBoolean> told = told();
        Staged staged = new Staged(target, making.bits() == PLAIN_BITS, making.owner(), planes, making.form(),
                making.practice().isEmpty(), told);
        if (staged.isReady()) {
            Loops.note(target, NOTHING);
            return staged.make();
        }
        Optional<Executed> given = SplicedKernels.overFloats(making.written());
        boolean isGiven = given.isPresent() && PlainKernel.canRun(given.get(), planes);
        Executed first = isGiven ? given.get() : making.overFloats().built();
        if (!PlainKernel.canRun(first, planes)) {
            return making.now();
        }
        if (told.isPresent()) {
            tell(told.get());
        }
        Practice practice = making.practice().isPresent() ? making.practice().get() : making.plainPractice();
        Warming.Request request = new Warming.Request(staged.ownedBy(practice.owner()), first, isGiven, practice);
        Runnable wanted = told.isPresent() || !making.canBecomeFast() ? NOTHING : () -> Warming.request(request);
        Loops.note(target, wanted);
        return new PlainKernel(first, staged, wanted);
    }

    /**
     * The fastest kernel there is now instead of one that was made here. It has not been prepared.
     *
     * @param kernel a kernel
     * @return the same one if there is no other
     */
    public static Kernel latest(Kernel kernel) {
        return kernel instanceof PlainKernel plain ? plain.latest() : kernel;
    }

    /**
     * Whether there will be none that is faster.
     *
     * @param kernel a kernel
     * @return false if {@link #latest} may return another one later
     */
    public static boolean isLast(Kernel kernel) {
        return !(kernel instanceof PlainKernel plain) || plain.isLast();
    }

    /**
     * Puts the {@link #latest} kernels in the place of others.
     *
     * @param kernels may have none in some places
     * @return whether some of them may have a later one yet
     */
    public static boolean advance(Kernel[] kernels) {
        boolean more = false;
        for (int k = 0; k < kernels.length; k++) {
            if (kernels[k] instanceof PlainKernel plain) {
                kernels[k] = plain.latest();
                more |= !isLast(kernels[k]);
            }
        }
        return more;
    }
}
