package org.lanewise.distributed.shard;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Tensor;
import org.lanewise.safetensors.Dtype;
import org.lanewise.safetensors.Numbers;
import org.lanewise.safetensors.Replacement;
import org.lanewise.safetensors.SafetensorsOutput;
import org.lanewise.snapshot.Loading;
import org.lanewise.snapshot.Resumption;
import org.lanewise.snapshot.Snapshot;
import org.lanewise.snapshot.SnapshotFile;
import org.lanewise.snapshot.TensorPart;

/** The files of a sharded checkpoint: a folder for each step, and one small file that names the last that is whole. */
public final class ShardFiles {
    private static final String LATEST = "latest";
    private static final Pattern NAME = Pattern.compile("(step-\\d{12}) (\\d{1,6})\\s*");

    private ShardFiles() {}

    /**
     * Whether there is a checkpoint.
     *
     * @param folder where
     * @return true if one is whole
     */
    public static boolean exist(Path folder) {
        return Files.exists(folder.resolve(LATEST));
    }

    private static String step(long steps) {
        return String.format(Locale.ROOT, "step-%012d", steps);
    }

    private static Path file(Path step, int rank, int ranks) {
        return step.resolve("rank-" + rank + "-of-" + ranks + ".safetensors");
    }

    /**
     * Writes the file of this rank; the checkpoint is whole once all have and {@link #finish} was called.
     *
     * @param folder where
     * @param store the whole model
     * @param optimizer steps this rank's part
     * @param shard this rank's part
     * @throws IOException if it cannot be written
     */
    public static void write(Path folder, ParameterStore store, Optimizer optimizer, Shard shard) throws IOException {
        Snapshot snapshot = Snapshot.of(optimizer, Map.of(), "saving");
        Map<String, SavedParts.Place> places = new HashMap<>();
        List<TensorPart> parts = new ArrayList<>();
        for (int k = 0; k < store.tensors().size(); k++) {
            Tensor tensor = store.tensors().get(k);
            TensorPart part = snapshot.tensors().get(k);
            boolean isFrozen = shard.layout().starts()[k] < 0;
            places.put(tensor.name(), new SavedParts.Place(shape(tensor), shard.first(k)));
            // All ranks have frozen parameters; one saves them.
            parts.add(isFrozen && shard.rank() == 0 ? new TensorPart(tensor.name(), shape(tensor), Optional.of(parameters(tensor)),
                    Map.of(), Optional.empty(), Optional.empty(), part.position()) : part);
        }
        Path step = folder.resolve(step(optimizer.steps()));
        Files.createDirectories(step);
        SavedParts.write(new Snapshot(snapshot.steps(), snapshot.accumulatedWeight(), snapshot.lossScale(), snapshot.options(),
                snapshot.groups(), parts, snapshot.trackers()), places, file(step, shard.rank(), shard.ranks()));
    }

    private static Numbers parameters(Tensor tensor) {
        return new Numbers(Dtype.F32, tensor.size(), tensor.parameter().segment());
    }

    private static List<Long> shape(Tensor tensor) {
        return LongStream.of(tensor.shape()).boxed().toList();
    }

