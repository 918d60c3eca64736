package org.lanewise.tool.checkpoint;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.lanewise.Group;
import org.lanewise.Optimizer;
import org.lanewise.OptimizerBuilder;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Rule;
import org.lanewise.checkpoint.Checkpoint;
import org.lanewise.checkpoint.SafetensorsWriter;
import org.lanewise.checkpoint.TorchCheckpoint;
import org.lanewise.safetensors.Replacement;
import org.lanewise.safetensors.SafetensorsInput;
import org.lanewise.snapshot.Described;
import org.lanewise.snapshot.Deviation;
import org.lanewise.snapshot.GroupPart;
import org.lanewise.snapshot.Loading;
import org.lanewise.snapshot.Resumption;
import org.lanewise.snapshot.Snapshot;
import org.lanewise.snapshot.SnapshotFile;
import org.lanewise.snapshot.TensorPart;
import org.lanewise.torch.SavedTraining;
import org.lanewise.torchfile.Pickled;
import org.lanewise.torchfile.TorchFile;
import org.lanewise.torchfile.TorchFileWriter;

/** Makes a checkpoint of one format of one of the other: by an optimizer that goes on from it, or of the tensors if there is none. */
public final class Conversion {
    private static final String SAFETENSORS = ".safetensors", RULES = "org.lanewise.rule.";

    private Conversion() {}

    /**
     * Converts a file.
     *
     * @param from what to read
     * @param to what to write; the end of its name says in which format
     * @throws IOException if a file cannot be read or written, or has what the other format cannot hold; the message says what
     */
    public static void run(Path from, Path to) throws IOException {
        boolean toSafetensors = to.toString().endsWith(SAFETENSORS);
        if (!toSafetensors && !to.toString().endsWith(".pt") && !to.toString().endsWith(".pth")) {
            throw new IOException("name of the file to write must end with .safetensors, .pt or .pth, got '" + to + "'");
        }
        if (CheckpointContent.isTorch(from) != toSafetensors) {
            throw new IOException(from + ": is in the format of " + to + " already");
        }
        try {
            if (toSafetensors) {
                fromTorch(from, to);
            } else {
                toTorch(from, to);
            }
        } catch (IllegalArgumentException e) {
            throw new IOException(from + ": cannot be converted: " + e.getMessage(), e);
        }
    }

    private static void fromTorch(Path from, Path to) throws IOException {
        boolean trains;
        try (TorchFile file = TorchFile.open(from)) {
            trains = SavedTraining.of(file.root(), SavedTraining.Settings.NONE).optimizer().isPresent();
        }
        if (!trains) {
            copyToSafetensors(from, to);
            return;
        }
        try (TorchCheckpoint file = TorchCheckpoint.open(from); ParameterStore store = file.storeBuilder().build();
                Optimizer optimizer = file.optimizerBuilder(store).build()) {
            file.load(optimizer);
            Checkpoint.of(optimizer).save(to);
        }
    }

    private static void copyToSafetensors(Path from, Path to) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
        try (CheckpointContent content = CheckpointContent.open(from); Arena arena = Arena.ofShared()) {
            for (Map.Entry<String, Pickled.Tensor> each : content.tensors().entrySet()) {
                Pickled.Tensor tensor = each.getValue();
                MemorySegment bytes = arena.allocate(tensor.size() * tensor.dtype().bytes());
                tensor.elements().read(0, bytes);
                writer.tensor(each.getKey(), tensor.dtype().name(), bytes, tensor.shape().stream().mapToLong(Long::longValue).toArray());
            }
            writer.write(to);
        }
    }

    private static void toTorch(Path from, Path to) throws IOException {
        try (SafetensorsInput input = SafetensorsInput.open(from)) {
            if (input.metadata().containsKey(SnapshotFile.KEY)) {
                input.verify();
                Snapshot snapshot = SnapshotFile.read(input);
                try (ParameterStore store = store(snapshot); Optimizer optimizer = optimizer(snapshot, store)) {
                    new Resumption(snapshot, optimizer, Map.of(),
                            Loading.STRICT.allowing(Deviation.OPTIONS).allowing(Deviation.STORAGES)).run();
                    TorchCheckpoint.save(to, optimizer);
                }
                return;
            }
        }
        try (CheckpointContent content = CheckpointContent.open(from)) {
            Map<Pickled.Key, Pickled> model = new LinkedHashMap<>();
            content.tensors().forEach((name, tensor) -> model.put(new Pickled.Text(name), tensor));
            Replacement.of(to, channel -> TorchFileWriter.write(new Pickled.Dict(model), channel));
        }
    }

    private static ParameterStore store(Snapshot snapshot) {
        ParameterStoreBuilder builder = ParameterStore.builder();
        for (TensorPart tensor : snapshot.tensors()) {
            builder.tensor(tensor.name(), tensor.shape().stream().mapToLong(Long::longValue).toArray());
        }
        return builder.build();
    }

    private static Optimizer optimizer(Snapshot snapshot, ParameterStore store) {
        OptimizerBuilder builder = Optimizer.builder(store);
        for (int k = 0; k < snapshot.groups().size(); k++) {
            GroupPart part = snapshot.groups().get(k);
            if (!part.schedules().isEmpty()) {
                throw new IllegalArgumentException("group '" + part.name() + "' has schedules, which PyTorch's files do not hold: load it "
                        + "in the program that has them, and save with TorchCheckpoint");
            }
            Set<String> members = new HashSet<>(part.tensors());
            Group group = Group.of(part.name() + " " + k, tensor -> members.contains(tensor.name()));
            builder.group(part.frozen() ? group.frozen()
                    : group.withRule(rule(part.rule())).withLearningRateFactor(part.factor()).withMaximize(part.maximize()));
        }
        return builder.build();
    }

    /** One of the library's rules, with the components that the file names. */
    private static Rule rule(Map<String, Object> described) {
        String name = String.valueOf(described.get(Described.CLASS));
        try {
            Class<?> type = name.startsWith(RULES) ? Class.forName(name) : Object.class;
            if (!Rule.class.isAssignableFrom(type) || !type.isRecord()) {
                throw new IllegalArgumentException("rule must be one of the library's, got " + name);
            }
            RecordComponent[] components = type.getRecordComponents();
            Object[] values = Stream.of(components).map(component -> value(component, described.get(component.getName()))).toArray();
            return (Rule) type.getConstructor(Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new))
                    .newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("rule " + described + " cannot be made: " + e.getMessage(), e);
        }
    }

    private static Object value(RecordComponent component, Object value) {
        if (component.getType() == double.class && value instanceof Number number) {
            return number.doubleValue();
        }
        if (component.getType() == boolean.class && value instanceof Boolean) {
            return value;
        }
        throw new IllegalArgumentException("component '" + component.getName() + "' must be of type " + component.getType() + ", got "
                + value);
    }
}
