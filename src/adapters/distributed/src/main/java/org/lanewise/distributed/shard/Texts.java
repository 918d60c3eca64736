package org.lanewise.distributed.shard;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.lanewise.distributed.Communicator;

/** Exchanges texts, and compares them. */
public final class Texts {
    private static final String SEPARATOR = "\t";

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
     * Refuses ranks whose properties differ; all ranks refuse the same.
     *
     * @param communicator the ranks
     * @param properties of this one: values by their names
     * @throws IllegalStateException if another has others; the message has the first that differs
     */
    public static void requireSame(Communicator communicator, Map<String, String> properties) {
        List<String> lines = new ArrayList<>();
        properties.forEach((name, value) -> lines.add(oneLine(name) + SEPARATOR + oneLine(value)));
        List<Map<String, String>> all = gather(communicator, String.join("\n", lines)).stream().map(Texts::properties).toList();
        for (int rank = 1; rank < all.size(); rank++) {
            Set<String> names = new LinkedHashSet<>(all.getFirst().keySet());
            names.addAll(all.get(rank).keySet());
            for (String name : names) {
                String first = all.getFirst().getOrDefault(name, "none"), other = all.get(rank).getOrDefault(name, "none");
                if (!first.equals(other)) {
                    throw new IllegalStateException("all ranks must be made alike, but " + name + " is " + first + " on rank 0, " + other
                            + " on rank " + rank);
                }
            }
        }
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s", " ");
    }

    private static Map<String, String> properties(String text) {
        Map<String, String> all = new LinkedHashMap<>();
        text.lines().map(line -> line.split(SEPARATOR, 2)).forEach(each -> all.put(each[0], each[1]));
        return all;
    }
}
