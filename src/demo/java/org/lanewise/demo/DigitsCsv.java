package org.lanewise.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Reads digits from CSV, plain or gzipped: 64 grey levels from 0 to 16 and the label from 0 to 9 on each line.
 *
 * <p>With the label first, the last grey level, a corner of the image, would be taken for a label and hardly ever be out of range.
 */
final class DigitsCsv {
    /** Fewer rows would leave less than two images for the test. */
    static final int FEWEST_ROWS = 10;

    /** Some 30 MiB of grey levels. */
    static final int MOST_ROWS = 100_000;

    private static final int DARKEST = 16;
    private static final int VALUES = Digits.PIXELS + 1;
    private static final int LONGEST_QUOTE = 20;
    /** How many times the variety of the last column makes the first one look like labels. */
    private static final double SURELY_MORE = 1.5;
    private static final Pattern WHOLE_NUMBER = Pattern.compile("[+-]?[0-9]+");

    private final String name;
    private final LabelPlace place;
    private final boolean certain;
    private final List<byte[]> rows = new ArrayList<>();
    private int line;
    private int blankFrom;

    private DigitsCsv(String name, Optional<LabelPlace> place) {
        this.name = name;
        this.place = place.orElse(LabelPlace.LAST);
        certain = place.isPresent();
    }

    /**
     * Reads a file.
     *
     * @param place of the label; if empty, it is the last, and a file whose labels seem to be first is refused
     * @throws BadInput if it is missing, unreadable, malformed or too large
     */
    static Digits read(Path file, Optional<LabelPlace> place) throws BadInput {
        var csv = new DigitsCsv(file.toString(), place);
        TextLines.read(file, MOST_ROWS, csv::readLine);
        return csv.digits();
    }

    /** Reads the 1,797 digits that come with the demo. */
    static Digits builtIn() {
        String name = "digits/digits.csv.gz";
        var csv = new DigitsCsv(name, Optional.of(LabelPlace.LAST));
        try (InputStream in = DigitsCsv.class.getResourceAsStream(name)) {
            TextLines.read(name, in, MOST_ROWS, csv::readLine);
            return csv.digits();
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    private void readLine(String text, int number) throws BadInput {
        line = number;
        String row = number == 1 && text.startsWith("\ufeff") ? text.substring(1) : text;
        if (row.isBlank()) {
            blankFrom = blankFrom == 0 ? line : blankFrom;
        } else if (blankFrom != 0) {
            line = blankFrom;
            throw refusal("blank line between rows");
        } else {
            rows.add(row(row.split(",", -1)));
        }
    }

    private byte[] row(String... values) throws BadInput {
        if (values.length != VALUES) {
            throw refusal(values.length + (values.length == 1 ? " value" : " values") + ", expected " + VALUES);
        }
        byte[] row = new byte[VALUES];
        int label = place == LabelPlace.FIRST ? 0 : Digits.PIXELS, greyLevels = 0;
        for (int i = 0; i < VALUES; i++) {
            row[i] = (byte) (i == label ? number(values, i, "label", Digits.CLASSES - 1)
                    : number(values, i, "grey level " + ++greyLevels, DARKEST));
        }
        return row;
    }

    private int number(String[] values, int index, String what, int largest) throws BadInput {
        String text = values[index].strip();
        if (!WHOLE_NUMBER.matcher(text).matches()) {
            throw refusal("value " + (index + 1) + " is '" + quotable(text) + "', not a whole number");
        }
        double value = Double.parseDouble(text);
        if (value < 0 || value > largest) {
            throw refusal(what + " is " + quotable(text) + ", must be 0 to " + largest);
        }
        return (int) value;
    }

    private static String quotable(String text) {
        String printable = text.replaceAll("[^ -~]", "?");
        return printable.length() <= LONGEST_QUOTE ? printable : printable.substring(0, LONGEST_QUOTE) + "...";
    }

    private BadInput refusal(String reason) {
        return new BadInput(name + ":" + line + ": " + reason);
    }

    private Digits digits() throws BadInput {
        if (rows.isEmpty()) {
            throw new BadInput(name + ": is empty, expected at least " + FEWEST_ROWS + " rows");
        }
        if (rows.size() < FEWEST_ROWS) {
            throw new BadInput(name + ": " + rows.size() + (rows.size() == 1 ? " row" : " rows")
                    + ", too few to split; expected at least " + FEWEST_ROWS);
        }
        if (!certain && variety(0) > SURELY_MORE * variety(Digits.PIXELS)) {
            throw new BadInput(name + ": the label seems to be the first value of each row, expected it last; --label first reads it so, "
                    + "and --label last as it is");
        }
        int label = place == LabelPlace.FIRST ? 0 : Digits.PIXELS, from = place == LabelPlace.FIRST ? 1 : 0;
        return new Digits(
                rows.stream().map(row -> greyLevels(row, from)).toArray(float[][]::new),
                rows.stream().mapToInt(row -> row[label]).toArray());
    }

    private static float[] greyLevels(byte[] row, int from) {
        float[] greyLevels = new float[Digits.PIXELS];
        for (int i = 0; i < greyLevels.length; i++) {
            greyLevels[i] = (float) row[from + i] / DARKEST;
        }
        return greyLevels;
    }

    /**
     * In how many rows a column has another value than in most: a corner of an image, which is paper in nearly all, in few, and labels in
     * many, however often one of them is there. None if some value is no digit.
     */
    private int variety(int column) {
        int[] counts = new int[DARKEST + 1];
        rows.forEach(row -> counts[row[column]]++);
        boolean isDigit = IntStream.range(Digits.CLASSES, counts.length).allMatch(value -> counts[value] == 0);
        return isDigit ? rows.size() - Arrays.stream(counts).max().orElse(0) : 0;
    }
}
