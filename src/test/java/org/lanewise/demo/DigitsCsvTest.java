package org.lanewise.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DigitsCsvTest {
    private static final String ROW = "16," + "0,".repeat(62) + "8,3";
    private static final String TEN_ROWS = rows(10);

    @TempDir
    private Path directory;

    @Test
    void readsGreyLevelsAndLabels() throws IOException {
        Digits digits = DigitsCsv.read(file(TEN_ROWS));
        assertEquals(10, digits.size());
        assertEquals(1, digits.pixels()[9][0]);
        assertEquals(0, digits.pixels()[9][1]);
        assertEquals(0.5f, digits.pixels()[9][63]);
        assertEquals(3, digits.labels()[9]);
    }

    @Test
    void bringsItsOwnDigits() {
        Digits digits = DigitsCsv.builtIn();
        assertEquals(1797, digits.size());
        assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, Arrays.stream(digits.labels()).distinct().sorted().toArray());
    }

    @Test
    void readsWhateverEndsTheLines() throws IOException {
        for (String text : List.of(TEN_ROWS.stripTrailing(), TEN_ROWS.replace("\n", "\r\n"), TEN_ROWS + "\n  \n\n")) {
            assertEquals(10, DigitsCsv.read(file(text)).size());
        }
    }

    @Test
    void readsPastAByteOrderMarkAndBlanks() throws IOException {
        assertEquals(10, DigitsCsv.read(file("\ufeff" + TEN_ROWS.replace(",", " , "))).size());
    }

    @Test
    void unzips() throws IOException {
        assertEquals(10, DigitsCsv.read(Files.write(directory.resolve("digits.csv.gz"), zipped(TEN_ROWS))).size());
    }

    @Test
    void refusesAnotherNumberOfValues() throws IOException {
        assertRefused("2: 63 values, expected 65", ROW + "\n" + "0,".repeat(62) + "1\n");
        assertRefused("1: 1 value, expected 65", "digits\n");
        assertRefused("11: 66 values, expected 65", TEN_ROWS + ROW + ",\n");
    }

    @Test
    void refusesWhatIsNoWholeNumber() throws IOException {
        assertRefused("1: value 3 is 'x', not a whole number", "0,0,x," + "0,".repeat(61) + "1");
        assertRefused("1: value 65 is '', not a whole number", "0,".repeat(64));
        assertRefused("1: value 1 is '1.0', not a whole number", "1.0," + "0,".repeat(63) + "1");
        assertRefused("1: value 1 is 'aaaaaaaaaaaaaaaaaaaa...', not a whole number", "a".repeat(99) + "," + "0,".repeat(63) + "1");
        assertRefused("1: value 1 is '?[31m', not a whole number", "\u001b[31m," + "0,".repeat(63) + "1");
    }

    @Test
    void refusesGreyLevelsOutsideTheirRange() throws IOException {
        assertRefused("3: grey level 12 is 99, must be 0 to 16", ROW + "\n" + ROW + "\n" + "0,".repeat(11) + "99," + "0,".repeat(52) + "1");
        assertRefused("1: grey level 1 is -1, must be 0 to 16", "-1," + "0,".repeat(63) + "1");
        assertRefused("1: grey level 1 is 99999999999, must be 0 to 16", "99999999999," + "0,".repeat(63) + "1");
    }

    @Test
    void refusesLabelsOutsideTheirRange() throws IOException {
        assertRefused("1: label is 12, must be 0 to 9", "0,".repeat(64) + "12");
    }

    @Test
    void refusesBlankLinesBetweenRows() throws IOException {
        assertRefused("2: blank line between rows", ROW + "\n\n\n" + ROW + "\n");
    }

    @Test
    void refusesTooFewRows() throws IOException {
        Path file = file(rows(9));
        assertEquals(file + ": 9 rows, too few to split; expected at least 10", refusal(file));
        assertEquals(file + ": 1 row, too few to split; expected at least 10", refusal(file(ROW)));
        assertEquals(file + ": is empty, expected at least 10 rows", refusal(file("")));
        assertEquals(file + ": is empty, expected at least 10 rows", refusal(file("\n\n")));
    }

    @Test
    void refusesFilesThatCannotBeRead() throws IOException {
        Path missing = directory.resolve("missing.csv");
        assertEquals(missing + ": no such file", refusal(missing));
        assertEquals(directory + ": is a directory, expected a CSV file", refusal(directory));
        byte[] zipped = zipped(TEN_ROWS);
        Path cut = Files.write(directory.resolve("cut.csv.gz"), Arrays.copyOf(zipped, zipped.length / 2));
        assertTrue(refusal(cut).startsWith(cut + ": cannot be read: "), () -> refusal(cut));
    }

    private void assertRefused(String lineAndReason, String text) throws IOException {
        Path file = file(text);
        assertEquals(file + ":" + lineAndReason, refusal(file));
    }

    private static String refusal(Path file) {
        return assertThrows(BadInput.class, () -> DigitsCsv.read(file)).getMessage();
    }

    private Path file(String text) throws IOException {
        return Files.writeString(directory.resolve("digits.csv"), text);
    }

    private static String rows(int count) {
        return String.join("\n", Collections.nCopies(count, ROW)) + "\n";
    }

    private static byte[] zipped(String text) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes());
        }
        return bytes.toByteArray();
    }
}