    /**
     * Makes the checkpoint the last one, and deletes all but it and the one before.
     *
     * @param folder where
     * @param steps its step
     * @param ranks how many files it has
     * @throws IOException if that fails
     */
    public static void finish(Path folder, long steps, int ranks) throws IOException {
        Optional<String> before = exist(folder) ? Optional.of(latest(folder).group(1)) : Optional.empty();
        Replacement.forceFolder(folder);
        byte[] text = (step(steps) + " " + ranks + "\n").getBytes(StandardCharsets.US_ASCII);
        Replacement.of(folder.resolve(LATEST), channel -> channel.write(ByteBuffer.wrap(text)));
        List<Path> old;
        try (Stream<Path> all = Files.list(folder)) {
            old = all.filter(each -> each.getFileName().toString().matches("step-\\d{12}"))
                    .filter(each -> !each.endsWith(step(steps)) && !before.filter(each::endsWith).isPresent()).toList();
        }
        for (Path each : old) {
            try (Stream<Path> files = Files.list(each)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(each);
        }
    }

    private static Matcher latest(Path folder) throws IOException {
        Path file = folder.resolve(LATEST);
        Matcher text = NAME.matcher(Files.readString(file));
        if (!text.matches()) {
            throw new IOException(file + " must name a step and how many files it has, got '" + Files.readString(file).strip() + "'");
        }
        return text;
    }

    /** Files of a checkpoint, open. */
    private record Opened(List<SavedParts> files, Arena arena) implements AutoCloseable {
        @Override
        public void close() {
            files.forEach(SavedParts::close);
            arena.close();
        }
    }

    private static Opened open(Path from) throws IOException {
        Opened opened = new Opened(new ArrayList<>(), Arena.ofShared());
        try {
            if (Files.isDirectory(from)) {
                Matcher latest = latest(from);
                int ranks = Integer.parseInt(latest.group(2));
                for (int rank = 0; rank < ranks; rank++) {
                    opened.files().add(SavedParts.open(file(from.resolve(latest.group(1)), rank, ranks)));
                }
            } else {
                opened.files().add(SavedParts.open(from));
            }
            return opened;
        } catch (Throwable e) {
            opened.close();
            throw e;
        }
    }

    /**
     * Writes the last checkpoint of a folder as one file, as one process has it.
     *
     * @param folder where it is
     * @param file where to; replaced if it is there
     * @throws IOException if one cannot be read or written
     */
    public static void merge(Path folder, Path file) throws IOException {
        try (Opened opened = open(folder)) {
            SafetensorsOutput output = new SafetensorsOutput();
            SnapshotFile.put(new Assembly(opened.files(), opened.arena()).whole(), output);
            output.write(file);
        }
    }

    /** A checkpoint that was compared with an optimizer and is not yet copied. */
    public static final class Prepared implements AutoCloseable {
        private final Opened opened;
        private final ParameterStore store;
        private final Resumption resumption;
        private final Map<Tensor, Numbers> frozen = new HashMap<>();

        /**
         * Compares; nothing has changed after that.
         *
         * @param from a folder of a sharded checkpoint, or the file of one process
         * @param store the whole model
         * @param optimizer steps this rank's part
         * @param shard this rank's part
         * @throws IOException if files cannot be read or are not whole
         * @throws IllegalArgumentException if checkpoint and optimizer differ
         */
        public Prepared(Path from, ParameterStore store, Optimizer optimizer, Shard shard) throws IOException {
            this.store = store;
            this.opened = open(from);
            try {
                Assembly assembly = new Assembly(opened.files(), opened.arena());
                List<TensorPart> here = Snapshot.of(optimizer, Map.of(), "loading").tensors(), parts = new ArrayList<>();
                for (int k = 0; k < here.size(); k++) {
                    add(assembly, k, here.get(k), shard, parts);
                }
                requireNoOthers(parts);
                this.resumption = new Resumption(assembly.with(parts), optimizer, Map.of(), Loading.STRICT);
            } catch (Throwable e) {
                opened.close();
                throw e;
            }
        }

        private void add(Assembly assembly, int k, TensorPart here, Shard shard, List<TensorPart> parts) throws IOException {
            Tensor tensor = store.tensors().get(k);
            List<Long> whole = shape(tensor);
            if (shard.layout().starts()[k] < 0) {
                assembly.part(here.name(), whole, 0, tensor.size(), whole).ifPresent(part -> {
                    part.parameter().ifPresent(numbers -> frozen.put(tensor, numbers));
                    parts.add(here);
                });
                return;
            }
            assembly.part(here.name(), whole, shard.first(k), shard.length(k), here.shape()).ifPresent(part -> parts.add(
                    // Of an empty part nothing is copied, whatever the rule keeps for whole tensors.
                    shard.length(k) > 0 || tensor.size() == 0 ? part : new TensorPart(here.name(), here.shape(), here.parameter(),
                            here.states(), here.average(), here.accumulated(), part.position())));
        }

        private void requireNoOthers(List<TensorPart> parts) {
            opened.files().getFirst().snapshot().tensors().stream().map(TensorPart::name)
                    .filter(name -> parts.stream().noneMatch(part -> part.name().equals(name))).findFirst().ifPresent(name -> {
                        throw new IllegalArgumentException("'" + name + "' is in the file, but not in the store");
                    });
        }

        /** Copies everything of this rank's part. */
        public void run() {
            resumption.run();
            frozen.forEach((tensor, numbers) -> numbers.copyTo(parameters(tensor)));
        }

        @Override
        public void close() {
            opened.close();
        }
    }
}
