package org.lanewise.snapshot;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.lanewise.LossScaler;
import org.lanewise.execution.GroupSteps;
import org.lanewise.execution.Presence;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Shape;
import org.lanewise.safetensors.Dtype;
import org.lanewise.safetensors.JsonReader;
import org.lanewise.safetensors.JsonWriter;
import org.lanewise.safetensors.Numbers;
import org.lanewise.safetensors.SafetensorsInput;
import org.lanewise.safetensors.SafetensorsOutput;
import org.lanewise.safetensors.Stored;
import org.lanewise.schedule.ReduceOnPlateau;

/**
 * A snapshot as a safetensors file: numbers as tensors, all else as JSON in one entry of the metadata. {@code src/docs/checkpoint.md} has
 * the format.
 */
public final class SnapshotFile {
    /** Entry of the metadata that has the description. */
    public static final String KEY = "lanewise";

    /** Entries of the metadata that are not the user's. */
    public static final Set<String> KEYS = Set.of("format", KEY, "crc32c");

    private static final long VERSION = 1;
    private static final String STATE = "state.", AVERAGE = "average.", ACCUMULATED = "accumulated.", STEP = "step";

    private SnapshotFile() {}

    /**
     * Puts a snapshot into a file that is to be written.
     *
     * @param snapshot the snapshot
     * @param output the file
     * @throws IllegalArgumentException if two of its tensors would have one name
     */
    public static void put(Snapshot snapshot, SafetensorsOutput output) {
        // As torch's own files have it; transformers reads no others.
        output.metadata("format", "pt");
        output.metadata(KEY, JsonWriter.text(describe(snapshot)));
        Map<String, GroupPart> groups = byTensor(snapshot.groups());
        for (TensorPart tensor : snapshot.tensors()) {
            String name = tensor.name();
            GroupPart group = groups.get(name);
            tensor.parameter().ifPresent(each -> put(output, name, tensor.shape(), each));
            tensor.average().ifPresent(each -> put(output, AVERAGE + name, tensor.shape(), each));
            tensor.accumulated().ifPresent(each -> put(output, ACCUMULATED + name, tensor.shape(), each));
            Map<String, String> names = StateNames.of(group.ruleName(), tensor.shape().size() < 2);
            tensor.states().forEach((state, each) -> put(output, STATE + name + "." + names.getOrDefault(state, state),
                    shape(tensor.shape(), each.extent()), each.numbers()));
            if (!group.frozen()) {
                float[] step = {Snapshot.ownSteps(group, tensor)};
                put(output, STATE + name + "." + STEP, List.of(),
                        new Numbers(Dtype.F32, 1, MemorySegment.ofArray(step)));
            }
        }
    }

    private static void put(SafetensorsOutput output, String name, List<Long> shape, Numbers numbers) {
        output.tensor(name, shape, numbers.type(), numbers.memory());
    }

    private static Map<String, GroupPart> byTensor(List<GroupPart> groups) {
        Map<String, GroupPart> all = new HashMap<>();
        groups.forEach(group -> group.tensors().forEach(tensor -> all.put(tensor, group)));
        return all;
    }

    /** The tensor's shape with 1 in the place of what a state has one number for, as PyTorch has it. */
    private static List<Long> shape(List<Long> tensor, Extent extent) {
        List<Long> shape = new ArrayList<>(extent == Extent.TENSOR ? List.of() : tensor);
        int last = shape.size() - 1;
        if (last >= 0 && (extent == Extent.ROW || extent == Extent.MATRIX)) {
            shape.set(last, 1L);
        }
        if (last >= 1 && (extent == Extent.COLUMN || extent == Extent.MATRIX)) {
            shape.set(last - 1, 1L);
        }
        // Without elements there are no rows.
        return extent != Extent.TENSOR && tensor.contains(0L) ? List.of(0L) : shape;
    }

