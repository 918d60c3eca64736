package org.lanewise.distributed.shard;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.lanewise.distributed.Communicator;

/** Exchanges texts, and compares them. */
public final class Texts {
    private Texts() {}

    /**
     * The texts of all ranks.
     *
     * @param communicator the ranks
     * @param text of this one
     * @return by rank
     */
    public static List<String> gather(Communicator communicator, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        MemorySegment[] lengths = new MemorySegment[communicator.size()], texts = new MemorySegment[communicator.size()];
        try (Arena arena = Arena.ofShared()) {
            Arrays.setAll(lengths, _ -> arena.allocate(ValueLayout.JAVA_LONG));
            MemorySegment length = lengths[communicator.rank()];
            length.set(ValueLayout.JAVA_LONG, 0, bytes.length);
            communicator.allGather(length, lengths);
            Arrays.setAll(texts, rank -> arena.allocate(lengths[rank].get(ValueLayout.JAVA_LONG, 0)));
            MemorySegment own = texts[communicator.rank()];
            MemorySegment.copy(bytes, 0, own, ValueLayout.JAVA_BYTE, 0, bytes.length);
            communicator.allGather(own, texts);
            List<String> all = new ArrayList<>();
            for (MemorySegment each : texts) {
                all.add(new String(each.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8));
            }
            return all;
        }
    }

    /**
     * Refuses ranks whose texts differ; all ranks refuse the same.
     *
     * @param communicator the ranks
     * @param text of this one, of lines {@code name: value}
     * @throws IllegalStateException if another has another text; the message has the first line that differs
     */
    public static void requireSame(Communicator communicator, String text) {
        List<String> all = gather(communicator, text);
        List<String> first = all.getFirst().lines().toList();
        for (int rank = 1; rank < all.size(); rank++) {
            List<String> other = all.get(rank).lines().toList();
            for (int k = 0; k < Math.max(first.size(), other.size()); k++) {
                String here = k < first.size() ? first.get(k) : "nothing", there = k < other.size() ? other.get(k) : "nothing";
                if (!here.equals(there)) {
                    throw new IllegalStateException("all ranks must be made alike, but rank 0 has " + here + ", rank " + rank + " has "
                            + there);
                }
            }
        }
    }
}
