package org.lanewise.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DigitsTest {
    private final Digits digits = DigitsCsv.builtIn();

    @Test
    void splitKeepsEveryImageOnce() {
        Digits.Split split = digits.split(1);
        assertEquals(1437, split.train().size());
        assertEquals(360, split.test().size());
        Set<float[]> images = Collections.newSetFromMap(new IdentityHashMap<>());
        Collections.addAll(images, split.train().pixels());
        Collections.addAll(images, split.test().pixels());
        assertEquals(digits.size(), images.size());
    }

    @Test
    void splitTestsOnAFifthOfEveryDigit() {
        Digits.Split split = digits.split(1);
        for (int label = 0; label < Digits.CLASSES; label++) {
            assertEquals(count(digits, label) / 5.0, count(split.test(), label), 1);
        }
    }

    @Test
    void splitDependsOnNothingButTheSeed() {
        float[][] once = digits.split(1).test().pixels();
        assertArrayEquals(once, digits.split(1).test().pixels());
        assertFalse(Arrays.equals(once, digits.split(2).test().pixels()));
    }

    @Test
    void rowsKeepTheirLabels() {
        Digits rows = digits.rows(5, 0);
        assertNotEquals(rows.labels()[0], rows.labels()[1]);
        assertEquals(digits.labels()[5], rows.labels()[0]);
        assertEquals(digits.pixels()[0], rows.pixels()[1]);
    }

    private static long count(Digits digits, int label) {
        return Arrays.stream(digits.labels()).filter(l -> l == label).count();
    }
}
