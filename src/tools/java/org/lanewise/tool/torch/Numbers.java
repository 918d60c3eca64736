package org.lanewise.tool.torch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Numbers in JSON. */
final class Numbers {
    private Numbers() {}

    /** Whole numbers from 0 on, without fraction, exponent or quotes. */
    static List<Long> whole(String what, JsonArray values) throws IOException {
        List<Long> numbers = new ArrayList<>();
        for (JsonElement value : values) {
            String text = value instanceof JsonPrimitive number && number.isNumber() ? number.getAsString() : "";
            if (!text.matches("\\d{1,18}")) {
                throw new IOException(what + " must be whole numbers from 0 to 10^18, got " + Text.shortened(value.toString()));
            }
            numbers.add(Long.parseLong(text));
        }
        return List.copyOf(numbers);
    }

    /** Product of dimensions, which fits a long. */
    static long product(String what, List<Long> shape) throws IOException {
        try {
            long product = 1;
            for (long dimension : shape) {
                product = Math.multiplyExact(product, dimension);
            }
            return product;
        } catch (ArithmeticException e) {
            throw new IOException(what + " " + Text.shortened(shape.toString()) + " has more than 2^63 elements", e);
        }
    }

    /** A number of the text of a metadata entry: whole, from 1 to {@code most}. */
    static int positive(String what, String text, int most) throws IOException {
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < 1 || Integer.parseInt(text) > most) {
            throw new IOException(what + " must be whole numbers from 1 to " + most + ", got " + Text.quoted(text));
        }
        return Integer.parseInt(text);
    }
}
