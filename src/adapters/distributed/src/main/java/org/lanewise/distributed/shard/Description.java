package org.lanewise.distributed.shard;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.zip.CRC32C;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Tensor;
import org.lanewise.snapshot.Described;
import org.lanewise.snapshot.GroupPart;
import org.lanewise.snapshot.Snapshot;

/** What must be the same on all ranks. */
public final class Description {
    private static final int BLOCK = 1 << 20;

    private Description() {}

    /**
     * All of it.
     *
     * @param store the whole model
     * @param optimizer steps this rank's part
     * @param reduction what is made of the gradients
     * @return values by their names
     */
    public static Map<String, String> of(ParameterStore store, Optimizer optimizer, Object reduction) {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("version of the library", version());
        all.put("byte order", ByteOrder.nativeOrder().toString());
        all.put("reduction", reduction.toString());
        Snapshot snapshot = Snapshot.of(optimizer, Map.of(), "comparing");
        for (GroupPart group : snapshot.groups()) {
            // A group whose learning rates have several factors has a part for each.
            String of = " of group '" + group.name() + "'" + (group.factor() == 1 ? "" : " with factor " + group.factor());
            add(all, "rule" + of, group.rule());
            all.put("maximize" + of, String.valueOf(group.maximize()));
            group.schedules().forEach((name, schedule) -> add(all, "schedule of " + name + of, schedule));
            all.put("learning rate" + of, String.valueOf(group.position().learningRate()));
            all.put("tensors" + of, group.tensors().toString());
        }
        snapshot.options().forEach((name, value) -> add(all, name, value));
        all.put("number of steps", String.valueOf(snapshot.steps()));
        snapshot.lossScale().ifPresent(state -> all.put("loss scale", state.toString()));
        all.put("storage of states", optimizer.store().toString().replaceFirst(".*states (\\w+).*", "$1"));
        for (Tensor tensor : store.tensors()) {
            all.put("shape of '" + tensor.name() + "'", Arrays.toString(tensor.shape()));
        }
        for (Tensor tensor : store.tensors()) {
            all.put("checksum of the parameters of '" + tensor.name() + "'", checksum(tensor.parameter().segment()));
        }
        return all;
    }

    /** As the library's jar has it; classes that are not in a jar have none. */
    private static String version() {
        try (InputStream file = Optimizer.class.getResourceAsStream("/META-INF/maven/org.lanewise/lanewise/pom.properties")) {
            Properties properties = new Properties();
            if (file != null) {
                properties.load(file);
            }
            return properties.getProperty("version", "none");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A record is its class, and its components by themselves. */
    private static void add(Map<String, String> all, String name, Object value) {
        if (value instanceof Map<?, ?> map) {
            if (map.get(Described.CLASS) instanceof String type) {
                all.put(name, type.substring(type.lastIndexOf('.') + 1));
            }
            map.forEach((key, each) -> {
                if (!key.equals(Described.CLASS)) {
                    add(all, key + " of " + name, each);
                }
            });
        } else {
            all.put(name, String.valueOf(value));
        }
    }

    private static String checksum(MemorySegment memory) {
        CRC32C sum = new CRC32C();
        for (long from = 0; from < memory.byteSize(); from += BLOCK) {
            sum.update(memory.asSlice(from, Math.min(BLOCK, memory.byteSize() - from)).asByteBuffer());
        }
        return Long.toHexString(sum.getValue());
    }
}
