package org.lanewise.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({"0.12345, 0.123", "0.99996, 1.00", "1, 1.00", "9.996, 10.0", "34.56, 34.6", "1234.5, 1234", "0.00123, 0.0012", "0, 0",
        "0.071649, 0.0716", "-2.5, -2.50", "99999, 99999"})
    void threeDigitsAreShownAndNoMoreThanFourBehindThePoint(double number, String text) {
        assertEquals(text, Units.digits(number));
    }

    @Test
    void missingNumbersAreDashes() {
        assertEquals("-", Units.digits(null));
        assertEquals("-", Units.digits(Double.NaN));
        assertEquals("-", Units.fixed(null, 2));
        assertEquals("-", Units.percent(null));
        assertEquals("-", Units.width(0));
    }

    @Test
    void timesAreInMinutesFromOneOn() {
        assertEquals("59 s", Units.seconds(59));
        assertEquals("61 min 05 s", Units.seconds(3665));
    }
}
