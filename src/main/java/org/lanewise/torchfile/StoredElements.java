package org.lanewise.torchfile;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** Elements in a storage of a file: every so many of them in each dimension. */
final class StoredElements implements Elements {
    private final Source source;
    private final Dtype dtype;
    private final long[] shape;
    private final long[] strides;
    private final long start;
    private final boolean contiguous;
    private final boolean swapped;

    /** Where the bytes of a storage are. */
    interface Source {
        /** The bytes, if they are as they were written. */
        MemorySegment intact() throws IOException;
    }

    private StoredElements(Source source, Dtype dtype, List<Long> shape, List<Long> strides, long start, boolean swapped) {
        this.source = source;
        this.dtype = dtype;
        this.shape = shape.stream().mapToLong(Long::longValue).toArray();
        this.strides = strides.stream().mapToLong(Long::longValue).toArray();
        this.start = start;
        this.swapped = swapped && dtype.bytes() > 1;
        long next = 1;
        boolean dense = true;
        for (int k = this.shape.length - 1; k >= 0; k--) {
            dense &= this.shape[k] == 1 || this.strides[k] == next;
            next *= this.shape[k];
        }
        this.contiguous = dense && !this.swapped;
    }

    /**
     * A tensor in a storage.
     *
     * @param source bytes of the storage
     * @param storageBytes how many there are
     * @param start index of the first element
     * @param swapped whether they are big-endian
     * @throws IOException if it reaches beyond the storage, or has more elements than that
     */
    static Pickled.Tensor tensor(Source source, long storageBytes, Dtype dtype, long start, List<Long> shape, List<Long> strides,
            boolean swapped) throws IOException {
        long room = storageBytes / dtype.bytes();
        if (shape.size() != strides.size() || shape.size() > Limits.DIMENSIONS) {
            throw new IOException("tensor has " + shape.size() + " dimensions and " + strides.size() + " strides, at most "
                    + Limits.DIMENSIONS + " are allowed");
        }
        if (start < 0 || shape.stream().anyMatch(each -> each < 0) || strides.stream().anyMatch(each -> each < 0)) {
            throw new IOException("tensor must have no negative number, got start " + start + ", shape " + shape + ", strides " + strides);
        }
        if (shape.contains(0L)) {
            requireCountable(shape, room);
            return new Pickled.Tensor(dtype, shape, new StoredElements(source, dtype, shape, strides, start, swapped));
        }
        try {
            long elements = 1, last = start;
            for (int k = 0; k < shape.size(); k++) {
                elements = Math.multiplyExact(elements, shape.get(k));
                last = Math.addExact(last, Math.multiplyExact(shape.get(k) - 1, strides.get(k)));
            }
            if (last >= room || elements > room) {
                throw new IOException("tensor of " + elements + " elements ends at " + last + " of a storage of " + room + " x "
                        + dtype.torchName());
            }
        } catch (ArithmeticException _) {
            throw new IOException("tensor of shape " + shape + " and strides " + strides + " has more elements than can be counted");
        }
        return new Pickled.Tensor(dtype, shape, new StoredElements(source, dtype, shape, strides, start, swapped));
    }

    /** Dimensions beside a 0 may be anything in PyTorch; here each is one that could be held. */
    private static void requireCountable(List<Long> shape, long room) throws IOException {
        for (long each : shape) {
            if (each > Math.max(room, Integer.MAX_VALUE)) {
                throw new IOException("tensor of shape " + shape + " has a dimension beyond " + Math.max(room, Integer.MAX_VALUE));
            }
        }
    }

    @Override
    public void read(long index, MemorySegment target) throws IOException {
        MemorySegment bytes = source.intact();
        int size = dtype.bytes();
        if (contiguous) {
            MemorySegment.copy(bytes, (start + index) * size, target, 0, target.byteSize());
            return;
        }
        long[] position = new long[shape.length];
        long rest = index, at = start;
        for (int k = shape.length - 1; k >= 0; k--) {
            position[k] = rest % shape[k];
            at += position[k] * strides[k];
            rest /= shape[k];
        }
        for (long i = 0; i < target.byteSize() / size; i++) {
            copy(bytes, at * size, target, i * size);
            for (int k = shape.length - 1; k >= 0; k--) {
                at += strides[k];
                if (++position[k] < shape[k]) {
                    break;
                }
                at -= shape[k] * strides[k];
                position[k] = 0;
            }
        }
    }

    private void copy(MemorySegment from, long at, MemorySegment to, long index) {
        int size = dtype.bytes();
        for (int b = 0; b < size; b++) {
            to.set(ValueLayout.JAVA_BYTE, index + b, from.get(ValueLayout.JAVA_BYTE, at + (swapped ? size - 1 - b : b)));
        }
    }
}
