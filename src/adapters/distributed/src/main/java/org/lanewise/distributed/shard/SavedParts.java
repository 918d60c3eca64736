package org.lanewise.distributed.shard;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.safetensors.JsonReader;
import org.lanewise.safetensors.JsonWriter;
import org.lanewise.safetensors.Replacement;
import org.lanewise.safetensors.SafetensorsInput;
import org.lanewise.safetensors.SafetensorsOutput;
import org.lanewise.snapshot.Snapshot;
import org.lanewise.snapshot.SnapshotFile;
import org.lanewise.snapshot.TensorPart;

/**
 * The file of one rank: a checkpoint of its parts of the tensors, with an entry of the metadata that says which parts these are. A
 * checkpoint of one process is a file whose parts are whole.
 *
 * @param input the open file
 * @param snapshot what is in it
 * @param places where its parts belong, by tensor
 */
record SavedParts(SafetensorsInput input, Snapshot snapshot, Map<String, Place> places) implements AutoCloseable {
    private static final String KEY = "parts";

    /**
     * Where a part belongs.
     *
     * @param shape of the whole tensor
     * @param start index of the part's first element in it
     */
    record Place(List<Long> shape, long start) {
        long size() {
            return shape.stream().reduce(1L, (a, b) -> a * b);
        }
    }

    /** Writes a file. */
    static void write(Snapshot snapshot, Map<String, Place> places, Path file) throws IOException {
        Map<String, Object> described = new LinkedHashMap<>();
        places.forEach((name, place) -> described.put(name, Map.of("shape", place.shape(), "start", place.start())));
        SafetensorsOutput output = new SafetensorsOutput();
        output.metadata(KEY, JsonWriter.text(described));
        SnapshotFile.put(snapshot, output);
        output.write(file);
    }

    /** Opens a file, and compares its checksums. */
    static SavedParts open(Path file) throws IOException {
        SafetensorsInput input = SafetensorsInput.open(file);
        try {
            input.verify();
            Snapshot snapshot = SnapshotFile.read(input);
            return new SavedParts(input, snapshot, places(input.metadata().get(KEY), snapshot));
        } catch (IOException e) {
            input.close();
            throw Replacement.failed(file, "cannot be loaded", e);
        } catch (Throwable e) {
            input.close();
            throw e;
        }
    }

    private static Map<String, Place> places(String text, Snapshot snapshot) throws IOException {
        Map<String, Place> places = new HashMap<>();
        if (text == null) {
            snapshot.tensors().forEach(tensor -> places.put(tensor.name(), new Place(tensor.shape(), 0)));
            return places;
        }
        JsonReader json = new JsonReader("metadata '" + KEY + "'", text.getBytes(StandardCharsets.UTF_8));
        Object value = json.value();
        json.end();
        for (TensorPart tensor : snapshot.tensors()) {
            places.put(tensor.name(), place(value instanceof Map<?, ?> map ? map.get(tensor.name()) : null, tensor));
        }
        return places;
    }

    private static Place place(Object value, TensorPart part) throws IOException {
        if (value instanceof Map<?, ?> map && map.get("shape") instanceof List<?> shape && map.get("start") instanceof Long start
                && shape.stream().allMatch(each -> each instanceof Long size && size >= 0)) {
            Place place = new Place(shape.stream().map(Long.class::cast).toList(), start);
            long length = length(part);
            if (start >= 0 && length <= place.size() && start <= place.size() - length) {
                return place;
            }
        }
        throw new IOException("metadata '" + KEY + "' must say where the part of '" + part.name() + "' belongs, got " + value);
    }

    static long length(TensorPart part) {
        return part.shape().stream().reduce(1L, (a, b) -> a * b);
    }

    @Override
    public void close() {
        input.close();
    }
}
