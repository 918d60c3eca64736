package org.lanewise.tool.torch;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Tensor;
import org.lanewise.checkpoint.TorchCheckpoint;
import org.lanewise.tool.Printable;
import org.lanewise.tool.torch.Safetensors.Stored;

/**
 * How trainings of PyTorch went on from files of {@code torch.save}: for each file, gradients of the next steps and the parameters after
 * them. The files lie beside the recording; {@code src/docs/torch/README.md} says how it holds the rest.
 */
public final class ContinuedTraining implements Comparing, AutoCloseable {
    private static final String CASES = "cases", GRADIENTS = "/grads/", AFTER = "/after/", SUFFIX = ".pt";
    private static final int MOST_STEPS = 1_000_000, MOST_ELEMENTS = 1 << 24;

    private final Path recording;
    private final Safetensors stored;
    private final List<Case> cases = new ArrayList<>();
    private final List<Skipped> skipped = new ArrayList<>();
    private int steps;

    /** A file and what followed. */
    private record Case(String name, String optimizer, Path file) {}

    private ContinuedTraining(Path recording, Safetensors stored) {
        this.recording = recording;
        this.stored = stored;
    }

    /**
     * Whether a recording is one of trainings that go on.
     *
     * @param recording where it is
     * @return whether it says so of itself
     * @throws IOException if it cannot be read or is malformed; the message names it and the reason
     */
    public static boolean is(Path recording) throws IOException {
        try (Safetensors stored = Safetensors.open(recording)) {
            return stored.metadata().containsKey(CASES) && stored.names().stream().anyMatch(name -> name.contains(AFTER));
        }
    }

    /**
     * Opens a recording.
     *
     * @param recording where it is
     * @return its cases; to be closed
     * @throws IOException if it cannot be read, is malformed or holds something else; the message names it and the reason
     */
    public static ContinuedTraining open(Path recording) throws IOException {
        ContinuedTraining training = new ContinuedTraining(recording, Safetensors.open(recording));
        try {
            training.read();
            return training;
        } catch (IOException e) {
            training.close();
            throw training.refused(e);
        }
    }

    private void read() throws IOException {
        if (!(StrictJson.value(CASES, stored.metadata().get(CASES)) instanceof JsonArray values) || values.isEmpty()) {
            throw new IOException("cases must be a list of at least one");
        }
        for (JsonElement value : values) {
            if (!(value instanceof JsonArray parts) || parts.size() < 2 || !(parts.get(0) instanceof JsonPrimitive name) || !name.isString()
                    || !(parts.get(1) instanceof JsonPrimitive optimizer) || !optimizer.isString()) {
                throw new IOException("a case must be a list of its name, its optimizer and arguments, got "
                        + Text.shortened(value.toString()));
            }
            read(new Case(name.getAsString(), optimizer.getAsString(),
                    recording.resolveSibling(Printable.of(name.getAsString()) + SUFFIX)));
        }
    }

    private void read(Case c) throws IOException {
        if (names(c).isEmpty()) {
            throw new IOException("case " + Text.quoted(c.name()) + " has no gradients");
        }
        for (String tensor : names(c)) {
            Stored gradients = find(c.name() + GRADIENTS + tensor), after = find(c.name() + AFTER + tensor);
            List<Long> shape = gradients.shape();
            if (!gradients.type().equals("F32") || !after.type().equals("F32") || after.elements() > MOST_ELEMENTS || shape.isEmpty()
                    || !shape.subList(1, shape.size()).equals(after.shape()) || shape.getFirst() > MOST_STEPS
                    || steps != 0 && shape.getFirst() != steps) {
                throw new IOException("tensor " + Text.quoted(c.name() + GRADIENTS + tensor) + " must be F32 of "
                        + (steps == 0 ? "" : steps + " ") + "steps times the shape of the parameters, " + after.shape() + ", got "
                        + gradients.type() + " " + Text.shortened(shape.toString()));
            }
            steps = Math.toIntExact(shape.getFirst());
        }
        if (Files.isRegularFile(c.file())) {
            cases.add(c);
        } else {
            skipped.add(new Skipped(Printable.of(c.name()), "there is no file " + c.file().getFileName() + " beside the recording"));
        }
    }

    private List<String> names(Case c) {
        String prefix = c.name() + GRADIENTS;
        return stored.names().stream().filter(name -> name.startsWith(prefix)).map(name -> name.substring(prefix.length())).toList();
    }

    private Stored find(String tensor) throws IOException {
        return stored.find(tensor).orElseThrow(() -> new IOException("no tensor " + Text.quoted(tensor)));
    }

    /** Where its numbers come from. */
    public Origin origin() {
        return new Origin(Text.shortened(stored.metadata().getOrDefault("torch", "of unknown version")), "single", "", steps,
                List.of(steps));
    }

    @Override
    public String kind() {
        return "continued";
    }

    @Override
    public String nearness() {
        return "nearly: parameters to 1e-6 of themselves plus 1e-6, because PyTorch adds squares as floats in an order of its own.";
    }

    @Override
    public List<Skipped> skipped() {
        return List.copyOf(skipped);
    }

    @Override
    public int size() {
        return cases.size();
    }

    @Override
    public List<Compared> run(Consumer<Compared> each) {
        return run(Place.all(), each);
    }

    /** The same in some places. */
    List<Compared> run(List<Place> places, Consumer<Compared> each) {
        return Comparing.sideBySide(cases, c -> run(c, places), each);
    }

    private Compared run(Case c, List<Place> places) throws IOException {
        Differences differences = new Differences();
        Tolerance near = c.optimizer().equals("Adafactor") ? Counterparts.STEPS_OF_SUMS : Tolerance.BITS;
        try (TorchCheckpoint file = TorchCheckpoint.open(c.file())) {
            for (Place place : places) {
                run(c, file, place, near, differences);
            }
        } catch (IOException e) {
            throw refused(e);
        }
        return differences.compared(c.optimizer(), c.name(), near.equals(Tolerance.BITS));
    }

    private void run(Case c, TorchCheckpoint file, Place place, Tolerance near, Differences differences) throws IOException {
        ParameterStoreBuilder tensors = place.store().builder();
        for (String name : names(c)) {
            tensors.tensor(name, find(c.name() + AFTER + name).shape().stream().mapToLong(Long::longValue).toArray());
        }
        try (ParameterStore store = tensors.build(); Optimizer optimizer = file.optimizerBuilder(store).width(place.width()).build()) {
            file.load(optimizer);
            for (int step = 0; step < steps; step++) {
                for (Tensor tensor : store.tensors()) {
                    int size = Math.toIntExact(tensor.size());
                    tensor.gradient().copyFrom(stored.floats(c.name() + GRADIENTS + tensor.name(), (long) step * size, size));
                }
                optimizer.step();
            }
            for (Tensor tensor : store.tensors()) {
                float[] after = stored.floats(c.name() + AFTER + tensor.name(), 0, Math.toIntExact(tensor.size()));
                differences.compare(place, steps, tensor.name(), Replay.values(tensor.parameter()), new Recorded.Floats(after), near);
            }
        }
    }

    private IOException refused(IOException e) {
        return new IOException(recording + ": is no recording of trainings that go on: " + e.getMessage(), e);
    }

    @Override
    public void close() throws IOException {
        stored.close();
    }
}
