package org.lanewise;

/** How a plane keeps its numbers. The arithmetic is 32-bit float whatever the storage; only a load and a store differ. */
public enum Storage {
    /** 32-bit float, 4 bytes. */
    F32(4),

    /**
     * bfloat16, the upper 16 bits of a float, 2 bytes: range of a float, 8 significant bits. Written to the nearest, ties to even;
     * {@code NaN} stays {@code NaN}. What is added to a number is lost below about 1/512 of it: a parameter kept so does not move by
     * smaller updates, and a running average whose {@code 1 - beta} is smaller, like Adam's {@code v} with beta2 0.999, neither reaches
     * nor leaves large values as it should. Choose beta2 up to about 0.99 then, or keep states as {@link #F32}.
     */
    BF16(2);

    private final int bytes;

    Storage(int bytes) {
        this.bytes = bytes;
    }

    /**
     * Size of one element.
     *
     * @return a number of bytes
     */
    public int bytes() {
        return bytes;
    }
}
