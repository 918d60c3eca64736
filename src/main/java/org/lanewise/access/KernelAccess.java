package org.lanewise.access;

import java.lang.invoke.MethodHandles;

/**
 * What the library may do with a kernel and nobody else: set when {@code Kernel} is initialized, and seen by this module alone, as the
 * package is not exported. Kernels are objects here, since {@code Kernel} itself needs this class.
 */
public abstract class KernelAccess {
    private static KernelAccess instance;

    /** For {@code Kernel}. */
    protected KernelAccess() {}

    /**
     * The one there is.
     *
     * @return null before {@code Kernel} is initialized, which it is once there is a kernel
     */
    public static KernelAccess get() {
        return instance;
    }

    /**
     * Called once, by {@code Kernel}.
     *
     * @param access what {@link #get} returns from then on
     */
    public static void set(KernelAccess access) {
        if (instance != null) {
            throw new IllegalStateException("access to kernels is set already");
        }
        instance = access;
    }

    /**
     * The access that a kernel's class gave to its constructor.
     *
     * @param kernel a kernel
     * @return a lookup with full privileges in the kernel's class
     */
    public abstract MethodHandles.Lookup lookup(Object kernel);

    /**
     * Sets the factor that loaded gradients are multiplied by.
     *
     * @param kernel a kernel
     * @param scale the factor, 1 for none
     */
    public abstract void gradientScale(Object kernel, float scale);

    /**
     * Sets the bound that loaded gradients are clamped to.
     *
     * @param kernel a kernel
     * @param bound the largest magnitude, at least 0
     */
    public abstract void gradientBound(Object kernel, float bound);

    /**
     * Sets the weights of an average that the kernel takes parameters into.
     *
     * @param kernel a kernel
     * @param kept weight of the average
     * @param taken weight of the parameter, or what else the form of the average says
     */
    public abstract void averageWeights(Object kernel, float kept, float taken);
}
