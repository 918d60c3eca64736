package org.lanewise.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Images for other JVMs, as CSV: first those to learn from, then those for the test. */
final class ImagesFile {
    private static final String NAME = "images.csv";
    private static final int DARKEST = 16;

    private ImagesFile() {}

    static void write(Path folder, Digits.Split digits) throws IOException {
        List<String> rows = new ArrayList<>();
        for (Digits each : List.of(digits.train(), digits.test())) {
            for (int i = 0; i < each.size(); i++) {
                rows.add(row(each.pixels()[i], each.labels()[i]));
            }
        }
        Files.write(folder.resolve(NAME), rows);
    }

    private static String row(float[] pixels, int label) {
        var row = new StringBuilder();
        for (float pixel : pixels) {
            row.append(Math.round(pixel * DARKEST)).append(',');
        }
        return row.append(label).toString();
    }

    /** Reads them; the first so many are those to learn from. */
    static Digits.Split read(Path folder, int trainImages) throws BadInput {
        Digits all = DigitsCsv.read(folder.resolve(NAME), Optional.of(LabelPlace.LAST));
        return new Digits.Split(all.rows(IntStream.range(0, trainImages).toArray()),
                all.rows(IntStream.range(trainImages, all.size()).toArray()));
    }
}
