package org.lanewise.demo;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Images of handwritten digits.
 *
 * @param pixels one row per image, from 0 (paper) to 1 (ink)
 * @param labels the digit each image shows
 */
record Digits(float[][] pixels, int[] labels) {
    static final int PIXELS = 64;
    static final int CLASSES = 10;

    /** One image in this many is kept for the test. */
    private static final int TEST_SHARE = 5;

    /** What a network learns from, and what it is tested on. */
    record Split(Digits train, Digits test) {}

    int size() {
        return labels.length;
    }

    /** Keeps a fifth for the test, with the same share of every digit, chosen by the seed. */
    Split split(long seed) {
        int[] byLabel = Arrays.stream(shuffledIndices(size(), new Random(seed))).boxed()
                .sorted(Comparator.comparingInt(row -> labels[row])).mapToInt(Integer::intValue).toArray();
        return new Split(
                rows(IntStream.range(0, size()).filter(i -> i % TEST_SHARE != 0).map(i -> byLabel[i]).toArray()),
                rows(IntStream.range(0, size()).filter(i -> i % TEST_SHARE == 0).map(i -> byLabel[i]).toArray()));
    }

    /** The images at some indices, in that order. */
    Digits rows(int... indices) {
        return new Digits(
                Arrays.stream(indices).mapToObj(row -> pixels[row]).toArray(float[][]::new),
                Arrays.stream(indices).map(row -> labels[row]).toArray());
    }

    static int[] shuffledIndices(int count, Random random) {
        int[] indices = IntStream.range(0, count).toArray();
        for (int i = count - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int swapped = indices[i];
            indices[i] = indices[other];
            indices[other] = swapped;
        }
        return indices;
    }
}
