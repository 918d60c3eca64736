package org.lanewise.snapshot;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * An object that was read from JSON.
 *
 * @param what what it describes, for messages
 * @param map its values
 */
record Fields(String what, Map<?, ?> map) {
    private static final List<String> NOT_FINITE = List.of("NaN", "Infinity", "-Infinity");

    static Fields of(String what, Object value) throws IOException {
        if (value instanceof Map<?, ?> map) {
            return new Fields(what, map);
        }
        throw new IOException(what + " must be an object");
    }

    private <T> T get(String name, Class<T> type, String expected) throws IOException {
        Object value = map.get(name);
        if (type.isInstance(value)) {
            return type.cast(value);
        }
        throw new IOException("'" + name + "' of " + what + " must be " + expected + ", got " + (value == null ? "nothing" : value));
    }

    boolean has(String name) {
        return map.containsKey(name);
    }

    String text(String name) throws IOException {
        return get(name, String.class, "a text");
    }

    boolean flag(String name) throws IOException {
        return get(name, Boolean.class, "true or false");
    }

    /** A whole number of at least 0. */
    long count(String name) throws IOException {
        long value = get(name, Long.class, "a whole number");
        if (value < 0) {
            throw new IOException("'" + name + "' of " + what + " must be at least 0, got " + value);
        }
        return value;
    }

    int small(String name) throws IOException {
        long value = count(name);
        if (value > Integer.MAX_VALUE) {
            throw new IOException("'" + name + "' of " + what + " must be at most " + Integer.MAX_VALUE + ", got " + value);
        }
        return (int) value;
    }

    /** Any double: those that are no numbers are texts in JSON. */
    double real(String name) throws IOException {
        return map.get(name) instanceof String text && NOT_FINITE.contains(text) ? Double.parseDouble(text)
                : get(name, Number.class, "a number").doubleValue();
    }

    Map<?, ?> object(String name) throws IOException {
        return get(name, Map.class, "an object");
    }

    Fields inner(String name) throws IOException {
        return new Fields("'" + name + "' of " + what, object(name));
    }

    List<?> list(String name) throws IOException {
        return get(name, List.class, "a list");
    }

    List<String> texts(String name) throws IOException {
        List<?> all = list(name);
        if (!all.stream().allMatch(String.class::isInstance)) {
            throw new IOException("'" + name + "' of " + what + " must be a list of texts");
        }
        return all.stream().map(String.class::cast).toList();
    }
}
