package org.lanewise.tool.torch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The run of one optimizer over one tensor.
 *
 * @param name what the recording calls it
 * @param optimizer PyTorch's name
 * @param shape dimensions of the tensor
 * @param start tensor with the first parameters
 * @param gradients tensor with the gradients of all steps
 * @param values arguments of the optimizer
 * @param states PyTorch's names of the states that were recorded
 * @param others what else the recording says of it
 */
public record OptimizerCase(String name, String optimizer, List<Long> shape, String start, String gradients, JsonObject values,
        List<String> states, Set<String> others) {
    private static final Set<String> KNOWN = Set.of("case", "optimizer", "shape", "start", "grads", "args", "states");

    /** Reads what a recording says of a case. */
    static OptimizerCase of(int index, JsonElement value) throws IOException {
        String what = "case " + (index + 1);
        if (!(value instanceof JsonObject object)) {
            throw new IOException(what + " is no JSON object");
        }
        String name = text(what, object, "case");
        String named = what + " " + Text.quoted(name);
        if (!(object.get("args") instanceof JsonObject arguments)) {
            throw new IOException(named + " needs args");
        }
        Set<String> states = new LinkedHashSet<>();
        for (JsonElement state : list(named, object, "states")) {
            if (!(state instanceof JsonPrimitive text) || !text.isString() || !states.add(text.getAsString())) {
                throw new IOException(named + ": states must be different names, got " + Text.shortened(state.toString()));
            }
        }
        List<Long> shape = Numbers.whole(named + ": shape", list(named, object, "shape"));
        Numbers.product(named + ": shape", shape);
        Set<String> others = new TreeSet<>(object.keySet());
        others.removeAll(KNOWN);
        return new OptimizerCase(name, text(named, object, "optimizer"), shape, text(named, object, "start"),
                text(named, object, "grads"), arguments, List.copyOf(states), others);
    }

    private static String text(String what, JsonObject object, String key) throws IOException {
        if (object.get(key) instanceof JsonPrimitive text && text.isString()) {
            return text.getAsString();
        }
        throw new IOException(what + " needs a text for " + key);
    }

    private static JsonArray list(String what, JsonObject object, String key) throws IOException {
        if (object.get(key) instanceof JsonArray list) {
            return list;
        }
        throw new IOException(what + " needs a list for " + key);
    }

    /** Number of elements of the tensor. */
    public long size() {
        return shape.stream().reduce(1L, (a, b) -> a * b);
    }

    /** The arguments, none of them asked for. */
    public Arguments arguments() {
        return new Arguments(values);
    }

    @Override
    public String toString() {
        return name;
    }
}
