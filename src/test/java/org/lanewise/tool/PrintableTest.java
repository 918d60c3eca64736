package org.lanewise.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrintableTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 7, 0x1b, 0x7f, 0x9b, 0xad, 0x61c, 0x200b, 0x200f, 0x2028, 0x2029,
        0x202e, 0x2066, 0xd800, 0xe000, 0xfeff, 0xe0001})
    void whatCannotBeSeenOrTurnsTextIsAQuestionMark(int codePoint) {
        String text = "a" + Character.toString(codePoint) + "b";
        assertFalse(Printable.is(text));
        assertEquals("a?b", Printable.of(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Adam", "Intel(R) Xeon(R) @ 2.00GHz", "größer \u00b1 5 %", "\u65e5\u672c", "\ud83d\ude00", ""})
    void otherTextsStay(String text) {
        assertTrue(Printable.is(text));
        assertEquals(text, Printable.of(text));
    }

    @Test
    void linesBecomeOne() {
        assertEquals("a b c", Printable.line("a\n  b\r\n\tc\n"));
    }

    @Property
    void anyTextBecomesOneThatCanBeSeen(@ForAll String text) {
        assertTrue(Printable.is(Printable.of(text)) && Printable.is(Printable.line(text)));
    }
}
