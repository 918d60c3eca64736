package org.lanewise.distributed.shard;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lanewise.kernel.Extent;
import org.lanewise.safetensors.Dtype;
import org.lanewise.safetensors.Numbers;
import org.lanewise.snapshot.Snapshot;
import org.lanewise.snapshot.TensorPart;

/** Puts parts of tensors together from the parts that files have. */
final class Assembly {
    private final List<SavedParts> files;
    private final Arena arena;

    /** Of files of one step; what has to be copied lies in the arena. */
    Assembly(List<SavedParts> files, Arena arena) {
        this.files = files;
        this.arena = arena;
    }

    /** What does not belong to a tensor is the same in all files. */
    Snapshot with(List<TensorPart> tensors) {
        Snapshot first = files.getFirst().snapshot();
        return new Snapshot(first.steps(), first.accumulatedWeight(), first.lossScale(), first.options(), first.groups(), tensors,
                first.trackers());
    }

    /** The whole model. */
    Snapshot whole() throws IOException {
        List<TensorPart> all = new ArrayList<>();
        for (TensorPart tensor : files.getFirst().snapshot().tensors()) {
            SavedParts.Place place = files.getFirst().places().get(tensor.name());
            all.add(part(tensor.name(), place.shape(), 0, place.size(), place.shape()).orElseThrow());
        }
        return with(all);
    }

    /**
     * A part of a tensor.
     *
     * @param name the tensor
     * @param whole its shape
     * @param start index of the part's first element
     * @param length number of its elements
     * @param shape shape of the part
     * @return empty if no file has the tensor
     * @throws IllegalArgumentException if it has another shape in the files
     * @throws IOException if files do not have all of it
     */
    Optional<TensorPart> part(String name, List<Long> whole, long start, long length, List<Long> shape) throws IOException {
        List<Piece> pieces = new ArrayList<>();
        for (SavedParts file : files) {
            Optional<TensorPart> part = file.snapshot().tensors().stream().filter(each -> each.name().equals(name)).findFirst();
            if (part.isPresent()) {
                SavedParts.Place place = file.places().get(name);
                if (!place.shape().equals(whole)) {
                    throw new IllegalArgumentException("'" + name + "' has shape " + place.shape() + " in the file, " + whole + " here");
                }
                pieces.add(new Piece(part.get(), place.start(), place.size()));
            }
        }
        if (pieces.isEmpty()) {
            return Optional.empty();
        }
        TensorPart first = pieces.getFirst().part();
        Range range = new Range(name, start, length);
        Map<String, TensorPart.State> states = new LinkedHashMap<>();
        for (Map.Entry<String, TensorPart.State> state : first.states().entrySet()) {
            String key = state.getKey();
            Extent extent = state.getValue().extent();
            Numbers numbers = extent == Extent.PARAMETER
                    ? range.of(pieces, part -> Optional.ofNullable(part.states().get(key)).map(TensorPart.State::numbers)).orElseThrow()
                    : ofWhole(name, pieces, key);
            states.put(key, new TensorPart.State(extent, state.getValue().initialValue(), numbers));
        }
        return Optional.of(new TensorPart(name, shape, range.of(pieces, TensorPart::parameter), states,
                range.of(pieces, TensorPart::average), range.of(pieces, TensorPart::accumulated), first.position()));
    }

    private record Piece(TensorPart part, long start, long wholeSize) {
        long length() {
            return SavedParts.length(part);
        }

        boolean isWhole() {
            return length() == wholeSize;
        }
    }

    private static Numbers ofWhole(String name, List<Piece> pieces, String state) throws IOException {
        return pieces.stream().filter(Piece::isWhole).findFirst().map(piece -> piece.part().states().get(state).numbers())
                .orElseThrow(() -> new IOException("state '" + state + "' of '" + name + "' is in no file"));
    }

    private interface Kept {
        Optional<Numbers> of(TensorPart part);
    }

    private final class Range {
        private final String name;
        private final long start;
        private final long length;

        Range(String name, long start, long length) {
            this.name = name;
            this.start = start;
            this.length = length;
        }

        /** Numbers of the range; empty if no file has any of this kind. */
        Optional<Numbers> of(List<Piece> pieces, Kept kept) throws IOException {
            Optional<Dtype> type = pieces.stream().flatMap(piece -> kept.of(piece.part()).stream()).map(Numbers::type).findFirst();
            if (type.isEmpty()) {
                return Optional.empty();
            }
            int bytes = type.get().bits() / Byte.SIZE;
            MemorySegment memory = MemorySegment.NULL;
            long done = 0;
            for (Piece piece : pieces) {
                long from = Math.max(start, piece.start()), to = Math.min(start + length, piece.start() + piece.length());
                Optional<Numbers> numbers = kept.of(piece.part());
                if (from < to && numbers.isPresent()) {
                    MemorySegment source = numbers.get().memory().asSlice((from - piece.start()) * bytes, (to - from) * bytes);
                    if (to - from == length) {
                        return Optional.of(new Numbers(type.get(), length, source));
                    }
                    memory = done == 0 ? arena.allocate(length * bytes, Long.BYTES) : memory;
                    memory.asSlice((from - start) * bytes, source.byteSize()).copyFrom(source);
                    done += to - from;
                }
            }
            if (done != length) {
                throw new IOException("files must have all " + length + " elements of '" + name + "' from " + start + " on, got " + done);
            }
            return Optional.of(new Numbers(type.get(), length, length == 0 ? arena.allocate(0) : memory));
        }
    }
}
