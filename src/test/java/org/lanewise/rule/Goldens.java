package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.lanewise.Rule;

/** Trajectories of torch.optim, recorded after some steps. A safetensors file: length of a JSON header, the header, raw numbers. */
final class Goldens {
    private final JsonObject header;
    private final ByteBuffer data;

    private Goldens(JsonObject header, ByteBuffer data) {
        this.header = header;
        this.data = data;
    }

    /** One trajectory: an optimizer, its arguments, where it started, which gradients it got, which states were recorded. */
    record Case(String name, String optimizer, List<Long> shape, String start, String gradients, JsonObject arguments,
            List<String> states) {
        int size() {
            return shape.stream().mapToInt(Long::intValue).reduce(1, (a, b) -> a * b);
        }

        double number(String argument) {
            return arguments.get(argument).getAsDouble();
        }

        double number(String argument, int index) {
            return arguments.getAsJsonArray(argument).get(index).getAsDouble();
        }

        boolean flag(String argument) {
            return arguments.get(argument).getAsBoolean();
        }

        /** Not every optimizer can. */
        boolean maximizes() {
            return arguments.has("maximize") && flag("maximize");
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * A rule that follows an optimizer.
     *
     * @param optimizer PyTorch's name
     * @param states its names of the states, and the rule's
     * @param rule the rule with the arguments of a trajectory
     */
    record Follower<R extends Rule>(String optimizer, Map<String, String> states, Function<Case, R> rule) {}

    static Goldens read(String name) {
        try (InputStream in = Goldens.class.getResourceAsStream("/goldens/" + name + ".safetensors")) {
            ByteBuffer file = ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
            byte[] header = new byte[Math.toIntExact(file.getLong())];
            file.get(header);
            return new Goldens(JsonParser.parseString(new String(header, StandardCharsets.UTF_8)).getAsJsonObject(),
                    file.slice().order(ByteOrder.LITTLE_ENDIAN));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Names of all that were recorded. */
    List<String> optimizers() {
        return JsonParser.parseString(metadata("cases")).getAsJsonArray().asList().stream()
                .map(one -> one.getAsJsonObject().get("optimizer").getAsString()).distinct().sorted().toList();
    }

    List<Case> cases(String optimizer) {
        JsonArray cases = JsonParser.parseString(metadata("cases")).getAsJsonArray();
        return cases.asList().stream().map(JsonElement::getAsJsonObject)
                .filter(c -> c.get("optimizer").getAsString().equals(optimizer)).map(Goldens::read).toList();
    }

    private static Case read(JsonObject c) {
        Gson gson = new Gson();
        return new Case(c.get("case").getAsString(), c.get("optimizer").getAsString(),
                List.of(gson.fromJson(c.get("shape"), Long[].class)), c.get("start").getAsString(), c.get("grads").getAsString(),
                c.getAsJsonObject("args"), List.of(gson.fromJson(c.get("states"), String[].class)));
    }

    List<Integer> recordedSteps() {
        return List.of(metadata("steps").split(",")).stream().map(Integer::valueOf).toList();
    }

    int steps() {
        return Integer.parseInt(metadata("all_steps"));
    }

    /** What the learning rate is multiplied by in a step, as compared with the first. */
    double learningRateFactor(int step) {
        if (!metadata().has("learning_rate_factors")) {
            return 1;
        }
        double factor = 1;
        JsonObject factors = JsonParser.parseString(metadata("learning_rate_factors")).getAsJsonObject();
        for (int t = 1; t <= step; t++) {
            factor = factors.has("" + t) ? factors.get("" + t).getAsDouble() : factor;
        }
        return factor;
    }

    float[] start(Case c) {
        return floats(c.start());
    }

    float[] gradient(Case c, int step) {
        return Arrays.copyOfRange(floats(c.gradients()), (step - 1) * c.size(), step * c.size());
    }

    float[] recorded(Case c, int step, String what) {
        return floats(c.name() + "/s" + step + "/" + what);
    }

    private JsonObject metadata() {
        return header.getAsJsonObject("__metadata__");
    }

    private String metadata(String key) {
        return metadata().get(key).getAsString();
    }

    /** A state that is one number. */
    double recordedNumber(Case c, int step, String what) {
        return data.getDouble(offset(c.name() + "/s" + step + "/" + what, "F64", 0));
    }

    private float[] floats(String tensor) {
        int from = offset(tensor, "F32", 0);
        float[] values = new float[(offset(tensor, "F32", 1) - from) / Float.BYTES];
        IntStream.range(0, values.length).forEach(i -> values[i] = data.getFloat(from + i * Float.BYTES));
        return values;
    }

    private int offset(String tensor, String type, int end) {
        JsonObject entry = header.getAsJsonObject(tensor);
        assertEquals(type, entry.get("dtype").getAsString(), tensor);
        return entry.getAsJsonArray("data_offsets").get(end).getAsInt();
    }
}
