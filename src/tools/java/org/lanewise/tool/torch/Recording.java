package org.lanewise.tool.torch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.lanewise.tool.torch.Safetensors.Stored;

/**
 * What optimizers of PyTorch did to single tensors: {@code src/docs/torch/README.md} says how a file holds it. Parameters and states were
 * recorded after some of the steps; the learning rate may change between steps, for all cases alike.
 */
public final class Recording implements AutoCloseable {
    /** PyTorch's name of the parameters. */
    public static final String PARAMETERS = "w";

    private static final int MOST_STEPS = 1_000_000;
    private static final List<String> NEEDED = List.of("torch", "path", "steps", "all_steps", "cases");
    private static final String FACTORS = "learning_rate_factors";

    private final Path file;
    private final Safetensors tensors;
    private final List<OptimizerCase> cases = new ArrayList<>();
    private final NavigableSet<Integer> recordedSteps = new TreeSet<>();
    private final NavigableMap<Integer, Double> factors = new TreeMap<>();
    private int steps;

    private Recording(Path file, Safetensors tensors) {
        this.file = file;
        this.tensors = tensors;
    }

    /**
     * Opens a file and checks what it says of itself.
     *
     * @param file where it is
     * @return its cases; to be closed
     * @throws IOException if it cannot be read, is malformed or holds something else; the message names it and the reason
     */
    public static Recording open(Path file) throws IOException {
        Recording recording = new Recording(file, Safetensors.open(file));
        try {
            recording.readMetadata();
            return recording;
        } catch (IOException e) {
            recording.close();
            throw recording.refused(e);
        }
    }

    /** Where its numbers come from. */
    public Origin origin() {
        return new Origin(Text.shortened(tensors.metadata().get("torch")), Text.shortened(tensors.metadata().get("path")),
                Text.shortened(tensors.metadata().getOrDefault("cpu_capability", "")), steps, List.copyOf(recordedSteps));
    }

    /** All cases, in the order of the file. */
    public List<OptimizerCase> cases() {
        return List.copyOf(cases);
    }

    /** Number of steps of every case. */
    public int steps() {
        return steps;
    }

    /** After which steps parameters and states were recorded, the first one first. */
    public NavigableSet<Integer> recordedSteps() {
        return Collections.unmodifiableNavigableSet(recordedSteps);
    }

    /** What the first learning rate is multiplied by in a step. */
    public double learningRateFactor(int step) {
        Map.Entry<Integer, Double> factor = factors.floorEntry(step);
        return factor == null ? 1 : factor.getValue();
    }

    /** All of these factors. */
    List<Double> learningRateFactors() {
        return List.copyOf(factors.values());
    }

    /** The parameters before the first step. */
    public float[] start(OptimizerCase c) throws IOException {
        return floats(c.start(), 0, c);
    }

    /** The gradients of a step. */
    public float[] gradient(OptimizerCase c, int step) throws IOException {
        return floats(c.gradients(), (step - 1) * c.size(), c);
    }

    private float[] floats(String tensor, long first, OptimizerCase c) throws IOException {
        return tensors.floats(tensor, first, Math.toIntExact(c.size()));
    }

    /** The parameters or a state after a step: all of its numbers, as floats, or as one double if it is a number of its own. */
    public Recorded recorded(OptimizerCase c, int step, String what) throws IOException {
        String name = name(c, step, what);
        Stored stored = tensors.find(name).orElseThrow(() -> new IllegalArgumentException("no tensor '" + name + "'"));
        return stored.type().equals("F64") ? new Recorded.Scalar(tensors.numbers(name, 1)[0])
                : new Recorded.Floats(tensors.floats(name, 0, Math.toIntExact(stored.elements())));
    }

    private static String name(OptimizerCase c, int step, String what) {
        return c.name() + "/s" + step + "/" + what;
    }

