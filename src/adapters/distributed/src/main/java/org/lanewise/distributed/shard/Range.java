package org.lanewise.distributed.shard;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * A range of the row as one message: where it lies, if it lies there in one piece, else a buffer that is filled before it is sent, or
 * emptied once it has come.
 */
final class Range {
    private final MemorySegment message;
    private final MemorySegment[] pieces;

    Range(List<MemorySegment> memory, Arena arena) {
        boolean isDirect = memory.size() == 1;
        long bytes = memory.stream().mapToLong(MemorySegment::byteSize).sum();
        this.message = isDirect ? memory.getFirst() : arena.allocate(bytes, Float.BYTES);
        this.pieces = isDirect ? new MemorySegment[0] : memory.toArray(MemorySegment[]::new);
    }

    MemorySegment message() {
        return message;
    }

    void fill() {
        long at = 0;
        for (MemorySegment piece : pieces) {
            MemorySegment.copy(piece, 0, message, at, piece.byteSize());
            at += piece.byteSize();
        }
    }

    void empty() {
        long at = 0;
        for (MemorySegment piece : pieces) {
            MemorySegment.copy(message, at, piece, 0, piece.byteSize());
            at += piece.byteSize();
        }
    }
}
