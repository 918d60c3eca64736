package org.lanewise.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WalkTest {
    @Test
    void everyRuleReachesTheBottomOfTheValley() {
        for (Walk walk : Walk.over(Surface.VALLEY)) {
            double end = walk.value()[walk.value().length - 1];
            assertTrue(end < walk.value()[0] / 1000, () -> walk.name() + " ends at height " + end);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyWalkStartsAtTheStartAndDescends(Surface surface) {
        for (Walk walk : Walk.over(surface)) {
            assertArrayEquals(surface.start(), new float[] {walk.x()[0], walk.y()[0]});
            assertEquals(surface.value(surface.start()[0], surface.start()[1]), walk.value()[0]);
            double end = walk.value()[walk.value().length - 1];
            assertTrue(end < walk.value()[0] / 50, () -> walk.name() + " ends at height " + end);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyWalkStaysInThePicture(Surface surface) {
        Surface.Window window = surface.window();
        for (Walk walk : Walk.over(surface)) {
            for (int i = 0; i < walk.x().length; i++) {
                assertTrue(walk.x()[i] > window.left() && walk.x()[i] < window.right(), walk.name());
                assertTrue(walk.y()[i] > window.bottom() && walk.y()[i] < window.top(), walk.name());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theMinimumIsZeroAndFlat(Surface surface) {
        float[] gradient = new float[2];
        surface.gradient(surface.minimum(), gradient);
        assertEquals(0, Math.hypot(gradient[0], gradient[1]));
        assertEquals(0, surface.value(surface.minimum()[0], surface.minimum()[1]));
    }

    @ParameterizedTest
    @EnumSource
    void gradientIsTheSlope(Surface surface) {
        float[] gradient = new float[2];
        double x = surface.start()[0];
        double y = surface.start()[1];
        double h = 1e-4;
        surface.gradient(surface.start(), gradient);
        assertEquals((surface.value(x + h, y) - surface.value(x - h, y)) / (2 * h), gradient[0], 1e-3);
        assertEquals((surface.value(x, y + h) - surface.value(x, y - h)) / (2 * h), gradient[1], 1e-3);
    }
}
