package org.lanewise.tool;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.TypeAdapter;
import com.google.gson.TypeAdapterFactory;
import com.google.gson.reflect.TypeToken;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How the tools write and read JSON: every field is there, and a number that JSON has no word for is null, read again as NaN. What is read
 * and does not fit is refused by the name of its field.
 */
public final class Json {
    /** With {@code <} escaped, so that the text can stand inside a script element. */
    public static final Gson FOR_PAGE = builder().create();

    /** For files that people look at. */
    public static final Gson FOR_FILE = builder().setPrettyPrinting().disableHtmlEscaping().create();

    /** Where the parser says it is. */
    private static final Pattern LINE = Pattern.compile("line (\\d+) column (\\d+)");
    private static final int SHOWN = 80;
    private static final String INT = "a whole number up to " + Integer.MAX_VALUE;
    private static final String LONG = "a whole number up to " + Long.MAX_VALUE;
    private static final String REAL = "a number";

    private Json() {}

    private static GsonBuilder builder() {
        return new GsonBuilder()
                .serializeNulls()
                .registerTypeAdapterFactory(new KnownConstants())
                .registerTypeAdapter(String.class, new Text())
                .registerTypeAdapter(boolean.class, new Truth(false))
                .registerTypeAdapter(Boolean.class, new Truth(true))
                .registerTypeAdapter(int.class, new Scalar<>(INT, text -> new BigDecimal(text).intValueExact(), null, false))
                .registerTypeAdapter(Integer.class, new Scalar<>(INT, text -> new BigDecimal(text).intValueExact(), null, true))
                .registerTypeAdapter(long.class, new Scalar<>(LONG, text -> new BigDecimal(text).longValueExact(), null, false))
                .registerTypeAdapter(double.class, new Scalar<>(REAL, Double::valueOf, Double.NaN, true))
                .registerTypeAdapter(Double.class, new Scalar<>(REAL, Double::valueOf, null, true))
                .registerTypeAdapter(float.class, new Scalar<>(REAL, Float::valueOf, Float.NaN, true));
    }

    /**
     * Reads a text that has one object and nothing else.
     *
     * @throws IllegalArgumentException if it has not; the sentence says what is wrong and where
     */
    public static <T> T read(String text, Class<T> type) {
        if (text.isBlank()) {
            throw new IllegalArgumentException("it is empty");
        }
        JsonReader in = new JsonReader(new StringReader(text));
        in.setStrictness(Strictness.STRICT);
        try {
            if (in.peek() != JsonToken.BEGIN_OBJECT) {
                throw mismatch(in, in.getPath(), "an object", kind(in));
            }
            T value = FOR_FILE.fromJson(in, type);
            requireEnd(in);
            return value;
        } catch (EOFException _) {
            throw new IllegalArgumentException("it ends in the middle, at " + field(in.getPath()));
        } catch (IOException | JsonParseException e) {
            throw new IllegalArgumentException(reason(e, in), e);
        }
    }

    private static void requireEnd(JsonReader in) throws IOException {
        try {
            in.peek();
        } catch (MalformedJsonException e) {
            throw new IllegalArgumentException("it goes on behind its end" + line(in), e);
        }
    }

    private static String reason(Exception e, JsonReader in) {
        if (e instanceof Mismatch own) {
            return own.getMessage();
        }
        if (e.getCause() instanceof EOFException) {
            return "it ends in the middle, at " + field(in.getPath());
        }
        if (e instanceof MalformedJsonException || e.getCause() instanceof MalformedJsonException) {
            return "it is no JSON at " + field(in.getPath()) + line(in);
        }
        try {
            JsonToken token = in.peek();
            String expected = token == JsonToken.BEGIN_ARRAY ? "an object" : token == JsonToken.BEGIN_OBJECT ? "a list"
                    : "a list or an object";
            return mismatch(in, in.getPath(), expected, kind(in)).getMessage();
        } catch (IOException | IllegalStateException _) {
            return "it has something else than expected at " + field(in.getPath()) + line(in);
        }
    }

    /** The text that stands there, for adapters of other classes. */
    public static String text(JsonReader in) throws IOException {
        if (in.peek() != JsonToken.STRING) {
            throw mismatch(in, in.getPath(), "a text", kind(in));
        }
        return in.nextString();
    }

    /** What stands there, for people; reads it if it is a single value. */
    private static String kind(JsonReader in) throws IOException {
        return switch (in.peek()) {
            case BEGIN_ARRAY -> "a list";
            case BEGIN_OBJECT -> "an object";
            case END_DOCUMENT -> "nothing";
            case STRING -> quoted(in.nextString());
            case NUMBER -> in.nextString();
            case BOOLEAN -> String.valueOf(in.nextBoolean());
            case NULL -> "null";
            default -> "something else";
        };
    }

