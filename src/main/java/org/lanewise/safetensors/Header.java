package org.lanewise.safetensors;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a file says of itself.
 *
 * @param metadata texts by their names
 * @param tensors by where they lie
 * @param checksumAt index in the header of the first character of {@link Checksums#KEY}'s text; -1 if there is none
 */
record Header(Map<String, String> metadata, List<Stored> tensors, int checksumAt) {
    /** The format's limit, for readers and writers. */
    static final int MOST_BYTES = 100_000_000;

    static final String METADATA = "__metadata__";

    /**
     * Reads and checks a header.
     *
     * @param bytes its text
     * @param dataBytes number of bytes that follow it
     * @throws IOException if a rule of the format is broken
     */
    static Header read(byte[] bytes, long dataBytes) throws IOException {
        JsonReader json = new JsonReader("header", bytes);
        Map<String, String> metadata = new LinkedHashMap<>();
        List<Stored> tensors = new ArrayList<>();
        int[] checksumAt = {-1};
        json.object(name -> {
            if (name.equals(METADATA)) {
                json.object(key -> {
                    if (key.equals(Checksums.KEY)) {
                        checksumAt[0] = json.position() + 1;
                    }
                    metadata.put(key, json.text());
                });
            } else {
                tensors.add(tensor(json, name));
            }
        });
        json.end();
        // Tensors without bytes come before the one that begins where they do.
        tensors.sort(Comparator.comparingLong(Stored::from).thenComparingLong(Stored::to));
        requireThatTheyCover(tensors, dataBytes);
        return new Header(metadata, tensors, checksumAt[0]);
    }

    private static Stored tensor(JsonReader json, String name) throws IOException {
        String tensor = "of tensor '" + name + "'";
        List<String> type = new ArrayList<>();
        List<Long> shape = new ArrayList<>(), offsets = new ArrayList<>();
        List<String> found = new ArrayList<>();
        json.object(field -> {
            found.add(field);
            switch (field) {
                case "dtype" -> type.add(json.text());
                case "shape" -> json.array(() -> shape.add(json.count()));
                case "data_offsets" -> json.array(() -> offsets.add(json.count()));
                default -> throw json.refused("has an unknown field '" + field + "' " + tensor);
            }
        });
        if (found.size() != 3 || offsets.size() != 2) {
            throw json.refused("needs dtype, shape and two data_offsets " + tensor + ", got " + found);
        }
        Dtype known = Dtype.of(type.getFirst()).orElseThrow(() -> json.refused("has an unknown dtype '" + type.getFirst() + "' " + tensor));
        long from = offsets.get(0), to = offsets.get(1), bytes = Stored.bytes(known, shape);
        if (to < from) {
            throw json.refused("has data_offsets " + tensor + " that end at " + to + " before they begin at " + from);
        }
        if (bytes < 0) {
            throw json.refused("has a shape " + tensor + " that needs " + (bytes == -1 ? "no whole number of" : "more than 2^63-1")
                    + " bytes: " + shortened(shape) + " of " + known);
        }
        if (bytes != to - from) {
            throw json.refused("has data_offsets " + tensor + " of " + (to - from) + " bytes, but shape " + shortened(shape) + " of "
                    + known + " needs " + bytes);
        }
        return new Stored(name, known, List.copyOf(shape), from, to);
    }

    private static String shortened(List<Long> shape) {
        return shape.size() <= 8 ? shape.toString() : shape.subList(0, 8) + "...";
    }

    /** No overlap, no hole, and nothing before or behind. */
    private static void requireThatTheyCover(List<Stored> tensors, long dataBytes) throws IOException {
        long end = 0;
        for (Stored each : tensors) {
            if (each.from() != end) {
                throw new IOException("tensor '" + each.name() + "' begins at byte " + each.from() + " of the data, but what is before it "
                        + "ends at " + end);
            }
            end = each.to();
        }
        if (end != dataBytes) {
            throw new IOException("tensors end at byte " + end + " of the data, but the file has " + dataBytes);
        }
    }
}
