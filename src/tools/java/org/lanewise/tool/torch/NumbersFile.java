package org.lanewise.tool.torch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.lanewise.tool.WholeFile;
import org.lanewise.tool.torch.Comparing.Skipped;

/**
 * A list of what schedules or the loss scaler of PyTorch and transformers computed, as JSON: {@code src/docs/torch/README.md} says how a
 * file holds it.
 */
public final class NumbersFile {
    /** What a tensors file begins with: the length of its header, whose highest bytes are 0. */
    private static final int LENGTH = 8;
    private static final int MOST_OF_ARGUMENTS = 250;
    private static final int MOST_BYTES = 100_000_000;

    private final List<ComparedNumbers> compared = new ArrayList<>();
    private final List<Skipped> skipped = new ArrayList<>();

    private NumbersFile() {}

    /**
     * Whether a file holds a JSON list rather than tensors.
     *
     * @param file where it is
     * @return whether it does, as far as its beginning tells; false if it cannot be read or is no regular file
     */
    public static boolean is(Path file) {
        // Opening a pipe would wait for its writer.
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(file)) {
            String beginning = new String(in.readNBytes(LENGTH), StandardCharsets.ISO_8859_1);
            return beginning.indexOf('\0') < 0 && beginning.strip().startsWith("[");
        } catch (IOException _) {
            return false;
        }
    }

    /**
     * Compares a file.
     *
     * @param file where it is
     * @return what its cases came to
     * @throws IOException if it cannot be read or holds something else; the message names it and the reason
     */
    public static NumbersFile compare(Path file) throws IOException {
        NumbersFile numbers = new NumbersFile();
        String text = WholeFile.read(file, MOST_BYTES);
        try {
            for (JsonElement element : array("the file", StrictJson.value("the file", text))) {
                numbers.add(object("a case", element));
            }
        } catch (IOException e) {
            throw new IOException(file + ": is no list of schedules or scales: " + e.getMessage(), e);
        }
        return numbers;
    }

    private void add(JsonObject c) throws IOException {
        if (c.has(ScalerCase.ROWS)) {
            String name = "torch.amp.GradScaler " + described(c);
            try {
                compared.add(ScalerCase.compare(name, arguments(c), array(ScalerCase.ROWS, c.get(ScalerCase.ROWS))));
            } catch (NoCounterpartException e) {
                skipped.add(new Skipped(name, e.getMessage()));
            }
            return;
        }
        String name = string("name", c.get("name"));
        try {
            compared.addAll(new ScheduleCase(name, Text.shortened(name) + " " + described(c), arguments(c), c).compare());
        } catch (NoCounterpartException e) {
            skipped.add(new Skipped(Text.shortened(name), e.getMessage()));
        }
    }

    /** What each series of numbers came to, in the order of the file. */
    public List<ComparedNumbers> compared() {
        return List.copyOf(compared);
    }

    /** The cases without a counterpart. */
    public List<Skipped> skipped() {
        return List.copyOf(skipped);
    }

    private static Arguments arguments(JsonObject c) throws IOException {
        return new Arguments(object("args", c.get("args")));
    }

    /** The arguments as Python writes them. */
    private static String described(JsonObject c) throws IOException {
        List<String> words = new ArrayList<>();
        object("args", c.get("args")).asMap().forEach((name, value) -> words.add(name + "=" + value.toString().replace("\"", "")));
        return Text.shortened(String.join(" ", words), MOST_OF_ARGUMENTS);
    }

    static JsonObject object(String what, JsonElement element) throws IOException {
        if (element instanceof JsonObject object) {
            return object;
        }
        throw new IOException(what + " must be an object, got " + Text.shortened(String.valueOf(element)));
    }

    static JsonArray array(String what, JsonElement element) throws IOException {
        if (element instanceof JsonArray array) {
            return array;
        }
        throw new IOException(what + " must be a list, got " + Text.shortened(String.valueOf(element)));
    }

    private static String string(String what, JsonElement element) throws IOException {
        if (element instanceof JsonPrimitive text && text.isString()) {
            return text.getAsString();
        }
        throw new IOException(what + " must be a text, got " + Text.shortened(String.valueOf(element)));
    }

    /** A number as {@code float.hex()} of Python writes it, {@code inf} and {@code nan} too. */
    static double hex(String what, JsonElement element) throws IOException {
        String text = string(what, element);
        if (text.matches("-?0x[01]\\.[0-9a-f]{1,13}p[+-]\\d{1,4}")) {
            return Double.parseDouble(text);
        }
        return switch (text) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> throw new IOException(what + " must be numbers such as 0x1.8p+1, got " + Text.quoted(text));
        };
    }

    static double[] hexes(String what, JsonElement element) throws IOException {
        JsonArray texts = array(what, element);
        double[] numbers = new double[texts.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = hex(what, texts.get(i));
        }
        return numbers;
    }
}
