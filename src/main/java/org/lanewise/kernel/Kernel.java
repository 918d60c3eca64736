package org.lanewise.kernel;

import java.lang.invoke.MethodHandles;
import org.lanewise.access.KernelAccess;
import org.lanewise.check.Check;

/**
 * A rule's loop over a range of planes, written twice: once with the Vector API, once as the plain Java loop that must give
 * the same bits.
 *
 * <p>A kernel is a class of its own with one constructor whose only parameter is the rule:
 * <pre>{@code
 * private static final class Update extends Kernel {
 *     Update(SignDescent rule) {
 *         super(MethodHandles.lookup());
 *     }
 *     ...
 * }
 * }</pre>
 *
 * <p><b>What is executed.</b> When an optimizer is made, the library takes this class's own class file and replaces every
 * {@link Plane#load load}, {@link Plane#store store}, {@link Plane#get get} and {@link Plane#set set} by the code of the
 * storage that plane has, the {@link Species} by constants of the chosen width, and each
 * {@code final boolean} field by its value, and defines the result as a hidden class. So one text serves every storage,
 * width and option, and the compiled loop calls nothing but the JDK's vector operations. Line numbers stay those of the
 * source; stack traces show a hidden class with {@code -XX:+UnlockDiagnosticVMOptions -XX:+ShowHiddenFrames}. With
 * {@code -Dlanewise.dump=DIR} each class that is built is written to a file in {@code DIR}, for {@code javap -c -p}; if that fails, the
 * optimizer is refused with an {@link IllegalStateException}.
 *
 * <p>{@link #scalar} is executed first, over floats in arrays, on copies of planes that are kept otherwise, and {@link #vector} once C2
 * has compiled it. For that a background thread makes kernels with the same rule and runs their loops over numbers of its own; kernels of
 * other rules than the library's are not prepared there.
 *
 * <p>Of each kernel class the 16 executed classes that were asked for last are kept for optimizers to come, at about 16 to 40 KiB of
 * metaspace each; others are unloaded once no optimizer uses them.
 *
 * <p><b>What a loop may do.</b> It takes planes by {@code Plane m = planes[2];} with a constant index, and uses their four operations. A
 * variable holds one plane. The parameter and the states are read and written, the gradient ({@code planes[1]}) is only read; it arrives
 * already multiplied by {@link #gradientScale} and, if the optimizer is told so, with zeros for infinities and {@code NaN} and clamped to
 * {@link #gradientBound}, in this order. {@link #vector} goes through all elements in steps of {@link Species#LANES}, {@link #scalar} one
 * by one. Vectors are kept in local variables and, as constants, in {@code static final} fields of the kernel; they may be passed to and
 * from the JDK's methods and static helpers, which are copied into the loop too, the kernel's own and, if not private, those of other
 * classes. A loop makes no objects and calls no methods of objects: what is the same for all elements is computed in
 * {@link #prepare(long, double) prepare} and kept in {@code float} fields. Lambdas, {@code switch}, catching and locking are not allowed. A
 * lambda in {@code prepare} may use local variables, but not {@code this}: the executed class has a name of its own.
 *
 * <p><b>Measures.</b> A kernel of {@code Rule.measures()} reads planes and stores numbers into sums, the planes after the states: their
 * squares are added, and later kernels get the result in {@link #prepareTensor}. It writes nothing else. What it computed, a later loop
 * computes again, from the same numbers to the same bits. Loops read a state of rows, columns, matrices or the tensor as if it had a number
 * for each element; only {@code prepareTensor} writes it.
 *
 * <p><b>Bits.</b> Use only {@code + - * /}, {@code sqrt}, {@code fma}, {@code abs}, {@code neg}, {@code min}, {@code max},
 * comparisons, blends, bit operations and conversions, in the same order in both loops; the results are then the same bits at
 * every width ({@code NaN} by kind). Exponentials, logarithms, powers and trigonometric functions are not: they differ between widths, and
 * between interpreted and compiled code. Nor is what moves numbers between lanes or looks at one of them, such as {@code reduceLanes},
 * {@code rearrange} and {@code lane}, nor a species that is none of {@link Species}.
 *
 * <p><b>What is checked.</b> {@code Optimizer.of} refuses loops that do otherwise, with the line and what to do instead, also in methods
 * of the kernel and static methods that they call. Elements that a loop leaves out are found by trying its ints at every width. What
 * cannot be told from the class file is not refused; {@code org.lanewise.verify.Equivalence} compares results.
 *
 * <p>Kernels are not thread-safe while {@code prepare} or {@link #prepareTensor} runs; between two calls of them any number of threads
 * may run {@link #vector} and {@link #scalar} on disjoint ranges.
 */
public abstract class Kernel {
    /** Factor that every loaded gradient has been multiplied by; negative when the objective is to be maximized. */
    protected float gradientScale = 1;

