package org.lanewise.torchfile;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What stands for the calls in a pickle: tensors in storages, and ordered dicts. */
final class Rebuilding {
    private static final String UNTYPED = "torch.storage UntypedStorage", TORCH = "torch ";

    private final Storages storages;

    /** Finds storages. */
    interface Storages {
        /**
         * The bytes of a storage.
         *
         * @param key its name
         * @param bytes how many it must have at least
         * @throws IOException if it is not there or has fewer
         */
        Storage find(String key, long bytes) throws IOException;
    }

    /** A storage in a file. */
    record Storage(StoredElements.Source source, long bytes, boolean swapped) {}

    /** A name in a pickle: module and name with a blank between them. */
    record Global(String name) {
        @Override
        public String toString() {
            return "global '" + Limits.shortened(name) + "'";
        }
    }

    /** A storage that a pickle names; without a type the tensor says what it has. */
    private record Named(Storage storage, Optional<Dtype> dtype) {
        @Override
        public String toString() {
            return "a storage";
        }
    }

    Rebuilding(Storages storages) {
        this.storages = storages;
    }

    /** The storage of a persistent id: {@code ("storage", type, key, location, number of elements)}. */
    Object storage(Object id) throws IOException {
        List<Object> parts = id instanceof Building.Tuple tuple ? tuple.parts() : List.of();
        if (parts.size() != 5 || !parts.getFirst().equals(new Pickled.Text("storage")) || !(parts.get(1) instanceof Global type)
                || !(parts.get(2) instanceof Pickled.Text key) || !(parts.get(3) instanceof Pickled.Text)
                || !(parts.get(4) instanceof Pickled.Whole elements)) {
            throw new IOException("persistent id must be that of a storage, got " + id);
        }
        Optional<Dtype> dtype = type.name().startsWith(TORCH) ? Dtype.ofStorage(type.name().substring(TORCH.length())) : Optional.empty();
        if (dtype.isEmpty() && !type.name().equals(UNTYPED)) {
            throw unknown(type);
        }
        int bytes = dtype.map(Dtype::bytes).orElse(1);
        if (elements.value() < 0 || elements.value() > Long.MAX_VALUE / bytes) {
            throw new IOException("elements of storage " + key + " must be from 0 to " + Long.MAX_VALUE / bytes + ", got "
                    + elements.value());
        }
        Storage found = storages.find(key.value(), elements.value() * bytes);
        return new Named(new Storage(found.source(), elements.value() * bytes, found.swapped()), dtype);
    }

    /** What a call of a global returns. */
    Object call(Object called, Object arguments) throws IOException {
        if (!(called instanceof Global global) || !(arguments instanceof Building.Tuple tuple)) {
            throw new IOException("only a global can be called, with a tuple, got " + called + " and " + arguments);
        }
        List<Object> parts = tuple.parts();
        return switch (global.name()) {
            case "collections OrderedDict" -> orderedDict(parts);
            case "torch Size" -> size(parts);
            case "torch._utils _rebuild_tensor_v2" -> tensor(global, parts, 6);
            case "torch._utils _rebuild_tensor_v3" -> tensor(global, parts, 7);
            case "torch._utils _rebuild_parameter" -> parameter(global, parts);
            default -> throw unknown(global);
        };
    }

    private static IOException unknown(Global global) {
        return new IOException(global + " is not one that tensors and options need");
    }

    private static IOException refused(Global global, List<Object> arguments) {
        return new IOException(global + " has other arguments than torch.save writes, got " + arguments.size());
    }

    private static Object orderedDict(List<Object> arguments) throws IOException {
        if (!arguments.isEmpty()) {
            throw new IOException("OrderedDict must be made empty, got " + arguments.size() + " arguments");
        }
        return new Building.Dict(true);
    }

    private static Object size(List<Object> arguments) throws IOException {
        if (arguments.size() != 1 || !(arguments.getFirst() instanceof Building.Tuple tuple)) {
            throw new IOException("torch.Size must be made of a tuple");
        }
        return tuple;
    }

    private static Object parameter(Global global, List<Object> arguments) throws IOException {
        if (arguments.size() != 3 || !(arguments.getFirst() instanceof Pickled.Tensor tensor)) {
            throw refused(global, arguments);
        }
        return tensor;
    }

    /** {@code (storage, offset, shape, strides, requires_grad, hooks)}, and in the third version the type. */
    private static Object tensor(Global global, List<Object> arguments, int count) throws IOException {
        if (arguments.size() != count || !(arguments.getFirst() instanceof Named named)
                || !(arguments.get(1) instanceof Pickled.Whole start) || !(arguments.get(4) instanceof Pickled.Flag)
                || !(arguments.get(5) instanceof Building.Dict)) {
            throw refused(global, arguments);
        }
        Dtype dtype = count > 6 ? type(arguments.get(6)) : named.dtype().orElseThrow(() -> refused(global, arguments));
        Storage storage = named.storage();
        return StoredElements.tensor(storage.source(), storage.bytes(), dtype, start.value(), numbers(arguments.get(2)),
                numbers(arguments.get(3)), storage.swapped());
    }

    private static Dtype type(Object type) throws IOException {
        if (!(type instanceof Global global)) {
            throw new IOException("type of a tensor must be a global, got " + type);
        }
        String name = global.name();
        return (name.startsWith(TORCH) ? Dtype.ofTorchName(name.substring(TORCH.length())) : Optional.<Dtype>empty())
                .orElseThrow(() -> unknown(global));
    }

    private static List<Long> numbers(Object value) throws IOException {
        List<Object> parts = value instanceof Building.Tuple tuple ? tuple.parts() : List.of(value);
        if (parts.size() > Limits.DIMENSIONS) {
            throw new IOException("tensor must have at most " + Limits.DIMENSIONS + " dimensions, got " + parts.size());
        }
        List<Long> numbers = new ArrayList<>();
        for (Object part : parts) {
            if (!(part instanceof Pickled.Whole whole)) {
                throw new IOException("dimensions and strides must be integers, got " + part);
            }
            numbers.add(whole.value());
        }
        return numbers;
    }
}
