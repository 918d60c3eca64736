package org.lanewise.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DigitsCsvTest {
    private static final String ROW = "16," + "0,".repeat(62) + "8,3";
    private static final String TEN_ROWS = rows(10);

    @TempDir
    private Path directory;

    @Test
    void readsGreyLevelsAndLabels() throws IOException {
        Digits digits = read(file(TEN_ROWS));
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
        for (String text : List.of(TEN_ROWS.stripTrailing(), TEN_ROWS.replace("\n", "\r\n"), TEN_ROWS.replace("\n", "\r"),
                TEN_ROWS + "\n  \n\n")) {
            assertEquals(10, read(file(text)).size());
        }
    }

    @Test
    void readsPastAByteOrderMarkAndBlanks() throws IOException {
        assertEquals(10, read(file("\ufeff" + TEN_ROWS.replace(",", " , "))).size());
    }

    @Test
    void unzips() throws IOException {
        assertEquals(10, read(Files.write(directory.resolve("digits.csv.gz"), zipped(TEN_ROWS))).size());
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
        assertEquals(directory + ": is a directory, expected a file", refusal(directory));
        byte[] zipped = zipped(TEN_ROWS);
        Path cut = Files.write(directory.resolve("cut.csv.gz"), Arrays.copyOf(zipped, zipped.length / 2));
        assertEquals(cut + ": ends within its gzip data", refusal(cut));
    }

    /** A pipe whose writer never comes would be waited for, and a device may have no end. */
    @Test
    @Timeout(20)
    void refusesWhatIsNoRegularFile() throws Exception {
        Path zeros = Path.of("/dev/zero");
        assumeTrue(Files.exists(zeros));
        assertEquals(zeros + ": is a pipe or a device, expected a file", refusal(zeros));
        Path pipe = directory.resolve("pipe");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
        assertEquals(pipe + ": is a pipe or a device, expected a file", refusal(pipe));
    }

    @Test
    void refusesDamagedGzip() throws IOException {
        assertRefusedBytes(": ends within its gzip data", new byte[] {0x1f, (byte) 0x8b});
        assertRefusedBytes(": is no sound gzip file: Unsupported compression method", new byte[] {0x1f, (byte) 0x8b, 9, 0});
        byte[] wrongSum = zipped(TEN_ROWS);
        wrongSum[wrongSum.length - 8]++;
        assertRefusedBytes(": is no sound gzip file: Corrupt GZIP trailer", wrongSum);
    }

    @Test
    @Timeout(60)
    void refusesWhatUnzipsToMoreThanItNeeds() throws IOException {
        assertRefusedBytes(":1: line has more than 2,000 characters", zipped("0".repeat(1 << 24)));
        assertRefusedBytes(": more than 100,000 lines", zipped("\n".repeat(1 << 24)));
        assertRefusedBytes(": more than 100,000 lines", zipped(rows(DigitsCsv.MOST_ROWS + 1)));
        var parts = new ByteArrayOutputStream();
        byte[] empty = zipped("");
        for (int part = 0; part < 200_000; part++) {
            parts.write(empty);
        }
        assertRefusedBytes(": is no sound gzip file: too many parts", parts.toByteArray());
    }

    @Test
    void refusesFilesThatAreTooLarge() throws IOException {
        Path sparse = directory.resolve("sparse.csv");
        try (var file = new RandomAccessFile(sparse.toFile(), "rw")) {
            file.setLength((64 << 20) + 1);
        }
        assertEquals(sparse + ": has 67,108,865 bytes, expected at most 67,108,864", refusal(sparse));
    }

    @Test
    void refusesWhatIsNoText() throws IOException {
        byte[] random = new byte[1 << 16];
        new Random(1).nextBytes(random);
        Path file = Files.write(directory.resolve("random"), random);
        String message = refusal(file);
        assertTrue(message.startsWith(file + ":1: ") && message.chars().allMatch(c -> c >= ' ' && c <= '~'), message);
        assertRefused("1: value 1 is '?1', not a whole number", "\u202e1," + "0,".repeat(63) + "1");
        for (String number : List.of("NaN", "Infinity", "1e1", "0x1", "١", "+", "-")) {
            assertTrue(refusal(file(number + "," + "0,".repeat(63) + "1")).endsWith("', not a whole number"), number);
        }
    }

    @Test
    void labelsThatSeemToBeFirstAreRefusedUnlessThePlaceIsSaid() throws IOException {
        Path first = file(labelled(true));
        assertEquals(first + ": the label seems to be the first value of each row, expected it last; --label first reads it so, and "
                + "--label last as it is", refusal(first));
        Digits digits = DigitsCsv.read(first, Optional.of(LabelPlace.FIRST));
        assertArrayEquals(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1}, Arrays.copyOf(digits.labels(), 12));
        assertEquals(0.5f, digits.pixels()[3][30]);
        assertEquals(0, DigitsCsv.read(first, Optional.of(LabelPlace.LAST)).labels()[3]);
        assertArrayEquals(digits.labels(), read(file(labelled(false))).labels());
        assertEquals("label is 16, must be 0 to 9", assertThrows(BadInput.class,
                () -> DigitsCsv.read(file(TEN_ROWS), Optional.of(LabelPlace.FIRST))).getMessage().split(": ", 3)[1]);
    }

    /** Two thirds of the labels are one digit. */
    @Test
    void labelsThatSeemToBeFirstAreRefusedHoweverOftenOneOfThemIs() throws IOException {
        // In a tenth of the rows the last corner is not paper.
        String first = labelled(true).replaceAll("(?m)^[1-6],", "7,").replaceAll("(?m)^(9,.*),0$", "$1,4");
        assertTrue(refusal(file(first)).contains("the label seems to be the first value of each row"));
        String last = labelled(false).replaceAll("(?m),[1-6]$", ",7");
        assertEquals(50, read(file(last)).size());
        // In some rows a corner is not paper.
        assertEquals(50, read(file(last.replaceAll("(?m)^0,(.*,8)$", "5,$1"))).size());
    }

    /** Fifty rows; the corners of the images are paper. */
    private static String labelled(boolean first) {
        String pixels = "0,".repeat(30) + "8," + "0,".repeat(32) + "0";
        return IntStream.range(0, 50).mapToObj(row -> first ? row % 10 + "," + pixels : pixels + "," + row % 10)
                .collect(Collectors.joining("\n"));
    }

    private void assertRefusedBytes(String reason, byte[] bytes) throws IOException {
        Path file = Files.write(directory.resolve("digits.csv.gz"), bytes);
        assertEquals(file + reason, refusal(file));
    }

    private static Digits read(Path file) throws BadInput {
        return DigitsCsv.read(file, Optional.empty());
    }

    private void assertRefused(String lineAndReason, String text) throws IOException {
        Path file = file(text);
        assertEquals(file + ":" + lineAndReason, refusal(file));
    }

    private static String refusal(Path file) {
        return assertThrows(BadInput.class, () -> read(file)).getMessage();
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