    /** Largest magnitude that a loaded gradient keeps if the optimizer clamps gradients; infinite if it does not. */
    protected float gradientBound = Float.POSITIVE_INFINITY;

    /** Minus the learning rate of this step. */
    protected float minusLearningRate;

    /** Used by spliced code only: weight of an average in an average with the parameter. */
    protected float averageKept;

    /** Used by spliced code only: weight of the parameter in that average, or what else its form says. */
    protected float averageTaken;

    private final MethodHandles.Lookup lookup;

    static {
        KernelAccess.set(new KernelAccess() {
            @Override
            public MethodHandles.Lookup lookup(Object kernel) {
                return ((Kernel) kernel).lookup;
            }

            @Override
            public void gradientScale(Object kernel, float scale) {
                ((Kernel) kernel).gradientScale = scale;
            }

            @Override
            public void gradientBound(Object kernel, float bound) {
                ((Kernel) kernel).gradientBound = bound;
            }

            @Override
            public void averageWeights(Object kernel, float kept, float taken) {
                ((Kernel) kernel).averageKept = kept;
                ((Kernel) kernel).averageTaken = taken;
            }
        });
    }

    /**
     * Lets the library build the executed class next to this one.
     *
     * @param lookup {@code MethodHandles.lookup()}, written in the constructor of the kernel class itself
     * @throws IllegalArgumentException if the lookup was made in another class or lacks private access
     * @throws NullPointerException if it is null
     */
    protected Kernel(MethodHandles.Lookup lookup) {
        Check.notNull("lookup", lookup);
        if (lookup.lookupClass() != getClass() || !lookup.hasFullPrivilegeAccess()) {
            throw new IllegalArgumentException("lookup must be made by MethodHandles.lookup() in the constructor of "
                    + getClass().getName() + ", got " + lookup);
        }
        this.lookup = lookup;
    }

    /**
     * Computes the numbers that are the same for all elements of one step, in double precision, each rounded once to float. This
     * method sets {@link #minusLearningRate}; a rule that needs other numbers overrides it.
     *
     * @param step number of this step, counted from 1
     * @param learningRate learning rate of this step
     */
    public void prepare(long step, double learningRate) {
        minusLearningRate = (float) -learningRate;
    }

    /**
     * The same for a rule whose steps depend on the learning rate of the step before. This is what the library calls; it calls
     * {@link #prepare(long, double)} unless overridden. What is computed must follow from the arguments alone, so that a training goes on
     * from any step.
     *
     * @param step number of this step, counted from 1
     * @param learningRate learning rate of this step
     * @param previousLearningRate learning rate of the step before; in the first step that of this one
     */
    public void prepare(long step, double learningRate, double previousLearningRate) {
        prepare(step, learningRate);
    }

    /**
     * Computes the numbers that are the same for all elements of one tensor, and updates states of other extents than parameters. Called
     * after {@code prepare} and after all measures that come before this kernel, but only for rules that measure or have such
     * states; does nothing unless overridden. Planes are as they are kept here: a state has its own number of elements, read
     * and written with {@link Plane#get get} and {@link Plane#set set}, and the gradient is as it was given: not yet multiplied by
     * {@link #gradientScale}, made finite or clamped.
     *
     * @param planes parameter, gradient, then the states in the order of {@code Rule.states()}
     * @param sums what earlier measures found
     */
    public void prepareTensor(Plane[] planes, Sums sums) {}

    /**
     * Updates elements {@code from} to {@code to - 1} with vectors.
     *
     * @param planes parameter, gradient, the states in the order of {@code Rule.states()}, then the sums of {@code Rule.measures()}
     * @param from index of the first element
     * @param to index after the last element; {@code to - from} is a multiple of {@link Species#LANES}
     */
    public abstract void vector(Plane[] planes, int from, int to);

    /**
     * Updates elements {@code from} to {@code to - 1} one by one, with the same bits as {@link #vector}.
     *
     * @param planes parameter, gradient, the states in the order of {@code Rule.states()}, then the sums of {@code Rule.measures()}
     * @param from index of the first element
     * @param to index after the last element
     */
    public abstract void scalar(Plane[] planes, int from, int to);

    /**
     * Called by spliced code only: the memory of one plane.
     *
     * @param planes the planes of a range
     * @param k index of the plane
     * @return its array or segment; null if there is no such plane
     */
    protected static Object memory(Plane[] planes, int k) {
        return k < planes.length ? planes[k].memory() : null;
    }

    /**
     * Called by spliced code only: where one plane starts in its memory.
     *
     * @param planes the planes of a range
     * @param k index of the plane
     * @return a number of elements
     */
    protected static long offset(Plane[] planes, int k) {
        return planes[k].offset();
    }
}
