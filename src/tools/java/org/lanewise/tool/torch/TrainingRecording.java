package org.lanewise.tool.torch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lanewise.tool.torch.Safetensors.Stored;

/**
 * What whole training steps of PyTorch did to several tensors: {@code src/docs/torch/README.md} says how a file holds it. All cases begin
 * with the same parameters and have the same gradients.
 */
public final class TrainingRecording implements AutoCloseable {
    /** The state that an average is recorded as. */
    static final String AVERAGE = "average";

    private static final String FEATURES = "features";
    private static final String START = "start/", GRADIENTS = "grads/", NORMS = "/norms";
    private static final int MOST_STEPS = 1_000_000;
    private static final int MOST_ELEMENTS = 1 << 24;

    private final Path file;
    private final Safetensors stored;
    private final List<TrainingCase> cases = new ArrayList<>();
    private final List<String> tensors = new ArrayList<>();
    private final List<Integer> recordedSteps = new ArrayList<>();
    private int steps;

    private TrainingRecording(Path file, Safetensors stored) {
        this.file = file;
        this.stored = stored;
    }

    /**
     * Whether a file holds whole training steps rather than those of single tensors.
     *
     * @param file where it is
     * @return whether it says so of itself
     * @throws IOException if it cannot be read or is malformed; the message names it and the reason
     */
    public static boolean is(Path file) throws IOException {
        try (Safetensors stored = Safetensors.open(file)) {
            return stored.metadata().containsKey(FEATURES);
        }
    }

    /**
     * Opens a file and checks what it says of itself.
     *
     * @param file where it is
     * @return its cases; to be closed
     * @throws IOException if it cannot be read, is malformed or holds something else; the message names it and the reason
     */
    public static TrainingRecording open(Path file) throws IOException {
        TrainingRecording recording = new TrainingRecording(file, Safetensors.open(file));
        try {
            recording.read();
            return recording;
        } catch (IOException e) {
            recording.close();
            throw recording.refused(e);
        }
    }

    private void read() throws IOException {
        for (String key : List.of("torch", "steps", "cases")) {
            if (!stored.metadata().containsKey(key)) {
                throw new IOException("metadata has no " + key);
            }
        }
        for (String name : stored.names()) {
            if (name.startsWith(START)) {
                readTensor(name.substring(START.length()));
            }
        }
        if (tensors.isEmpty()) {
            throw new IOException("no tensor begins with " + START);
        }
        for (String step : stored.metadata().get("steps").split(",", -1)) {
            int next = Numbers.positive("steps", step, steps);
            if (!recordedSteps.isEmpty() && next <= recordedSteps.getLast()) {
                throw new IOException("steps must rise, got " + next + " after " + recordedSteps.getLast());
            }
            recordedSteps.add(next);
        }
        if (!(StrictJson.value("cases", stored.metadata().get("cases")) instanceof JsonArray values) || values.isEmpty()) {
            throw new IOException("cases must be a list of at least one, got " + Text.shortened(stored.metadata().get("cases")));
        }
        Set<String> names = new HashSet<>();
        for (JsonElement value : values) {
            TrainingCase c = TrainingCase.of(cases.size(), value);
            if (!names.add(c.name())) {
                throw new IOException("two cases are named " + Text.quoted(c.name()));
            }
            cases.add(c);
        }
        requireNoOther();
    }

    /** Refuses tensors that would not be compared. */
    private void requireNoOther() throws IOException {
        Set<String> prefixes = new HashSet<>();
        tensors.forEach(tensor -> prefixes.addAll(List.of(START + tensor, GRADIENTS + tensor)));
        for (TrainingCase c : cases) {
            recordedSteps.forEach(step -> tensors.forEach(tensor -> prefixes.add(name(c, step, tensor, ""))));
            if (c.clipsNorm()) {
                prefixes.add(c.name() + NORMS);
            }
        }
        for (String name : stored.names()) {
            if (!prefixes.contains(name) && !prefixes.contains(name.substring(0, name.lastIndexOf('/') + 1))) {
                throw new IOException("tensor " + Text.quoted(name) + " belongs to no case");
            }
        }
    }

