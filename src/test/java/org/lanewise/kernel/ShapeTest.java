package org.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertThrowsExactly;
import static org.lanewise.Refusals.assertRefused;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ShapeTest {
    private static final long HUGE = 1L << 40;

    @Test
    void numbersThatNoTensorHasAreRefused() {
        assertRefused(IllegalArgumentException.class, "rows must be at least 0, got -3", () -> new Shape(1, -3, 2));
        assertRefused(IllegalArgumentException.class, "dimension 1 must be at least 0, got -2", () -> Shape.of(4, -2, 5));
        assertRefused(IllegalArgumentException.class,
                "shape must have at most 9223372036854775807 elements, got [1, 1099511627776, 1099511627776]",
                () -> new Shape(1, HUGE, HUGE));
        assertThrowsExactly(IllegalArgumentException.class, () -> Shape.of(HUGE, HUGE, 1, 1));
        assertThrowsExactly(IllegalArgumentException.class, () -> Shape.of(3, Long.MAX_VALUE, 1, 1));
    }

    @Test
    void aDimensionOfZeroLeavesNoElementsHoweverLargeTheOthersAre() {
        for (Shape shape : new Shape[] {Shape.of(HUGE, HUGE, 0, 5), Shape.of(0, HUGE, HUGE), Shape.of(HUGE, HUGE, 0), Shape.of(0)}) {
            assertEquals(0, shape.size());
            assertEquals(0, shape.count(Extent.MATRIX));
        }
    }

    @ParameterizedTest
    @EnumSource
    void elementsThatATensorLacksHaveNoNumberOfTheirOwn(Extent extent) {
        assertThrows(IndexOutOfBoundsException.class, () -> new Shape(1, 2, 0).index(extent, 0));
        assertThrows(IndexOutOfBoundsException.class, () -> new Shape(2, 3, 4).index(extent, 24));
        assertThrows(IndexOutOfBoundsException.class, () -> new Shape(2, 3, 4).index(extent, -1));
        assertEquals(extent == Extent.PARAMETER ? 23 : new Shape(2, 3, 4).count(extent) - 1, new Shape(2, 3, 4).index(extent, 23));
    }
}