    private static String quoted(String text) {
        return "'" + Printable.of(text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text) + "'";
    }

    private static Mismatch mismatch(JsonReader in, String path, String expected, String got) {
        return new Mismatch(field(path) + " must be " + expected + ", got " + got + line(in));
    }

    /** {@code rows[0].n} for {@code $.rows[0].n}. */
    private static String field(String path) {
        String field = Printable.of(path.replaceFirst("^\\$\\.?", ""));
        return field.isEmpty() ? "its beginning" : field;
    }

    private static String line(JsonReader in) {
        Matcher line = LINE.matcher(in.toString());
        return line.find() ? " (line " + line.group(1) + ", column " + line.group(2) + ")" : "";
    }

    /** A value that does not fit; the message is for people. */
    private static final class Mismatch extends JsonParseException {
        private static final long serialVersionUID = 1;

        Mismatch(String message) {
            super(message);
        }
    }

    private static final class Text extends TypeAdapter<String> {
        @Override
        public void write(JsonWriter out, String value) throws IOException {
            out.value(value);
        }

        @Override
        public String read(JsonReader in) throws IOException {
            if (in.peek() == JsonToken.NULL) {
                in.nextNull();
                return null;
            }
            return text(in);
        }
    }

    private static final class Truth extends TypeAdapter<Boolean> {
        private final boolean nullable;

        Truth(boolean nullable) {
            this.nullable = nullable;
        }

        @Override
        public void write(JsonWriter out, Boolean value) throws IOException {
            out.value(value);
        }

        @Override
        public Boolean read(JsonReader in) throws IOException {
            if (nullable && in.peek() == JsonToken.NULL) {
                in.nextNull();
                return null;
            }
            if (in.peek() != JsonToken.BOOLEAN) {
                throw mismatch(in, in.getPath(), "true or false", kind(in));
            }
            return in.nextBoolean();
        }
    }

    private static final class Scalar<T extends Number> extends TypeAdapter<T> {
        private final String expected;
        private final Function<String, T> parse;
        private final T missing;
        private final boolean nullable;

        /** Null is read as what is missing, or refused. */
        Scalar(String expected, Function<String, T> parse, T missing, boolean nullable) {
            this.expected = expected;
            this.parse = parse;
            this.missing = missing;
            this.nullable = nullable;
        }

        @Override
        public void write(JsonWriter out, T value) throws IOException {
            out.value(value != null && Double.isFinite(value.doubleValue()) ? value : null);
        }

        @Override
        public T read(JsonReader in) throws IOException {
            String path = in.getPath();
            if (nullable && in.peek() == JsonToken.NULL) {
                in.nextNull();
                return missing;
            }
            if (in.peek() != JsonToken.NUMBER) {
                throw mismatch(in, path, expected, kind(in));
            }
            String text = in.nextString();
            try {
                return parse.apply(text);
            } catch (NumberFormatException | ArithmeticException _) {
                throw mismatch(in, path, expected, Printable.of(text));
            }
        }
    }

    /** Constants of enums. Gson by itself reads a name that no constant has as null. */
    private static final class KnownConstants implements TypeAdapterFactory {
        @Override
        public <T> TypeAdapter<T> create(Gson gson, TypeToken<T> type) {
            if (!type.getRawType().isEnum()) {
                return null;
            }
            TypeAdapter<T> usual = gson.getDelegateAdapter(this, type);
            return new TypeAdapter<>() {
                @Override
                public void write(JsonWriter out, T value) throws IOException {
                    usual.write(out, value);
                }

                @Override
                public T read(JsonReader in) throws IOException {
                    String path = in.getPath();
                    if (in.peek() == JsonToken.NULL) {
                        in.nextNull();
                        return null;
                    }
                    if (in.peek() != JsonToken.STRING) {
                        throw mismatch(in, path, names(), kind(in));
                    }
                    String name = in.nextString();
                    T constant = usual.fromJsonTree(new JsonPrimitive(name));
                    if (constant == null) {
                        throw mismatch(in, path, names(), quoted(name));
                    }
                    return constant;
                }

                private String names() {
                    return Stream.of(type.getRawType().getEnumConstants())
                            .map(constant -> gson.toJsonTree(constant, type.getType()).getAsString())
                            .collect(Collectors.joining(", ", "one of ", ""));
                }
            };
        }
    }
}
