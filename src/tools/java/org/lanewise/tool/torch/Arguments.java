package org.lanewise.tool.torch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The arguments of an optimizer. What is asked for is ticked off, so that none is passed over. One of another type than PyTorch's is
 * malformed.
 */
public final class Arguments {
    /** They choose how PyTorch computes, which the recording's path says, not what. */
    private static final Set<String> OF_THE_PATH = Set.of("foreach", "fused");
    /** Lanewise does what PyTorch does without them. */
    private static final List<String> MUST_BE_FALSE = List.of("capturable", "differentiable");

    private final JsonObject values;
    private final Set<String> asked = new LinkedHashSet<>(OF_THE_PATH);

    Arguments(JsonObject values) {
        this.values = values;
    }

    /** Whether an argument is there and not null. */
    public boolean isGiven(String name) {
        asked.add(name);
        return values.has(name) && !(values.get(name) instanceof JsonNull);
    }

    /** A number; it must be there. */
    public double number(String name) throws NoCounterpartException, IOException {
        return number(name, value(name));
    }

    /** A number of a pair. */
    public double number(String name, int index) throws NoCounterpartException, IOException {
        return number(name, pair(name).get(index));
    }

    /** A number of a pair, or another one where it is null. */
    public double number(String name, int index, double ifNull) throws NoCounterpartException, IOException {
        return pair(name).get(index) instanceof JsonNull ? ifNull : number(name, index);
    }

    /** A number, or another one where none is given. */
    double numberOr(String name, double otherwise) throws NoCounterpartException, IOException {
        return isGiven(name) ? number(name) : otherwise;
    }

    /** A whole number from 0 on. */
    long whole(String name) throws NoCounterpartException, IOException {
        return Numbers.whole("argument " + name, list(value(name))).getFirst();
    }

    /** A whole number from 0 on, or another one where none is given. */
    long wholeOr(String name, long otherwise) throws NoCounterpartException, IOException {
        return isGiven(name) ? whole(name) : otherwise;
    }

    /** A list of whole numbers from 0 on. */
    List<Long> wholes(String name) throws NoCounterpartException, IOException {
        if (value(name) instanceof JsonArray list) {
            return Numbers.whole("argument " + name, list);
        }
        throw refused(name, "no list");
    }

    /** A word, or another one where none is given. */
    String wordOr(String name, String otherwise) throws NoCounterpartException, IOException {
        if (!isGiven(name)) {
            return otherwise;
        }
        if (value(name) instanceof JsonPrimitive word && word.isString()) {
            return word.getAsString();
        }
        throw refused(name, "no word");
    }

    private static JsonArray list(JsonElement one) {
        JsonArray list = new JsonArray();
        list.add(one);
        return list;
    }

    /** Whether an option is on; one that this version of PyTorch does not have is off. */
    public boolean flag(String name) throws NoCounterpartException, IOException {
        if (!values.has(name)) {
            return false;
        }
        if (value(name) instanceof JsonPrimitive flag && flag.isBoolean()) {
            return flag.getAsBoolean();
        }
        throw refused(name, "neither true nor false");
    }

    /** Refuses arguments that nobody has asked for. */
    void requireNoOther() throws NoCounterpartException, IOException {
        for (String name : MUST_BE_FALSE) {
            if (flag(name)) {
                throw new NoCounterpartException("no counterpart of its argument " + name);
            }
        }
        List<String> others = new ArrayList<>(values.keySet());
        others.removeAll(asked);
        if (!others.isEmpty()) {
            throw new NoCounterpartException("no counterpart of its argument " + Text.quoted(others.getFirst()));
        }
    }

    private JsonArray pair(String name) throws NoCounterpartException, IOException {
        if (value(name) instanceof JsonArray pair && pair.size() == 2) {
            return pair;
        }
        throw refused(name, "no pair");
    }

    private double number(String name, JsonElement value) throws NoCounterpartException, IOException {
        if (value instanceof JsonPrimitive number && number.isNumber() && Double.isFinite(number.getAsDouble())) {
            return number.getAsDouble();
        }
        throw refused(name, "no finite number");
    }

    private JsonElement value(String name) throws NoCounterpartException {
        asked.add(name);
        if (!values.has(name)) {
            throw new NoCounterpartException("its argument " + name + " is not recorded");
        }
        return values.get(name);
    }

    private IOException refused(String name, String kind) {
        return new IOException("argument " + name + " is " + kind + ": " + Text.shortened(values.get(name).toString()));
    }
}
