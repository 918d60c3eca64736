package org.lanewise.check;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Memory of the caller's that a store works on: checks each part, and that none that is written overlaps with another. Parts that are only
 * read may overlap: tied weights have one gradient.
 */
public final class WrappedMemory {
    /** Stands for all native memory, of which parts are addresses. */
    private static final Object NATIVE = new Object();

    /** A class of its own, because most stores wrap no native memory. */
    private static final class Another {
        static final Thread THREAD = Thread.ofPlatform().unstarted(() -> {});
    }

    private final Map<Object, Known> memories = new IdentityHashMap<>();
    private final Map<String, Part> byName = new HashMap<>();

    /**
     * Part of an array or of native memory.
     *
     * @param what what it holds
     * @param memory the array, or what stands for native memory
     * @param from index of the first element, or address of the first byte
     * @param to index after the last element, or address after the last byte
     * @param written whether the library writes it
     * @param scope how long native memory is allocated; null for an array
     */
    public record Part(String what, Object memory, long from, long to, boolean written, MemorySegment.Scope scope) {
        private boolean overlaps(Part other) {
            return (written || other.written) && memory == other.memory && Math.max(from, other.from) < Math.min(to, other.to);
        }

        private boolean isFreed() {
            return scope != null && !scope.isAlive();
        }

        private String place() {
            return memory == NATIVE ? String.format(Locale.ROOT, "0x%x to 0x%x", from, to - 1) : from + " to " + (to - 1);
        }
    }

    /** The parts of one memory, by where they start. */
    private static final class Known {
        final TreeMap<Long, Part> written = new TreeMap<>();
        final TreeMap<Long, List<Part>> read = new TreeMap<>();

        /** Length of the longest part that was ever read. */
        long longestRead;

        void add(Part part) {
            if (part.written()) {
                written.put(part.from(), part);
            } else {
                List<Part> same = read.getOrDefault(part.from(), new ArrayList<>());
                same.add(part);
                read.put(part.from(), same);
                longestRead = Math.max(longestRead, part.to() - part.from());
            }
        }

        void removeRead(Part part) {
            read.computeIfPresent(part.from(), (_, same) -> same.remove(part) && same.isEmpty() ? null : same);
        }

        boolean hasSharedReads() {
            long end = Long.MIN_VALUE;
            for (List<Part> same : read.values()) {
                for (Part part : same) {
                    if (part.from() < end) {
                        return true;
                    }
                    end = Math.max(end, part.to());
                }
            }
            return false;
        }

        void removeFreed() {
            written.values().removeIf(Part::isFreed);
            read.values().removeIf(same -> same.removeIf(Part::isFreed) && same.isEmpty());
        }

        Optional<Part> overlapping(Part part) {
            Map.Entry<Long, Part> before = written.floorEntry(part.from()), after = written.higherEntry(part.from());
            if (before != null && part.overlaps(before.getValue())) {
                return Optional.of(before.getValue());
            }
            if (after != null && part.overlaps(after.getValue())) {
                return Optional.of(after.getValue());
            }
            return part.written() ? overlappingRead(part) : Optional.empty();
        }

        private Optional<Part> overlappingRead(Part part) {
            for (List<Part> same : read.subMap(part.from() - longestRead, part.to()).values()) {
                for (Part other : same) {
                    if (part.overlaps(other)) {
                        return Optional.of(other);
                    }
                }
            }
            return Optional.empty();
        }
    }

    /** Without any part. */
    public WrappedMemory() {}

    /**
     * Part of an array.
     *
     * @param what what it holds
     * @param array the array
     * @param offset index of the first element
     * @param size number of elements
     * @param written whether the library writes it
     * @return the part
     * @throws IllegalArgumentException if it does not lie in the array
     */
    public static Part of(String what, float[] array, int offset, long size, boolean written) {
        if (offset < 0 || size > array.length - offset) {
            throw new IllegalArgumentException(what + " needs " + size + " elements from index " + offset
                    + " on, its array has length " + array.length);
        }
        return new Part(what, array, offset, offset + size, written, null);
    }

