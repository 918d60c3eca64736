package org.lanewise.splicer;

/**
 * What a loop makes of each gradient that it loads, in this order, before the kernel's own code sees it.
 *
 * @param scaled whether it is multiplied by the kernel's gradientScale
 * @param sanitised whether it becomes 0 if it is infinite or {@code NaN}, after the multiplication
 * @param clamped whether it is then kept between minus and plus the kernel's gradientBound. {@code NaN} stays {@code NaN}, an infinity
 *         becomes the bound of its sign
 */
public record GradientForm(boolean scaled, boolean sanitised, boolean clamped) {
    /** Gradients as they are. */
    public static final GradientForm PLAIN = new GradientForm(false, false, false);

    /** For the name of a variant: empty if gradients are loaded as they are. */
    String label() {
        return (scaled ? "_scaled" : "") + (sanitised ? "_sanitised" : "") + (clamped ? "_clamped" : "");
    }

    /** Written out, as {@link #hashCode}: those that the JDK makes for a record take 10 ms when they are called first. */
    @Override
    public boolean equals(Object other) {
        return other instanceof GradientForm form && scaled == form.scaled && sanitised == form.sanitised && clamped == form.clamped;
    }

    @Override
    public int hashCode() {
        return (scaled ? 1 : 0) + (sanitised ? 2 : 0) + (clamped ? 4 : 0);
    }
}
