package org.lanewise.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void aLineSaysHowFarATaskIsHowLongItTakesAndWhatWasLast() {
        assertEquals("Measuring: 25 %, about 1 min 30 s left; last Adam", Progress.line("Measuring", 1, 4, 30_000_000_000L, "Adam"));
        assertEquals("Verifying: 0 %", Progress.line("Verifying", 1, 1_000, 30_000_000_000L, ""));
        assertEquals("Verifying: 100 %, about 0 s left", Progress.line("Verifying", 4, 4, 30_000_000_000L, ""));
    }

    @Test
    void aShortTaskHasOneLine() {
        StringWriter lines = new StringWriter();
        try (Progress.Bar bar = Progress.asLines(new PrintWriter(lines)).start("Timing", 2)) {
            bar.next("one");
            bar.step();
            bar.step();
        }
        assertEquals("Timing: done\n", lines.toString().replace(System.lineSeparator(), "\n"));
    }
}
