package org.lanewise.tool.torch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A recording of whole training steps with one of its cases: all of them take some seconds. */
public final class SyntheticTraining {
    static final Path ALL = Path.of("src/test/resources/goldens/step214.safetensors");

    private SyntheticTraining() {}

    /** Writes the file. */
    public static Path in(Path folder, String name) throws IOException {
        byte[] bytes = Files.readAllBytes(ALL);
        int length = Math.toIntExact(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(0));
        JsonObject all = JsonParser.parseString(new String(bytes, Long.BYTES, length, StandardCharsets.UTF_8)).getAsJsonObject();
        JsonObject header = new JsonObject(), metadata = all.getAsJsonObject("__metadata__");
        JsonArray cases = new JsonArray();
        for (JsonElement c : JsonParser.parseString(metadata.get("cases").getAsString()).getAsJsonArray()) {
            if (c.getAsJsonObject().get("case").getAsString().equals(name)) {
                cases.add(c);
            }
        }
        metadata.addProperty("cases", cases.toString());
        header.add("__metadata__", metadata);
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (String tensor : all.keySet()) {
            if (tensor.matches("(start|grads|" + name + ")/.*")) {
                JsonObject kept = all.getAsJsonObject(tensor);
                JsonArray offsets = kept.getAsJsonArray("data_offsets");
                int from = offsets.get(0).getAsInt(), to = offsets.get(1).getAsInt();
                kept.add("data_offsets", SyntheticRecording.numbers(data.size(), data.size() + to - from));
                data.write(bytes, Long.BYTES + length + from, to - from);
                header.add(tensor, kept);
            }
        }
        byte[] head = header.toString().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, head.length).array());
        file.write(head);
        data.writeTo(file);
        return Files.write(folder.resolve("one.safetensors"), file.toByteArray());
    }
}
