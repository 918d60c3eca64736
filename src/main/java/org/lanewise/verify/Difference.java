package org.lanewise.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lanewise.Rule;
import org.lanewise.Width;
import org.lanewise.check.Check;
import org.lanewise.kernel.Shape;

/**
 * One element that an executed kernel left with other bits than the rule's plain Java loop did. Both started from the same inputs.
 *
 * @param rule the rule with its options
 * @param maximize whether the optimizer maximized
 * @param flushSubnormals whether the optimizer stored zeros instead of subnormal states
 * @param treatsGradients whether the optimizer accumulated and clipped gradients and set to 0 what was not finite
 * @param place where the planes lay
 * @param width width of the executed kernel
 * @param values what kind of numbers it began with
 * @param shape shape of the tensor
 * @param step number of the step, counted from 1
 * @param lookAhead whether it came about in the step's look-ahead
 * @param plane {@code parameter}, {@code gradient}, the name of a state, or {@code accumulated}
 * @param index index of the element
 * @param inputs the numbers that belonged to that element before, by plane, in the order of the kernel's planes; unmodifiable
 * @param expected what the plain Java loop gave
 * @param actual what the executed kernel gave
 */
public record Difference(Rule rule, boolean maximize, boolean flushSubnormals, boolean treatsGradients, Place place, Width width,
        Values values, Shape shape, int step, boolean lookAhead, String plane, int index, Map<String, Float> inputs,
        float expected, float actual) {
    /**
     * Copies the inputs, keeping their order.
     *
     * @throws NullPointerException if an argument, or something in the inputs, is null
     */
    public Difference {
        Check.notNull("rule", rule);
        Check.notNull("place", place);
        Check.notNull("width", width);
        Check.notNull("values", values);
        Check.notNull("shape", shape);
        Check.notNull("plane", plane);
        inputs = Check.notNull("inputs", inputs);
    }

    /**
     * A number as its bits and its value.
     *
     * @param x the number
     * @return for instance {@code 3f800000 (1.0)}
     */
    public static String hex(float x) {
        return String.format(Locale.ROOT, "%08x (%s)", Float.floatToRawIntBits(x), x);
    }

    /**
     * The tensor's shape in short.
     *
     * @return matrices, rows and columns, for instance {@code 1x3x1024}
     */
    public String dimensions() {
        return shape.matrices() + "x" + shape.rows() + "x" + shape.columns();
    }

    /**
     * All there is to know, numbers as hexadecimal bits.
     *
     * @return two lines
     */
    @Override
    public String toString() {
        List<String> before = new ArrayList<>();
        inputs.forEach((name, x) -> before.add(name + " " + hex(x)));
        return Tally.options(rule, maximize, flushSubnormals, treatsGradients) + " " + place + " " + width + ": " + plane
                + "[" + index + "] of "
                + dimensions() + " " + values + " numbers after " + (lookAhead ? "lookAhead of step " : "step ") + step
                + " is " + hex(actual) + ", plain loop " + hex(expected)
                + "\n    from " + String.join(", ", before);
    }
}
