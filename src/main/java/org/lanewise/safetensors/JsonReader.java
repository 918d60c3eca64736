package org.lanewise.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads JSON from bytes as its standard has it, and no name twice in an object. Whatever is refused is named with the byte where it stands.
 * Nothing is allocated beyond a multiple of the text's length.
 */
public final class JsonReader {
    private static final int DEEPEST = 64;

    private final String what;
    private final byte[] bytes;
    private int at;
    private int depth;

    /** Reads a value. */
    public interface Value {
        /**
         * Reads the value that comes next.
         *
         * @param name its name
         * @throws IOException if it is not what it should be
         */
        void read(String name) throws IOException;
    }

    /** Reads an element. */
    public interface Element {
        /**
         * Reads the element that comes next.
         *
         * @throws IOException if it is not what it should be
         */
        void read() throws IOException;
    }

    /**
     * Of a text.
     *
     * @param what begins the sentence that refuses it
     * @param bytes the text in UTF-8
     */
    public JsonReader(String what, byte[] bytes) {
        this.what = what;
        this.bytes = bytes;
    }

    /**
     * Where it stands.
     *
     * @return index of the next byte
     */
    public int position() {
        return at;
    }

    /**
     * That the text is not as it should be.
     *
     * @param reason what is wrong
     * @return to be thrown
     */
    public IOException refused(String reason) {
        return new IOException(what + " " + reason + " at byte " + at);
    }

    /**
     * Reads an object.
     *
     * @param each reads each value
     * @throws IOException if it is malformed
     */
    public void object(Value each) throws IOException {
        Set<String> names = new HashSet<>();
        enter('{');
        if (ends('}')) {
            return;
        }
        do {
            blanks();
            String name = text();
            if (!names.add(name)) {
                throw refused("has '" + name + "' twice in an object");
            }
            expect(':');
            blanks();
            each.read(name);
        } while (goesOn('}'));
    }

    /**
     * Reads an array.
     *
     * @param each reads each element
     * @throws IOException if it is malformed
     */
    public void array(Element each) throws IOException {
        enter('[');
        if (ends(']')) {
            return;
        }
        do {
            blanks();
            each.read();
        } while (goesOn(']'));
    }

    private void enter(char first) throws IOException {
        if (++depth > DEEPEST) {
            throw refused("is nested deeper than " + DEEPEST);
        }
        expect(first);
    }

    private boolean ends(char last) throws IOException {
        blanks();
        if (peek() != last) {
            return false;
        }
        at++;
        depth--;
        return true;
    }

    private boolean goesOn(char last) throws IOException {
        if (ends(last)) {
            return false;
        }
        expect(',');
        return true;
    }

    private void expect(char c) throws IOException {
        blanks();
        if (peek() != c) {
            throw refused("needs " + c);
        }
        at++;
    }

    private int peek() throws IOException {
        if (at == bytes.length) {
            throw refused("ends too early");
        }
        return bytes[at];
    }

    /** Skips white space. */
    public void blanks() {
        while (at < bytes.length && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
            at++;
        }
    }

    /**
     * Ends.
     *
     * @throws IOException if more than white space follows
     */
    public void end() throws IOException {
        blanks();
        if (at < bytes.length) {
            throw refused("has something behind its end");
        }
    }

    /**
     * Reads a string.
     *
     * @return its characters
     * @throws IOException if there is none, or it is malformed or not UTF-8
     */
    public String text() throws IOException {
        if (peek() != '"') {
            throw refused("needs a string");
        }
        int start = ++at;
        while (peek() != '"' && bytes[at] != '\\') {
            step();
        }
        if (bytes[at] == '"') {
            return decoded(start, at++);
        }
        StringBuilder text = new StringBuilder(decoded(start, at));
        while (peek() != '"') {
            if (bytes[at] == '\\') {
                at++;
                text.append(escaped());
            } else {
                int from = at;
                while (peek() != '"' && bytes[at] != '\\') {
                    step();
                }
                text.append(decoded(from, at));
            }
        }
        at++;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean pair = Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1));
            if (Character.isSurrogate(c) && !pair) {
                throw refused("has half a surrogate pair in a string that ends");
            }
            i += pair ? 1 : 0;
        }
        return text.toString();
    }

    private void step() throws IOException {
        if (bytes[at] >= 0 && bytes[at] < ' ') {
            throw refused("has a control character in a string");
        }
        at++;
    }

    private char escaped() throws IOException {
        int c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> (char) c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int value = 0;
                for (int k = 0; k < 4; k++) {
                    int digit = peek() < 0 ? -1 : Character.digit(bytes[at], 16);
                    if (digit < 0) {
                        throw refused("needs four hexadecimal digits");
                    }
                    value = value << 4 | digit;
                    at++;
                }
                yield (char) value;
            }
            default -> throw refused("has an unknown escape");
        };
    }

    private String decoded(int from, int to) throws IOException {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from)).toString();
        } catch (CharacterCodingException e) {
            throw new IOException(what + " is not UTF-8 in the string at byte " + from, e);
        }
    }

    /**
     * Reads a whole number of at most 64 bits without a sign.
     *
     * @return the number
     * @throws IOException if there is none, or it is above 2^63-1
     */
    public long count() throws IOException {
        int start = at;
        while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        boolean ends = at == bytes.length || ".eE".indexOf(bytes[at]) < 0;
        if (at == start || !ends || bytes[start] == '0' && at > start + 1) {
            at = start;
            throw refused("needs a whole number of at least 0");
        }
        String digits = decoded(start, Math.min(at, start + 25));
        if (digits.length() > 19 || digits.length() == 19 && digits.compareTo(Long.toString(Long.MAX_VALUE)) > 0) {
            at = start;
            throw refused("needs a number of at most 2^63-1, got " + digits);
        }
        return Long.parseLong(digits);
    }

    /**
     * Reads any value: a map, a list, a string, a truth value, a {@link Long}, or a {@link Double} if it has a fraction or an exponent.
     *
     * @return the value
     * @throws IOException if it is malformed or null
     */
    public Object value() throws IOException {
        blanks();
        return switch (peek()) {
            case '{' -> {
                Map<String, Object> map = new LinkedHashMap<>();
                object(name -> map.put(name, value()));
                yield map;
            }
            case '[' -> {
                List<Object> list = new ArrayList<>();
                array(() -> list.add(value()));
                yield list;
            }
            case '"' -> text();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> throw refused("must have no null");
            default -> number();
        };
    }

    private Object word(String word, Object value) throws IOException {
        if (bytes.length - at < word.length() || !decoded(at, at + word.length()).equals(word)) {
            throw refused("has an unknown word");
        }
        at += word.length();
        return value;
    }

    private Object number() throws IOException {
        int start = at;
        while (at < bytes.length && "+-.eE0123456789".indexOf(bytes[at]) >= 0) {
            at++;
        }
        String text = decoded(start, at);
        if (!text.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
            at = start;
            throw refused("needs a value");
        }
        try {
            return text.matches("-?[0-9]+") ? (Object) Long.valueOf(text) : Double.valueOf(text);
        } catch (NumberFormatException e) {
            at = start;
            throw new IOException(refused("has a whole number of more than 63 bits").getMessage(), e);
        }
    }
}
