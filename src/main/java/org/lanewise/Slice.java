package org.lanewise;

import java.lang.foreign.MemorySegment;
import org.lanewise.check.Check;
import org.lanewise.storage.MemoryPlane;

/**
 * The numbers of one tensor in one plane: its parameters, its gradients or one of its states.
 *
 * <p>{@link #get}, {@link #set}, {@link #fill} and the copies work for every storage and convert as it does. {@link #array} and
 * {@link #segment} give the memory itself, to read and write in place. Elements are in row-major order of the tensor's shape.
 *
 * <p>Not thread-safe: one thread at a time may write a slice, and none while an optimizer steps. What reads or
 * writes numbers throws {@link IllegalStateException} once the store is closed, or the native memory that the slice wraps is freed.
 */
public final class Slice {
    private final ParameterStore store;
    private final String name;
    private final Storage storage;
    private final long size;
    private MemoryPlane plane;

    Slice(ParameterStore store, String name, Storage storage, MemoryPlane plane, long size) {
        this.store = store;
        this.name = name;
        this.storage = storage;
        this.plane = plane;
        this.size = size;
    }

    /**
     * Number of elements.
     *
     * @return the size of the tensor, or how many numbers a state of another extent than parameters has for it
     */
    public long size() {
        return size;
    }

    /**
     * How the numbers are kept.
     *
     * @return the storage of this slice's plane
     */
    public Storage storage() {
        return storage;
    }

    /**
     * Reads one element.
     *
     * @param index index in the tensor, from 0 to {@code size() - 1}
     * @return its value
     * @throws IndexOutOfBoundsException if the index is outside the tensor
     */
    public float get(long index) {
        return at(index).get(0);
    }

    /**
     * Writes one element, rounded to the storage.
     *
     * @param index index in the tensor, from 0 to {@code size() - 1}
     * @param value its new value
     * @throws IndexOutOfBoundsException if the index is outside the tensor
     */
    public void set(long index, float value) {
        at(index).set(0, value);
    }

    /**
     * Writes all elements, rounded to the storage.
     *
     * @param value their new value
     */
    public void fill(float value) {
        requireUsable();
        plane.fill(value, size);
    }

    /**
     * Writes all elements from an array, rounded to the storage.
     *
     * @param source one value for each element
     * @throws IllegalArgumentException if the array has not {@code size()} elements
     * @throws NullPointerException if it is null
     */
    public void copyFrom(float[] source) {
        requireLength("source", source);
        copyFrom(source, 0);
    }

    /**
     * Writes all elements from a part of an array, rounded to the storage. For more than 2^31-1 elements see {@link #segment}.
     *
     * @param source holds the values
     * @param offset index of the first one
     * @throws IndexOutOfBoundsException if fewer than {@code size()} values follow
     * @throws NullPointerException if the array is null
     */
    public void copyFrom(float[] source, int offset) {
        requireRoom("source", source, offset);
        plane.copyFrom(source, offset, (int) size);
    }

    /**
     * Reads all elements into an array.
     *
     * @param target gets one value for each element
     * @throws IllegalArgumentException if the array has not {@code size()} elements
     * @throws NullPointerException if it is null
     */
    public void copyTo(float[] target) {
        requireLength("target", target);
        copyTo(target, 0);
    }

    /**
     * Reads all elements into a part of an array. For more than 2^31-1 elements see {@link #segment}.
     *
     * @param target gets the values
     * @param offset index of the first one
     * @throws IndexOutOfBoundsException if the array has less room than {@code size()}
     * @throws NullPointerException if it is null
     */
    public void copyTo(float[] target, int offset) {
        requireRoom("target", target, offset);
        plane.copyTo(0, target, offset, (int) size);
    }

    /**
     * The array that holds these numbers, from {@link #arrayOffset} on; other tensors may follow.
     *
     * @return the array itself, no copy
     * @throws IllegalStateException if the slice is not kept in a {@code float[]}
     */
    public float[] array() {
        store.requireOpen();
        if (plane.memory() instanceof float[] array) {
            return array;
        }
        throw new IllegalStateException(name + " is not kept in a float[] but as " + storage
                + (isNative() ? " in native memory" : " on the heap"));
    }

    /**
     * Where in {@link #array} the first element lies.
     *
     * @return an index
     * @throws IllegalStateException if the slice is not kept in a {@code float[]}
     */
    public int arrayOffset() {
        array();
        return (int) plane.offset();
    }

    /**
     * The memory of exactly this slice, to read and write in place: native-order floats, or shorts for {@link Storage#BF16}.
     *
     * @return a segment of {@code size() * storage().bytes()} bytes. In native memory of the store's own it starts at a multiple of 16
     *         elements, except for states of rows, columns or tensors, which follow each other without gaps
     */
    public MemorySegment segment() {
        requireUsable();
        return plane.segment(size);
    }

    /**
     * What this is, and how it is kept.
     *
     * @return for instance {@code gradient of 'fc1.weight' (8192 x F32)}
     */
    @Override
    public String toString() {
        return name + " (" + size + " x " + storage + ")";
    }

    MemoryPlane plane() {
        return plane;
    }

    /** Takes the numbers from elsewhere from now on. */
    void rebind(MemoryPlane plane) {
        this.plane = plane;
    }

    /** Counts how often the store's gradients moved: who keeps planes has to ask for them again when it changes. */
    long rebinds() {
        return store.rebinds();
    }

    String name() {
        return name;
    }

    boolean isNative() {
        return plane.memory() instanceof MemorySegment;
    }

    void requireAlive() {
        if (plane.memory() instanceof MemorySegment segment && !segment.scope().isAlive()) {
            throw new IllegalStateException(name + " is freed: the arena of its segment was closed");
        }
    }

    void requireUsable() {
        store.requireOpen();
        requireAlive();
    }

    private MemoryPlane at(long index) {
        requireUsable();
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("index of " + name + " must be in [0, " + size + "), got " + index);
        }
        return plane.at(index);
    }

    private void requireRoom(String what, float[] array, int offset) {
        Check.notNull(what, array);
        requireUsable();
        if (offset < 0 || size > array.length - offset) {
            throw new IndexOutOfBoundsException(what + " of " + name + " needs " + size + " elements from index " + offset
                    + " on, its array has length " + array.length);
        }
    }

    private void requireLength(String what, float[] array) {
        Check.notNull(what, array);
        requireUsable();
        if (array.length != size) {
            throw new IllegalArgumentException(what + " of " + name + " has length " + array.length + ", expected " + size);
        }
    }
}
