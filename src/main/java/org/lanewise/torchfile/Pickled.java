package org.lanewise.torchfile;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A value of Python as a file holds it. Values are immutable, and no deeper than {@link Limits#DEPTH}. */
public sealed interface Pickled {
    /** A value that a dict may have as a key. */
    sealed interface Key extends Pickled permits Text, Whole {}

    /**
     * A dict, ordered or not.
     *
     * @param entries in the file's order
     */
    record Dict(Map<Key, Pickled> entries) implements Pickled {
        /** Copies the map. */
        public Dict {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        /**
         * The value of a name.
         *
         * @param name a key
         * @return empty if there is none
         */
        public Optional<Pickled> find(String name) {
            return Optional.ofNullable(entries.get(new Text(name)));
        }

        @Override
        public String toString() {
            return "a dict of " + entries.size();
        }
    }

    /**
     * A list.
     *
     * @param items what is in it
     */
    record Items(List<Pickled> items) implements Pickled {
        /** Copies the list. */
        public Items {
            items = List.copyOf(items);
        }

        @Override
        public String toString() {
            return "a list of " + items.size();
        }
    }

    /**
     * A tuple.
     *
     * @param items what is in it
     */
    record Tuple(List<Pickled> items) implements Pickled {
        /** Copies the list. */
        public Tuple {
            items = List.copyOf(items);
        }

        @Override
        public String toString() {
            return "a tuple of " + items.size();
        }
    }

    /**
     * A text.
     *
     * @param value the text
     */
    record Text(String value) implements Key {
        @Override
        public String toString() {
            return "'" + Limits.shortened(value) + "'";
        }
    }

    /**
     * An integer.
     *
     * @param value the number
     */
    record Whole(long value) implements Key {
        @Override
        public String toString() {
            return String.valueOf(value);
        }
    }

    /**
     * A float of Python's.
     *
     * @param value the number
     */
    record Real(double value) implements Pickled {
        @Override
        public String toString() {
            return String.valueOf(value);
        }
    }

    /**
     * True or False.
     *
     * @param value which
     */
    record Flag(boolean value) implements Pickled {
        @Override
        public String toString() {
            return value ? "True" : "False";
        }
    }

    /** None. */
    record None() implements Pickled {
        @Override
        public String toString() {
            return "None";
        }
    }

    /**
     * A tensor.
     *
     * @param dtype what its elements are
     * @param shape dimensions, outermost first
     * @param elements its elements
     */
    record Tensor(Dtype dtype, List<Long> shape, Elements elements) implements Pickled {
        private static final int CHUNK = 1 << 14;

        /** Takes some floats of a tensor, and the index of the first. */
        @FunctionalInterface
        public interface Floats {
            /**
             * Takes floats.
             *
             * @param from index of the first in the tensor
             * @param values holds them from index 0 on
             * @param count how many
             */
            void take(long from, float[] values, int count);
        }

        /** Copies the shape. */
        public Tensor {
            shape = List.copyOf(shape);
        }

        /**
         * Number of elements.
         *
         * @return at least 0
         */
        public long size() {
            return shape.stream().mapToLong(Long::longValue).reduce(1, (a, b) -> a * b);
        }

        /**
         * Reads its elements as floats, in row-major order.
         *
         * @param each takes them, some at a time
         * @throws IOException if the file's checksum says that they are damaged
         */
        public void floats(Floats each) throws IOException {
            long size = size();
            int chunk = (int) Math.min(CHUNK, size);
            float[] values = new float[chunk];
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment raw = arena.allocate((long) chunk * dtype.bytes());
                for (long at = 0; at < size; at += chunk) {
                    int count = (int) Math.min(chunk, size - at);
                    elements.read(at, raw.asSlice(0, (long) count * dtype.bytes()));
                    dtype.toFloats(raw, values, 0, count);
                    each.take(at, values, count);
                }
            }
        }

        /**
         * The number of a tensor of one element.
         *
         * @return its value
         * @throws IOException if the file's checksum says that it is damaged
         * @throws IllegalStateException if it has another number of elements
         */
        public double number() throws IOException {
            if (size() != 1) {
                throw new IllegalStateException("elements of " + this + " must be 1, got " + size());
            }
            MemorySegment raw = MemorySegment.ofArray(new byte[dtype.bytes()]);
            elements.read(0, raw);
            return dtype.get(raw, 0);
        }

        @Override
        public String toString() {
            return "a tensor of " + dtype.torchName() + " " + shape;
        }
    }
}
