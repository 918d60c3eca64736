package org.lanewise.check;

/** The checks of hyperparameters. Each message names the thing, states the rule and ends with the value. */
public final class Check {
    private Check() {}

    /**
     * Accepts finite numbers from 0 on.
     *
     * @param name what is checked
     * @param value its value
     * @return the value
     */
    public static double notNegative(String name, double value) {
        return require(value >= 0 && value < Double.POSITIVE_INFINITY, name, "finite and at least 0", value);
    }

    /**
     * Accepts numbers from 0 to below 1.
     *
     * @param name what is checked
     * @param value its value
     * @return the value
     */
    public static double fraction(String name, double value) {
        return require(value >= 0 && value < 1, name, "in [0, 1)", value);
    }

    /**
     * Accepts whole numbers from 0 on.
     *
     * @param name what is checked
     * @param count its value
     */
    public static void steps(String name, long count) {
        if (count < 0) {
            throw new IllegalArgumentException(name + " must be at least 0, got " + count);
        }
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
            throw new IllegalArgumentException(name + " must be " + rule + ", got " + value);
        }
        return value;
    }
}