    /**
     * A whole segment of native memory.
     *
     * @param what what it holds
     * @param segment the segment
     * @param size number of floats
     * @param written whether the library writes it
     * @return the part
     * @throws IllegalArgumentException if the segment is on the heap, has another size, does not start at a multiple of 4 bytes, is freed,
     *         is of a confined arena, or is read-only and to be written
     */
    public static Part of(String what, MemorySegment segment, long size, boolean written) {
        require(segment.isNative(), what, "a native segment, got one on the heap");
        if (segment.byteSize() != size * Float.BYTES) {
            throw new IllegalArgumentException(what + " has " + segment.byteSize() + " bytes, expected " + size * Float.BYTES);
        }
        require(segment.address() % Float.BYTES == 0, what,
                "at a multiple of 4 bytes, got address 0x" + Long.toHexString(segment.address()));
        require(segment.scope().isAlive(), what, "alive, got a segment that is freed");
        require(segment.isAccessibleBy(Another.THREAD), what, "open to all threads, got a segment of a confined arena");
        if (written) {
            requireWritable(what, segment);
        }
        return new Part(what, NATIVE, segment.address(), segment.address() + segment.byteSize(), written, segment.scope());
    }

    /**
     * Refuses segments that cannot be written.
     *
     * @param what what it holds
     * @param segment the segment
     * @throws IllegalArgumentException if it is read-only
     */
    public static void requireWritable(String what, MemorySegment segment) {
        require(!segment.isReadOnly(), what, "writable, got a read-only segment");
    }

    private static void require(boolean holds, String what, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(what + " must be " + rule);
        }
    }

    /**
     * Adds parts. Memory that is freed no longer counts: what is allocated next may lie there.
     *
     * @param added parts, also checked against each other
     * @throws IllegalArgumentException if one that is written overlaps with another, or one with one that is written; none is added then
     */
    public void add(Part... added) {
        for (int k = 0; k < added.length; k++) {
            for (int before = 0; before < k; before++) {
                requireNoOverlap(added[k], added[before]);
            }
            requireNoOverlap(added[k]);
        }
        for (Part part : added) {
            put(part);
        }
    }

    private void put(Part part) {
        if (part.from() < part.to()) {
            Known known = memories.getOrDefault(part.memory(), new Known());
            known.add(part);
            memories.put(part.memory(), known);
            byName.put(part.what(), part);
        }
    }

    /**
     * Puts a part that is read in the place of the one that holds the same.
     *
     * @param replacement the new part
     * @param alone whether it must not overlap with others that are read either
     * @throws IllegalArgumentException if it overlaps with one that is written, or with one that is read; nothing has changed then
     */
    public void replaceRead(Part replacement, boolean alone) {
        requireNoOverlap(replacement);
        Part old = byName.get(replacement.what());
        if (old == null) {
            return;
        }
        memories.get(old.memory()).removeRead(old);
        try {
            if (alone) {
                requireNoOverlap(new Part(replacement.what(), replacement.memory(), replacement.from(), replacement.to(), true,
                        replacement.scope()));
            }
        } catch (IllegalArgumentException e) {
            put(old);
            throw e;
        }
        put(replacement);
    }

    /**
     * Whether there is none.
     *
     * @return true if no part that holds something was added
     */
    public boolean isEmpty() {
        return byName.isEmpty();
    }

    /**
     * Whether parts that are only read overlap.
     *
     * @return true if an element is in two of them
     */
    public boolean hasSharedReads() {
        return memories.values().stream().anyMatch(Known::hasSharedReads);
    }

    private void requireNoOverlap(Part part) {
        Known known = memories.getOrDefault(part.memory(), new Known());
        if (known.overlapping(part).isPresent()) {
            known.removeFreed();
            known.overlapping(part).ifPresent(other -> requireNoOverlap(part, other));
        }
    }

    private static void requireNoOverlap(Part a, Part b) {
        if (a.overlaps(b)) {
            boolean inBytes = a.memory() == NATIVE;
            throw new IllegalArgumentException(a.what() + " overlaps with " + b.what() + ": " + (inBytes ? "bytes " : "elements ")
                    + a.place() + " and " + b.place() + (inBytes ? " of native memory" : " of the same array"));
        }
    }
}
