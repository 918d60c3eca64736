package org.lanewise.distributed.shard;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Tensor;
import org.lanewise.snapshot.GroupPart;
import org.lanewise.snapshot.Snapshot;

/** What must be the same on all ranks, as lines of text. */
public final class Description {
    private static final int BLOCK = 1 << 20;

    private Description() {}

    /**
     * All of it.
     *
     * @param store the whole model
     * @param optimizer steps this rank's part
     * @param reduction what is made of the gradients
     * @return lines {@code name: value}
     */
    public static String of(ParameterStore store, Optimizer optimizer, Object reduction) {
        List<String> lines = new ArrayList<>();
        lines.add("library version: " + version());
        lines.add("byte order: " + ByteOrder.nativeOrder());
        lines.add("reduction: " + reduction);
        Snapshot snapshot = Snapshot.of(optimizer, Map.of(), "comparing");
        lines.add("steps: " + snapshot.steps());
        lines.add("loss scale: " + snapshot.lossScale().map(Object::toString).orElse("none"));
        snapshot.options().forEach((name, value) -> add(lines, name, value));
        for (GroupPart group : snapshot.groups()) {
            String of = " of group '" + group.name() + "'";
            add(lines, "rule" + of, group.rule());
            lines.add("maximize" + of + ": " + group.maximize());
            add(lines, "schedules" + of, group.schedules());
            lines.add("learning rate" + of + ": " + group.position().learningRate() + ", factor " + group.factor());
            lines.add("tensors" + of + ": " + group.tensors());
        }
        for (Tensor tensor : store.tensors()) {
            lines.add("tensor " + tensor.name() + ": shape " + Arrays.toString(tensor.shape()));
        }
        lines.add("states: " + optimizer.store().toString().replaceFirst(".*states (\\w+).*", "$1"));
        for (Tensor tensor : store.tensors()) {
            lines.add("checksum of the parameters of '" + tensor.name() + "': " + checksum(tensor.parameter().segment()));
        }
        return String.join("\n", lines);
    }

    /** Of a class that is in the library's jar: the module's, or the jar's. */
    private static String version() {
        Module module = Optimizer.class.getModule();
        return Optional.ofNullable(module.getDescriptor()).flatMap(each -> each.rawVersion())
                .or(() -> Optional.ofNullable(Optimizer.class.getPackage().getImplementationVersion())).orElse("unknown");
    }

    private static void add(List<String> lines, String name, Object value) {
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            map.forEach((key, each) -> add(lines, key + " of " + name, each));
        } else {
            lines.add(name + ": " + value);
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
