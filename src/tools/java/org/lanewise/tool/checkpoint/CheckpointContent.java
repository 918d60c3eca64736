package org.lanewise.tool.checkpoint;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.lanewise.checkpoint.SafetensorsFile;
import org.lanewise.tool.Printable;
import org.lanewise.torch.SavedTraining;
import org.lanewise.torchfile.Dtype;
import org.lanewise.torchfile.Pickled;
import org.lanewise.torchfile.TorchFile;

/** Tensors of a file in one of the two formats, by the names that they have in safetensors, and what else the file says. */
public final class CheckpointContent implements AutoCloseable {
    private static final String LANEWISE = "lanewise", CHECKSUMS = "crc32c";
    private static final byte[] ZIP = {'P', 'K'};
    private static final byte PICKLE = (byte) 0x80;

    private final Map<String, Pickled.Tensor> tensors = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();
    private final AutoCloseable file;

    private CheckpointContent(AutoCloseable file) {
        this.file = file;
    }

    /**
     * Whether a file is one of PyTorch's.
     *
     * @param path where it is
     * @return false for safetensors
     * @throws IOException if it cannot be read
     */
    public static boolean isTorch(Path path) throws IOException {
        // Others have no end, and are refused by who opens them.
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try (InputStream bytes = Files.newInputStream(path)) {
            byte[] first = bytes.readNBytes(ZIP.length);
            return first.length == ZIP.length && (first[0] == ZIP[0] && first[1] == ZIP[1] || first[0] == PICKLE);
        }
    }

    /**
     * Opens a file.
     *
     * @param path where it is
     * @return its tensors; to be closed
     * @throws IOException if it cannot be read or is malformed; the message names it and the reason
     */
    public static CheckpointContent open(Path path) throws IOException {
        if (isTorch(path)) {
            TorchFile file = TorchFile.open(path);
            CheckpointContent content = new CheckpointContent(file);
            content.addTorch(file.root());
            return content;
        }
        SafetensorsFile file = SafetensorsFile.open(path);
        CheckpointContent content = new CheckpointContent(file);
        content.addSafetensors(file);
        return content;
    }

    private void addTorch(Pickled root) {
        try {
            SavedTraining saved = SavedTraining.of(root, SavedTraining.Settings.NONE);
            tensors.putAll(saved.tensors());
            notes.addAll(saved.describe());
        } catch (IOException e) {
            notes.add("cannot be gone on from: " + Printable.of(e.getMessage()));
            add("", root);
        }
    }

    private void add(String name, Pickled value) {
        String prefix = name.isEmpty() ? "" : name + ".";
        switch (value) {
            case Pickled.Tensor tensor -> tensors.put(name, tensor);
            case Pickled.Dict dict -> dict.entries()
                    .forEach((key, each) -> add(prefix + (key instanceof Pickled.Text text ? text.value() : key.toString()), each));
            case Pickled.Items list -> addAll(prefix, list.items());
            case Pickled.Tuple tuple -> addAll(prefix, tuple.items());
            default -> { }
        }
    }

    private void addAll(String prefix, List<Pickled> items) {
        for (int k = 0; k < items.size(); k++) {
            add(prefix + k, items.get(k));
        }
    }

    private void addSafetensors(SafetensorsFile file) {
        for (String name : file.names()) {
            Optional<Dtype> type = Stream.of(Dtype.values()).filter(each -> each.name().equals(file.type(name))).findFirst();
            List<Long> shape = LongStream.of(file.shape(name)).boxed().toList();
            if (type.isEmpty()) {
                notes.add("numbers of " + Printable.of(name) + " are not read: " + file.type(name) + " " + shape);
                continue;
            }
            MemorySegment bytes = file.segment(name);
            int size = type.get().bytes();
            tensors.put(name, new Pickled.Tensor(type.get(), shape,
                    (index, target) -> target.copyFrom(bytes.asSlice(index * size, target.byteSize()))));
        }
        file.metadata().forEach((key, text) -> {
            if (key.equals(LANEWISE)) {
                addDescription(text);
            } else if (!key.equals(CHECKSUMS)) {
                notes.add(Printable.of(key + ": " + text));
            }
        });
    }

    /** Of what a checkpoint says of itself, the groups with their rules, and steps. */
    private void addDescription(String text) {
        try {
            JsonObject description = JsonParser.parseString(text).getAsJsonObject();
            notes.add("steps: " + description.get("steps"));
            for (JsonElement group : description.getAsJsonArray("groups")) {
                JsonObject each = group.getAsJsonObject();
                notes.add(Printable.of("group " + each.get("name").getAsString() + " of " + each.getAsJsonArray("tensors").size()
                        + " tensors: " + (each.get("frozen").getAsBoolean() ? "frozen" : each.get("rule").toString())));
            }
        } catch (JsonParseException | IllegalStateException | NullPointerException e) {
            notes.add("its description cannot be read: " + Printable.of(String.valueOf(e.getMessage())));
        }
    }

    /**
     * The tensors.
     *
     * @return by name, in the file's order
     */
    public Map<String, Pickled.Tensor> tensors() {
        return tensors;
    }

    /**
     * What else it says.
     *
     * @return lines to print
     */
    public List<String> notes() {
        return notes;
    }

    @Override
    public void close() throws IOException {
        try {
            file.close();
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
