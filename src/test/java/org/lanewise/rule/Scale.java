package org.lanewise.rule;

import java.util.random.RandomGenerator;

/**
 * About how large an element's numbers are.
 *
 * @param w binary exponent of its parameter
 * @param g binary exponent of its gradient
 * @param size elements of its tensor
 */
record Scale(int w, int g, int size) {
    /** {@return one at random for one element: the gradient's near the parameter's, or far from it} */
    static Scale ofElement(RandomGenerator random) {
        int w = random.nextInt(-20, 15);
        return new Scale(w, random.nextInt(4) == 0 ? random.nextInt(-85, 35) : w + random.nextInt(-4, 9), 1);
    }

    /** {@return one at random for all elements of a tensor: not so far that a sum of squares of gradients is not a normal float} */
    static Scale ofTensor(RandomGenerator random, int size) {
        int w = random.nextInt(-20, 15);
        return new Scale(w, random.nextInt(4) == 0 ? random.nextInt(-50, 30) : w + random.nextInt(-4, 9), size);
    }

    /**
     * A number with a random sign, significand and exponent, or now and then a zero.
     *
     * @param exponent about the binary exponent; those within 4 of it are as likely
     */
    static float number(RandomGenerator random, int exponent) {
        int kind = random.nextInt(32);
        float magnitude = kind == 0 ? 0 : (float) Math.scalb(1 + random.nextDouble(), exponent + random.nextInt(-4, 5));
        return random.nextBoolean() ? magnitude : -magnitude;
    }
}
