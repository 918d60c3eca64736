package org.lanewise.demo;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/** Reads digits from CSV, plain or gzipped: 64 grey levels from 0 to 16 and the label from 0 to 9 on each line. */
final class DigitsCsv {
    /** Fewer rows would leave less than two images for the test. */
    static final int FEWEST_ROWS = 10;

    private static final int DARKEST = 16;
    private static final int VALUES = Digits.PIXELS + 1;
    private static final int GZIP_MAGIC = 0x1f8b;
    private static final int LONGEST_QUOTE = 20;
    private static final Pattern WHOLE_NUMBER = Pattern.compile("[+-]?[0-9]+");

    private final String name;
    private final List<float[]> pixels = new ArrayList<>();
    private final List<Integer> labels = new ArrayList<>();
    private int line;

    private DigitsCsv(String name) {
        this.name = name;
    }

    /**
     * Reads a file.
     *
     * @throws BadInput if it is missing, unreadable or malformed
     */
    static Digits read(Path file) {
        String name = file.toString();
        if (!Files.exists(file)) {
            throw new BadInput(name + ": no such file");
        }
        if (Files.isDirectory(file)) {
            throw new BadInput(name + ": is a directory, expected a CSV file");
        }
        if (!Files.isReadable(file)) {
            throw new BadInput(name + ": no permission to read it");
        }
        try (InputStream in = Files.newInputStream(file)) {
            return read(name, in);
        } catch (IOException e) {
            throw new BadInput(name + ": cannot be read: " + e.getMessage());
        }
    }

    /** Reads the 1,797 digits that come with the demo. */
    static Digits builtIn() {
        String name = "digits/digits.csv.gz";
        try (InputStream in = DigitsCsv.class.getResourceAsStream(name)) {
            return read(name, in);
        } catch (IOException e) {
            throw new UncheckedIOException(name, e);
        }
    }

    private static Digits read(String name, InputStream in) throws IOException {
        var csv = new DigitsCsv(name);
        try (var lines = new BufferedReader(new InputStreamReader(unzipped(in), StandardCharsets.UTF_8))) {
            csv.readLines(lines);
        }
        return csv.digits();
    }

    private static InputStream unzipped(InputStream in) throws IOException {
        var buffered = new BufferedInputStream(in);
        buffered.mark(2);
        int magic = buffered.read() << 8 | buffered.read();
        buffered.reset();
        return magic == GZIP_MAGIC ? new GZIPInputStream(buffered) : buffered;
    }

    private void readLines(BufferedReader lines) throws IOException {
        int blankFrom = 0;
        for (String text = lines.readLine(); text != null; text = lines.readLine()) {
            line++;
            if (line == 1 && text.startsWith("\ufeff")) {
                text = text.substring(1);
            }
            if (text.isBlank()) {
                blankFrom = blankFrom == 0 ? line : blankFrom;
            } else if (blankFrom != 0) {
                line = blankFrom;
                throw refusal("blank line between rows");
            } else {
                readRow(text.split(",", -1));
            }
        }
    }

    private void readRow(String[] values) {
        if (values.length != VALUES) {
            throw refusal(values.length + (values.length == 1 ? " value" : " values") + ", expected " + VALUES);
        }
        float[] row = new float[Digits.PIXELS];
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) number(values, i, "grey level " + (i + 1), DARKEST) / DARKEST;
        }
        pixels.add(row);
        labels.add(number(values, Digits.PIXELS, "label", Digits.CLASSES - 1));
    }

    private int number(String[] values, int index, String what, int largest) {
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
        String printable = text.replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= LONGEST_QUOTE ? printable : printable.substring(0, LONGEST_QUOTE) + "...";
    }

    private BadInput refusal(String reason) {
        return new BadInput(name + ":" + line + ": " + reason);
    }

    private Digits digits() {
        if (labels.isEmpty()) {
            throw new BadInput(name + ": is empty, expected at least " + FEWEST_ROWS + " rows");
        }
        if (labels.size() < FEWEST_ROWS) {
            throw new BadInput(name + ": " + labels.size() + (labels.size() == 1 ? " row" : " rows")
                    + ", too few to split; expected at least " + FEWEST_ROWS);
        }
        return new Digits(pixels.toArray(float[][]::new), labels.stream().mapToInt(Integer::intValue).toArray());
    }
}
