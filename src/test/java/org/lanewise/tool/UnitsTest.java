package org.lanewise.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnitsTest {
    @ParameterizedTest
    @CsvSource({"16, 16", "5000, 5000", "64Ki, 65536", "64ki, 65536", "64 Ki, 65536", "16MI, 16777216", "1024Mi, 1073741824"})
    void sizesAreReadInAnyCaseWithAndWithoutUnit(String text, int n) {
        assertEquals(n, Units.parseSize(text));
        assertEquals(n, Units.parseSize(Units.size(n).replace(",", "")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "64K", "64KB", "1.5Mi", "1025Mi", "99999999999", "Ki"})
    void otherSizesAreRefused(String text) {
        assertEquals("must be a number from 1 to 1024Mi, such as 65536, 64Ki or 16Mi, got '" + text + "'",
                assertThrows(IllegalArgumentException.class, () -> Units.parseSize(text)).getMessage());
    }

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