    private static Map<String, Object> describe(Snapshot snapshot) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("version", VERSION);
        all.put("steps", snapshot.steps());
        all.put("accumulatedWeight", snapshot.accumulatedWeight());
        snapshot.lossScale().ifPresent(state -> all.put("lossScale", components(state)));
        all.put("options", snapshot.options());
        Map<String, TensorPart> tensors = new HashMap<>();
        snapshot.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
        all.put("groups", snapshot.groups().stream().map(group -> describe(group, tensors.get(group.tensors().getFirst()))).toList());
        Map<String, Object> positions = new LinkedHashMap<>();
        snapshot.tensors().forEach(tensor -> {
            if (!tensor.position().equals(Presence.Position.ALWAYS_THERE)) {
                positions.put(tensor.name(), components(tensor.position()));
            }
        });
        all.put("tensors", snapshot.tensors().stream().map(TensorPart::name).toList());
        all.put("positions", positions);
        Map<String, Object> trackers = new TreeMap<>();
        snapshot.trackers().forEach((name, state) -> trackers.put(name, components(state)));
        all.put("trackers", trackers);
        return all;
    }

    private static Object components(Record of) {
        Map<String, Object> all = Described.object(of);
        all.remove(Described.CLASS);
        return all;
    }

    /** {@code first} is its first tensor: what states there are is the same for all. */
    private static Map<String, Object> describe(GroupPart group, TensorPart first) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("name", group.name());
        all.put("frozen", group.frozen());
        if (!group.frozen()) {
            all.put("rule", group.rule());
            all.put("maximize", group.maximize());
            all.put("schedules", group.schedules());
            all.put("factor", group.factor());
            all.put("learningRate", group.position().learningRate());
            all.put("previousLearningRate", group.position().previousLearningRate());
            all.put("begun", group.position().before());
            Map<String, Object> states = new LinkedHashMap<>();
            first.states().forEach((name, state) -> states.put(name, state.extent().name()));
            all.put("states", states);
            all.put("keys", new TreeMap<>(StateNames.of(group.ruleName(), false)));
            all.put("keysOfVectors", new TreeMap<>(StateNames.of(group.ruleName(), true)));
        }
        all.put("tensors", group.tensors());
        return all;
    }

    /**
     * Reads a snapshot.
     *
     * @param input the file, which must stay open as long as the snapshot is used
     * @return numbers in the mapped file
     * @throws IOException if it is no checkpoint, or not a whole one
     */
    public static Snapshot read(SafetensorsInput input) throws IOException {
        String text = input.metadata().get(KEY);
        if (text == null) {
            throw new IOException("it is no checkpoint of an optimizer: its metadata have no '" + KEY + "'");
        }
        JsonReader json = new JsonReader("metadata '" + KEY + "'", text.getBytes(StandardCharsets.UTF_8));
        Fields all = Fields.of("the description", json.value());
        json.end();
        if (all.count("version") != VERSION) {
            throw new IOException("version of the description must be " + VERSION + ", got " + all.count("version"));
        }
        try {
            return read(all, input);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static Snapshot read(Fields all, SafetensorsInput input) throws IOException {
        long steps = all.count("steps");
        double weight = all.real("accumulatedWeight");
        if (!(weight >= 0 && weight <= Double.MAX_VALUE)) {
            throw new IOException("'accumulatedWeight' of " + all.what() + " must be finite and at least 0, got " + weight);
        }
        Optional<LossScaler.State> scale = Optional.empty();
        if (all.has("lossScale")) {
            Fields state = Fields.of("'lossScale'", all.object("lossScale"));
            scale = Optional.of(new LossScaler.State((float) state.real("scale"), state.small("growthTracker"),
                    state.small("hysteresisLeft")));
        }
        List<GroupPart> groups = new ArrayList<>();
        Map<String, GroupPart> byTensor = new HashMap<>();
        Map<String, Fields> descriptions = new HashMap<>();
        for (Object each : all.list("groups")) {
            Fields description = Fields.of("a group", each);
            GroupPart group = group(description, steps);
            groups.add(group);
            for (String tensor : group.tensors()) {
                byTensor.put(tensor, group);
                descriptions.put(tensor, description);
            }
        }
        Map<String, ReduceOnPlateau.State> trackers = new TreeMap<>();
        for (Map.Entry<?, ?> each : all.object("trackers").entrySet()) {
            Fields state = Fields.of("tracker '" + each.getKey() + "'", each.getValue());
            trackers.put((String) each.getKey(), new ReduceOnPlateau.State(state.real("initial"), state.real("value"), state.real("best"),
                    state.small("bad"), state.small("cooling")));
        }
        Map<?, ?> positions = all.object("positions");
        List<TensorPart> tensors = new ArrayList<>();
        for (String name : all.texts("tensors")) {
            GroupPart group = Optional.ofNullable(byTensor.get(name))
                    .orElseThrow(() -> new IllegalArgumentException("'" + name + "' is in no group"));
            Presence.Position position = positions.containsKey(name)
                    ? position(Fields.of("position of '" + name + "'", positions.get(name)), group) : Presence.Position.ALWAYS_THERE;
            tensors.add(tensor(name, group, descriptions.get(name), position, input));
        }
        return new Snapshot(steps, weight, scale, plain(all.object("options")), groups, tensors, trackers);
    }

    private static Map<String, Object> plain(Map<?, ?> map) {
        Map<String, Object> all = new LinkedHashMap<>();
        map.forEach((key, value) -> all.put((String) key, value));
        return all;
    }

    private static GroupPart group(Fields group, long steps) throws IOException {
        if (group.flag("frozen")) {
            return GroupPart.frozen(group.text("name"), group.texts("tensors"));
        }
        GroupSteps.Position position = new GroupSteps.Position(group.real("learningRate"), group.real("previousLearningRate"),
                group.count("begun"), steps);
        if (position.before() > steps || Double.isNaN(position.previousLearningRate())) {
            throw new IOException("group '" + group.text("name") + "' must have begun after at most " + steps + " steps, with a learning "
                    + "rate of the last one, got " + position);
        }
        return new GroupPart(group.text("name"), false, group.flag("maximize"), plain(group.object("rule")),
                plain(group.object("schedules")), group.real("factor"), position, group.texts("tensors"));
    }

    private static Presence.Position position(Fields position, GroupPart group) throws IOException {
        long missed = position.count("missed"), most = group.position().done() - group.position().before();
        if (missed > most) {
            throw new IOException(position.what() + " must have missed at most " + most + " steps, got " + missed);
        }
        return new Presence.Position(missed, position.flag("wasAbsent"), position.real("previousLearningRate"));
    }

    private static TensorPart tensor(String name, GroupPart group, Fields description, Presence.Position position, SafetensorsInput input)
            throws IOException {
        Stored parameter = input.find(name).orElseThrow(() -> new IOException("parameters of '" + name + "' are not in it"));
        Shape shape = Shape.of(parameter.shape().stream().mapToLong(Long::longValue).toArray());
        Map<String, TensorPart.State> states = new LinkedHashMap<>();
        if (!group.frozen()) {
            Fields names = description.inner(parameter.shape().size() < 2 ? "keysOfVectors" : "keys");
            Fields extents = description.inner("states");
            for (Object state : extents.map().keySet()) {
                String own = (String) state, key = STATE + name + "." + (names.has(own) ? names.text(own) : own);
                Extent extent = Extent.valueOf(extents.text(own));
                Numbers numbers = find(key, shape.count(extent), input)
                        .orElseThrow(() -> new IOException("tensor '" + key + "' is not in it"));
                states.put(own, new TensorPart.State(extent, 0, numbers));
            }
        }
        return new TensorPart(name, parameter.shape(), Optional.of(numbers(parameter, input)), states,
                find(AVERAGE + name, shape.size(), input), find(ACCUMULATED + name, shape.size(), input), position);
    }

    private static Optional<Numbers> find(String name, long size, SafetensorsInput input) throws IOException {
        Optional<Stored> stored = input.find(name);
        if (stored.isPresent() && stored.get().size() != size) {
            throw new IOException("tensor '" + name + "' must have " + size + " numbers, got " + stored.get().size());
        }
        return stored.isEmpty() ? Optional.empty() : Optional.of(numbers(stored.get(), input));
    }

    private static Numbers numbers(Stored tensor, SafetensorsInput input) throws IOException {
        if (!tensor.type().isReal()) {
            throw new IOException("tensor '" + tensor.name() + "' must be of F16, BF16, F32 or F64, got " + tensor.type());
        }
        return input.numbers(tensor);
    }
}
