package org.lanewise.safetensors;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes JSON without blanks. Doubles are written so that they are read back to the bit; those that are no numbers as strings. */
public final class JsonWriter {
    private final StringBuilder text = new StringBuilder();

    /** Of nothing yet. */
    public JsonWriter() {}

    /**
     * Writes a value.
     *
     * @param value a map from strings, a list, a string, a truth value or a number
     * @return its text
     */
    public static String text(Object value) {
        return new JsonWriter().value(value).toString();
    }

    /**
     * Appends what is JSON already.
     *
     * @param json some text
     * @return this
     */
    public JsonWriter raw(String json) {
        text.append(json);
        return this;
    }

    /**
     * Appends a value.
     *
     * @param value as in {@link #text(Object)}
     * @return this
     */
    public JsonWriter value(Object value) {
        switch (value) {
            case Map<?, ?> map -> {
                String before = "{";
                for (Map.Entry<?, ?> each : map.entrySet()) {
                    raw(before).string((String) each.getKey()).raw(":").value(each.getValue());
                    before = ",";
                }
                raw(map.isEmpty() ? "{}" : "}");
            }
            case List<?> list -> {
                String before = "[";
                for (Object each : list) {
                    raw(before).value(each);
                    before = ",";
                }
                raw(list.isEmpty() ? "[]" : "]");
            }
            case String string -> string(string);
            case Double number when number.isNaN() || number.isInfinite() -> string(number.toString());
            case Boolean _, Double _, Long _, Integer _ -> text.append(value);
            default -> throw new IllegalArgumentException("no JSON is known for a " + value.getClass().getName());
        }
        return this;
    }

    /**
     * Appends a string.
     *
     * @param string its characters
     * @return this
     */
    public JsonWriter string(String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            switch (c) {
                case '"', '\\' -> text.append('\\').append(c);
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < ' ') {
                        text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
        return this;
    }

    /**
     * What was written.
     *
     * @return so far
     */
    @Override
    public String toString() {
        return text.toString();
    }
}