    /** Refuses a case if a tensor of it is not there, or has another type or number of elements than it must have. */
    public void require(OptimizerCase c) throws IOException {
        try {
            // Longest array of every JVM.
            if (c.size() > Integer.MAX_VALUE - 8) {
                throw new IOException("has " + c.size() + " elements, at most " + (Integer.MAX_VALUE - 8) + " can be compared");
            }
            require(c.start(), c.size());
            require(c.gradients(), Math.multiplyExact(c.size(), steps));
            for (int step : recordedSteps) {
                require(name(c, step, PARAMETERS), c.size());
                for (String state : c.states()) {
                    Stored stored = find(name(c, step, state));
                    boolean number = stored.type().equals("F64") && stored.shape().isEmpty();
                    if (!number && (!stored.type().equals("F32") || stored.elements() > c.size())) {
                        throw new IOException("tensor " + Text.quoted(name(c, step, state)) + " must be F32 of at most " + c.size()
                                + " elements or one F64, got " + stored.type() + " of " + Text.shortened(stored.shape().toString()));
                    }
                }
            }
        } catch (IOException e) {
            throw refused(new IOException("case " + Text.quoted(c.name()) + ": " + e.getMessage(), e));
        }
    }

    private void require(String tensor, long elements) throws IOException {
        Stored stored = find(tensor);
        if (!stored.type().equals("F32") || stored.elements() != elements) {
            throw new IOException("tensor " + Text.quoted(tensor) + " must be F32 of " + elements + " elements, got " + stored.type()
                    + " of " + stored.elements());
        }
    }

    private Stored find(String tensor) throws IOException {
        return tensors.find(tensor).orElseThrow(() -> new IOException("no tensor " + Text.quoted(tensor)));
    }

    private void readMetadata() throws IOException {
        for (String key : NEEDED) {
            if (!tensors.metadata().containsKey(key)) {
                throw new IOException("metadata has no " + key + ", and a recording needs " + String.join(", ", NEEDED));
            }
        }
        steps = Numbers.positive("all_steps", tensors.metadata().get("all_steps"), MOST_STEPS);
        for (String step : tensors.metadata().get("steps").split(",", -1)) {
            int next = Numbers.positive("steps", step, steps);
            if (!recordedSteps.isEmpty() && next <= recordedSteps.last()) {
                throw new IOException("steps must rise, got " + next + " after " + recordedSteps.last());
            }
            recordedSteps.add(next);
        }
        readFactors();
        readCases();
    }

    private void readFactors() throws IOException {
        JsonObject values = StrictJson.object(FACTORS, tensors.metadata().getOrDefault(FACTORS, "{}"));
        for (Map.Entry<String, JsonElement> entry : values.entrySet()) {
            double factor = entry.getValue() instanceof JsonPrimitive number && number.isNumber() ? number.getAsDouble() : Double.NaN;
            if (!Double.isFinite(factor) || factor < 0) {
                throw new IOException(FACTORS + " must be finite numbers from 0 on, got " + Text.shortened(entry.getValue().toString()));
            }
            factors.put(Numbers.positive("steps of " + FACTORS, entry.getKey(), MOST_STEPS), factor);
        }
    }

    private void readCases() throws IOException {
        if (!(StrictJson.value("cases", tensors.metadata().get("cases")) instanceof JsonArray values) || values.isEmpty()) {
            throw new IOException("cases must be a list of at least one, got "
                    + Text.shortened(tensors.metadata().get("cases")));
        }
        Set<String> names = new HashSet<>();
        for (JsonElement value : values) {
            OptimizerCase c = OptimizerCase.of(cases.size(), value);
            if (!names.add(c.name())) {
                throw new IOException("two cases are named " + Text.quoted(c.name()));
            }
            cases.add(c);
        }
    }

    /** With the file's name before the reason. */
    IOException refused(IOException e) {
        return new IOException(file + ": is no recording of optimizers: " + e.getMessage(), e);
    }

    @Override
    public void close() throws IOException {
        tensors.close();
    }
}
