package org.lanewise.tool.torch;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Recordings made without PyTorch: two steps of SGD, 0.5 being the learning rate. They begin as valid ones, and are changed from there. */
public final class SyntheticRecording {
    static final float[] START = {1, -2, 0.3f};
    static final float[] GRADIENTS = {0.1f, -0.2f, 3, 0.7f, 1e-3f, -5};
    private static final float RATE = 0.5f;

    /** What the header says, to be changed. */
    public final JsonObject header = new JsonObject();
    /** The metadata, to be changed. */
    public final JsonObject metadata = new JsonObject();
    /** The case, to be changed. */
    public final JsonObject sgd = new JsonObject();
    private final List<ByteBuffer> data = new ArrayList<>();
    private int offset;

    /** A recording without differences. */
    public SyntheticRecording() {
        header.add("__metadata__", metadata);
        Map<String, String> texts = new LinkedHashMap<>(Map.of("torch", "2.14.1", "path", "single", "steps", "1,2", "all_steps", "2"));
        texts.forEach(metadata::addProperty);
        sgd.addProperty("case", "sgd");
        sgd.addProperty("optimizer", "SGD");
        sgd.add("shape", numbers(3));
        sgd.addProperty("start", "w0");
        sgd.addProperty("grads", "g");
        JsonObject arguments = new JsonObject();
        arguments.addProperty("lr", RATE);
        for (String zero : List.of("momentum", "dampening", "weight_decay")) {
            arguments.addProperty(zero, 0);
        }
        arguments.addProperty("nesterov", false);
        arguments.addProperty("maximize", false);
        sgd.add("args", arguments);
        sgd.add("states", new JsonArray());
        add("w0", START, 3);
        add("g", GRADIENTS, 2, 3);
        float[] w = START.clone();
        for (int step = 1; step <= 2; step++) {
            for (int i = 0; i < w.length; i++) {
                w[i] = Math.fma(-RATE, GRADIENTS[(step - 1) * w.length + i], w[i]);
            }
            add("sgd/s" + step + "/w", w, 3);
        }
    }

    JsonObject arguments() {
        return sgd.getAsJsonObject("args");
    }

    JsonObject tensor(String name) {
        return header.getAsJsonObject(name);
    }

    /** Adds a tensor of 32-bit floats. */
    void add(String name, float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        add(name, "F32", bytes, shape);
    }

    /** Adds a number of its own. */
    void add(String name, double value) {
        add(name, "F64", ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN).putDouble(0, value));
    }

    private void add(String name, String type, ByteBuffer bytes, long... shape) {
        JsonObject tensor = new JsonObject();
        tensor.addProperty("dtype", type);
        tensor.add("shape", numbers(shape));
        tensor.add("data_offsets", numbers(offset, offset + bytes.capacity()));
        header.add(name, tensor);
        data.add(bytes);
        offset += bytes.capacity();
    }

    /** A number of a tensor is changed after it was added. */
    public SyntheticRecording with(String tensor, int index, float value) {
        int at = tensor(tensor).getAsJsonArray("data_offsets").get(0).getAsInt() + index * Float.BYTES;
        for (ByteBuffer bytes : data) {
            if (at < bytes.capacity()) {
                bytes.putFloat(at, value);
                break;
            }
            at -= bytes.capacity();
        }
        return this;
    }

    /** Something is changed. */
    public SyntheticRecording with(Consumer<SyntheticRecording> change) {
        change.accept(this);
        return this;
    }

    /** The file's bytes. */
    public byte[] bytes() {
        if (!metadata.has("cases")) {
            JsonArray cases = new JsonArray();
            cases.add(sgd);
            metadata.addProperty("cases", cases.toString());
        }
        return bytes(header.toString());
    }

    /** The file's bytes with another header. */
    byte[] bytes(String text) {
        byte[] head = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(Long.BYTES + head.length + offset).order(ByteOrder.LITTLE_ENDIAN);
        file.putLong(head.length).put(head);
        data.forEach(bytes -> file.put(bytes.duplicate().clear()));
        return file.array();
    }

    /** Writes the file. */
    public Path in(Path folder) throws IOException {
        return Files.write(folder.resolve("r.safetensors"), bytes());
    }

    static JsonArray numbers(long... values) {
        JsonArray numbers = new JsonArray();
        for (long value : values) {
            numbers.add(value);
        }
        return numbers;
    }
}
