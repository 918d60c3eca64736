package org.lanewise.demo;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonPrimitive;
import com.google.gson.JsonSerializer;

/** How the demo writes JSON: every field is there, and a number that JSON has no word for is null. */
final class Json {
    private static final JsonSerializer<Number> FINITE = (number, _, _) -> finite(number);

    /** With {@code <} escaped, so that the text can stand inside a script element. */
    static final Gson FOR_PAGE = builder().create();

    static final Gson FOR_FILE = builder().setPrettyPrinting().disableHtmlEscaping().create();

    private Json() {}

    private static GsonBuilder builder() {
        return new GsonBuilder()
                .serializeNulls()
                .registerTypeAdapter(double.class, FINITE)
                .registerTypeAdapter(float.class, FINITE);
    }

    private static JsonElement finite(Number number) {
        return Double.isFinite(number.doubleValue()) ? new JsonPrimitive(number) : JsonNull.INSTANCE;
    }
}
