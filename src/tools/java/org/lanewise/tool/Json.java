package org.lanewise.tool;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;

/** How the tools write JSON: every field is there, and a number that JSON has no word for is null, read again as NaN. */
public final class Json {
    /** With {@code <} escaped, so that the text can stand inside a script element. */
    public static final Gson FOR_PAGE = builder().create();

    /** For files that people look at. */
    public static final Gson FOR_FILE = builder().setPrettyPrinting().disableHtmlEscaping().create();

    private Json() {}

    private static GsonBuilder builder() {
        return new GsonBuilder()
                .serializeNulls()
                .registerTypeAdapter(double.class, new Finite(Double.NaN))
                .registerTypeAdapter(Double.class, new Finite(null))
                .registerTypeAdapter(float.class, new FiniteFloat());
    }

    private static final class Finite extends TypeAdapter<Double> {
        private final Double missing;

        Finite(Double missing) {
            this.missing = missing;
        }

        @Override
        public void write(JsonWriter out, Double value) throws IOException {
            out.value(value != null && Double.isFinite(value) ? value : null);
        }

        @Override
        public Double read(JsonReader in) throws IOException {
            if (in.peek() == JsonToken.NULL) {
                in.nextNull();
                return missing;
            }
            return in.nextDouble();
        }
    }

    private static final class FiniteFloat extends TypeAdapter<Float> {
        @Override
        public void write(JsonWriter out, Float value) throws IOException {
            out.value(Float.isFinite(value) ? value : null);
        }

        @Override
        public Float read(JsonReader in) throws IOException {
            if (in.peek() == JsonToken.NULL) {
                in.nextNull();
                return Float.NaN;
            }
            return (float) in.nextDouble();
        }
    }
}
