package org.lanewise.check;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The checks of arguments. Each message names the thing, states the rule and ends with the value.
 *
 * <p>Kernels round hyperparameters to float. A number passes only if a float holds it with all 24 bits: one that rounds to infinity, to 0
 * or to 1 would make 0/0 or {@code 0 inf} of a gradient of zero, and the reciprocal of a subnormal one may be infinite.
 */
public final class Check {
    private static final double LEAST = Float.MIN_NORMAL;
    private static final double MOST = Float.MAX_VALUE;
    private static final double MOST_BELOW_1 = Math.nextDown(1f);
    private static final double LEAST_ABOVE_1 = Math.nextUp(1f);

    private Check() {}

    /**
     * Accepts everything except null.
     *
     * @param <T> its type
     * @param name what is checked
     * @param value its value
     * @return the value
     */
    public static <T> T notNull(String name, T value) {
        if (value == null) {
            throw isNull(name);
        }
        return value;
    }

    private static NullPointerException isNull(String name) {
        return new NullPointerException(name + " must not be null");
    }

    /**
     * Accepts a list without null.
     *
     * @param <T> type of its elements
     * @param name what is checked
     * @param values the list
     * @return a copy
     */
    public static <T> List<T> notNull(String name, List<T> values) {
        notNull(name, (Object) values);
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) == null) {
                throw isNull(name + "[" + i + "]");
            }
        }
        return List.copyOf(values);
    }

    /**
     * Accepts everything except null from a method of a user's object, which perhaps cannot yet say what it is itself.
     *
     * @param <T> type of what it returned
     * @param object the object
     * @param method the method
     * @param value what it returned
     * @return the value
     */
    public static <T> T returned(Object object, String method, T value) {
        if (value == null) {
            throw isNull(method + " of " + object.getClass().getName());
        }
        return value;
    }

    /**
     * Accepts a list without null from a method of a user's object.
     *
     * @param <T> type of its elements
     * @param object the object
     * @param method the method
     * @param values what it returned
     * @return a copy
     */
    public static <T> List<T> returned(Object object, String method, List<T> values) {
        returned(object, method, (Object) values);
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) == null) {
                throw isNull(method + "[" + i + "] of " + object.getClass().getName());
            }
        }
        return List.copyOf(values);
    }

    /**
     * Accepts a set without null.
     *
     * @param <T> type of its elements
     * @param name what is checked
     * @param values the set
     * @return a copy
     */
    public static <T> Set<T> notNull(String name, Set<T> values) {
        notNull(name, (Object) values);
        for (T value : values) {
            notNull("an element of " + name, (Object) value);
        }
        return Set.copyOf(values);
    }

    /**
     * Accepts a map from names without null.
     *
     * @param <T> type of its values
     * @param name what is checked
     * @param values the map
     * @return an unmodifiable copy in the same order
     */
    public static <T> Map<String, T> notNull(String name, Map<String, T> values) {
        notNull(name, (Object) values);
        for (Map.Entry<String, T> each : values.entrySet()) {
            notNull("a name in " + name, (Object) each.getKey());
            notNull(name + " of " + each.getKey(), (Object) each.getValue());
        }
        return Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /**
     * Accepts 0 and numbers from {@link Float#MIN_NORMAL} to {@link Float#MAX_VALUE}.
     *
     * @param name what is checked
     * @param value its value
     * @return the value
     */
    public static double notNegative(String name, double value) {
        require(value >= 0 && value < Double.POSITIVE_INFINITY, name, "finite and at least 0", value);
        return value == 0 ? value : within("0 or ", name, value, LEAST, MOST);
    }

    /**
     * Accepts numbers from {@link Float#MIN_NORMAL} to {@link Float#MAX_VALUE}.
     *
     * @param name what is checked
     * @param value its value
     * @return the value
     */
    public static double positive(String name, double value) {
        require(value > 0 && value < Double.POSITIVE_INFINITY, name, "finite and above 0", value);
        return within(name, value, LEAST, MOST);
    }

    /**
     * Accepts numbers from -{@link Float#MAX_VALUE} to {@link Float#MAX_VALUE}, tiny ones too: for what is only added to larger numbers.
     *
     * @param name what is checked
     * @param value its value
     * @return the value
     */
    public static double finite(String name, double value) {
        require(Double.isFinite(value), name, "finite", value);
        return within(name, value, -MOST, MOST);
    }

    /**
     * Accepts 0 and numbers from {@link Float#MIN_NORMAL} to the largest float below 1.
     *
     * @param name what is checked
     * @param value its value
     * @return the value
     */
    public static double fraction(String name, double value) {
        require(value >= 0 && value < 1, name, "in [0, 1)", value);
        return value == 0 ? value : within("0 or ", name, value, LEAST, MOST_BELOW_1);
    }

    /**
     * Accepts what {@link #fraction} accepts, and 1.
     *
     * @param name what is checked
     * @param value its value
     * @return the value
     */
    public static double fractionOrOne(String name, double value) {
        require(value >= 0 && value <= 1, name, "in [0, 1]", value);
        return value == 0 || value == 1 ? value : within("0, 1 or ", name, value, LEAST, MOST_BELOW_1);
    }

    /**
     * Accepts numbers from {@link Float#MIN_NORMAL} to the largest float below 1.
     *
     * @param name what is checked
     * @param value its value
     * @return the value
     */
    public static double shrinking(String name, double value) {
        require(value > 0 && value < 1, name, "in (0, 1)", value);
        return within(name, value, LEAST, MOST_BELOW_1);
    }

    /**
     * Accepts numbers from the smallest float above 1 to {@link Float#MAX_VALUE}.
     *
     * @param name what is checked
     * @param value its value
     * @return the value
     */
    public static double growing(String name, double value) {
        require(value > 1 && value < Double.POSITIVE_INFINITY, name, "finite and above 1", value);
        return within(name, value, LEAST_ABOVE_1, MOST);
    }

    /**
     * Accepts whole numbers from 0 on.
     *
     * @param name what is checked
     * @param count its value
     */
    public static void steps(String name, long count) {
        atLeast(name, count, 0);
    }

    /**
     * Accepts whole numbers from one on.
     *
     * @param name what is checked
     * @param count its value
     * @param least the smallest that is accepted
     */
    public static void atLeast(String name, long count, long least) {
        if (count < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", got " + count);
        }
    }

    /**
     * Accepts numbers from one to another.
     *
     * @param name what is checked
     * @param value its value
     * @param least the smallest that is accepted
     * @param most the largest
     * @return the value
     */
    public static double within(String name, double value, double least, double most) {
        return within("", name, value, least, most);
    }

    /** With what else is accepted, for the message: bounds are written out only where they are needed. */
    private static double within(String others, String name, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw refused(name, others + "between " + least + " and " + most, value);
        }
        return value;
    }

    /**
     * Accepts what a condition says.
     *
     * @param holds the condition
     * @param name what is checked
     * @param rule the condition in words
     * @param value its value
     * @return the value
     */
    public static double require(boolean holds, String name, String rule, double value) {
        if (!holds) {
            throw refused(name, rule, value);
        }
        return value;
    }

    private static IllegalArgumentException refused(String name, String rule, double value) {
        return new IllegalArgumentException(name + " must be " + rule + ", got " + value);
    }
}