    private void readTensor(String tensor) throws IOException {
        Stored start = find(START + tensor), gradients = find(GRADIENTS + tensor);
        List<Long> shape = gradients.shape();
        if (!start.type().equals("F32") || !gradients.type().equals("F32") || start.shape().isEmpty() || start.elements() > MOST_ELEMENTS
                || shape.isEmpty() || !shape.subList(1, shape.size()).equals(start.shape()) || shape.getFirst() > MOST_STEPS) {
            throw new IOException("tensor " + Text.quoted(GRADIENTS + tensor) + " must be F32 of steps times the shape of its start, "
                    + start.shape() + ", got " + gradients.type() + " " + Text.shortened(shape.toString()));
        }
        int own = Math.toIntExact(shape.getFirst());
        if (!tensors.isEmpty() && own != steps) {
            throw new IOException("tensor " + Text.quoted(GRADIENTS + tensor) + " has " + own + " steps, others have " + steps);
        }
        steps = own;
        tensors.add(tensor);
    }

    /** Where its numbers come from. */
    public Origin origin() {
        return new Origin(Text.shortened(stored.metadata().get("torch")), Text.shortened(stored.metadata().getOrDefault("path", "single")),
                Text.shortened(stored.metadata().getOrDefault("cpu_capability", "")), steps, List.copyOf(recordedSteps));
    }

    /** All cases, in the order of the file. */
    List<TrainingCase> cases() {
        return List.copyOf(cases);
    }

    /** Names of the tensors that are trained, in PyTorch's order. */
    List<String> tensors() {
        return List.copyOf(tensors);
    }

    /** Dimensions of a tensor. */
    long[] shape(String tensor) throws IOException {
        return find(START + tensor).shape().stream().mapToLong(Long::longValue).toArray();
    }

    /** The parameters before the first step. */
    float[] start(String tensor) throws IOException {
        return stored.floats(START + tensor, 0, size(tensor));
    }

    /** The gradients of a step. */
    float[] gradient(String tensor, int step) throws IOException {
        return stored.floats(GRADIENTS + tensor, (step - 1L) * size(tensor), size(tensor));
    }

    private int size(String tensor) throws IOException {
        return Math.toIntExact(find(START + tensor).elements());
    }

    /** What was recorded of a tensor after the first recorded step: parameters and states, by PyTorch's names. */
    List<String> recorded(TrainingCase c, String tensor) {
        String prefix = name(c, recordedSteps.getFirst(), tensor, "");
        return stored.names().stream().filter(name -> name.startsWith(prefix)).map(name -> name.substring(prefix.length())).toList();
    }

    /** What PyTorch had. */
    Recorded recorded(TrainingCase c, int step, String tensor, String what) throws IOException {
        String name = name(c, step, tensor, what);
        Stored found = find(name);
        if (found.type().equals("F64") && found.shape().isEmpty()) {
            return new Recorded.Scalar(stored.numbers(name, 1)[0]);
        }
        if (!found.type().equals("F32") || found.elements() != size(tensor)) {
            throw new IOException("tensor " + Text.quoted(name) + " must be F32 of " + size(tensor) + " elements or one F64, got "
                    + found.type() + " of " + found.elements());
        }
        return new Recorded.Floats(stored.floats(name, 0, size(tensor)));
    }

    private static String name(TrainingCase c, int step, String tensor, String what) {
        return c.name() + "/s" + step + "/" + tensor + "/" + what;
    }

    /** Norms of the gradients of all steps; empty if the case has none. */
    Optional<double[]> norms(TrainingCase c) throws IOException {
        if (!c.clipsNorm()) {
            return Optional.empty();
        }
        String name = c.name() + NORMS;
        Stored found = find(name);
        if (!found.type().equals("F64") || found.elements() != steps) {
            throw new IOException("tensor " + Text.quoted(name) + " must be F64 of " + steps + " elements, got " + found.type() + " of "
                    + found.elements());
        }
        return Optional.of(stored.numbers(name, steps));
    }

    private Stored find(String tensor) throws IOException {
        return stored.find(tensor).orElseThrow(() -> new IOException("no tensor " + Text.quoted(tensor)));
    }

    /** With the file's name before the reason. */
    IOException refused(IOException e) {
        return new IOException(file + ": is no recording of training steps: " + e.getMessage(), e);
    }

    @Override
    public void close() throws IOException {
        stored.close();
    }
}
