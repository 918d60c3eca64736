package org.lanewise.tool.torch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import org.lanewise.tool.Printable;

/** JSON as its standard has it: no comments, no NaN, nothing behind the value, and, what the standard leaves open, no name twice. */
final class StrictJson {
    private static final int MOST_OF_A_REASON = 160;

    private StrictJson() {}

    /** Parses a text; {@code what} begins the sentence that refuses it. */
    static JsonObject object(String what, String text) throws IOException {
        if (value(what, text) instanceof JsonObject object) {
            return object;
        }
        throw new IOException(what + " is no JSON object");
    }

    /** Parses a text; {@code what} begins the sentence that refuses it. */
    static JsonElement value(String what, String text) throws IOException {
        try (JsonReader in = new JsonReader(new StringReader(text))) {
            in.setStrictness(Strictness.STRICT);
            JsonElement value = next(in);
            if (in.peek() != JsonToken.END_DOCUMENT) {
                throw new MalformedJsonException("more than one value");
            }
            return value;
        } catch (MalformedJsonException | EOFException e) {
            throw new IOException(what + " is not JSON" + where(e), e);
        }
    }

    private static JsonElement next(JsonReader in) throws IOException {
        return switch (in.peek()) {
            case BEGIN_OBJECT -> object(in);
            case BEGIN_ARRAY -> array(in);
            case STRING -> new JsonPrimitive(in.nextString());
            case NUMBER -> number(in.nextString());
            case BOOLEAN -> new JsonPrimitive(in.nextBoolean());
            case NULL -> {
                in.nextNull();
                yield JsonNull.INSTANCE;
            }
            case END_ARRAY, END_OBJECT, NAME, END_DOCUMENT -> throw new MalformedJsonException("no value");
        };
    }

    /** A whole number stays one, so that its text has neither fraction nor exponent. */
    private static JsonPrimitive number(String text) {
        return text.matches("\\d{1,18}") ? new JsonPrimitive(Long.valueOf(text)) : new JsonPrimitive(Double.valueOf(text));
    }

    private static JsonObject object(JsonReader in) throws IOException {
        JsonObject object = new JsonObject();
        in.beginObject();
        while (in.hasNext()) {
            String name = in.nextName();
            if (object.has(name)) {
                throw new MalformedJsonException(Text.quoted(name) + " stands twice in an object");
            }
            object.add(name, next(in));
        }
        in.endObject();
        return object;
    }

    private static JsonArray array(JsonReader in) throws IOException {
        JsonArray array = new JsonArray();
        in.beginArray();
        while (in.hasNext()) {
            array.add(next(in));
        }
        in.endArray();
        return array;
    }

    /** The parser's place, without what it tells programmers. */
    private static String where(IOException e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        int at = message.indexOf(" at line ");
        String place = at >= 0 ? message.substring(at) : ": " + message;
        return Printable.of(place.length() > MOST_OF_A_REASON ? place.substring(0, MOST_OF_A_REASON) + "..." : place);
    }
}
