package org.lanewise.bench.work;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Rule;
import org.lanewise.Slice;
import org.lanewise.Storage;
import org.lanewise.Tensor;

/**
 * The numbers of a tensor in a benchmark: puts in what each iteration starts from, and makes sure that ordinary ones were worked on. They
 * repeat after {@link Workload#PERIOD}, so only the first period is converted and looked at. For 16 Mi parameters all of them took longer
 * than the steps that were timed.
 */
final class Numbers implements AutoCloseable {
    private final boolean isNative;
    private final List<Plane> planes = new ArrayList<>();
    private final List<ParameterStore> starts = new ArrayList<>();
    private final float[] scratch;
    private final short[] shorts;

    /** A start of null: the initial value everywhere. */
    private record Plane(String name, Slice slice, MemorySegment memory, MemorySegment start, float initial) {}

    Numbers(Tensor tensor, Rule rule, boolean isNative) {
        this.isNative = isNative;
        int period = (int) Math.min(tensor.parameter().size(), Workload.PERIOD);
        scratch = new float[period];
        shorts = new short[period];
        add("parameter", tensor.parameter(), Workload.parameters(period));
        add("gradient", tensor.gradient(), Workload.gradients(period));
        for (Rule.State state : rule.states()) {
            Slice slice = tensor.state(state.name());
            if (state.name().equals(Workload.LAST_GRADIENT)) {
                add(state.name(), slice, Workload.gradients(period));
            } else {
                planes.add(new Plane(state.name(), slice, slice.segment(), null, state.initialValue()));
            }
        }
    }

    private void add(String name, Slice slice, float[] values) {
        planes.add(new Plane(name, slice, slice.segment(), kept(slice.storage(), values), 0));
    }

    /** Values as a plane keeps them, in memory of the same kind: other memory in this JVM can make kernels slower. */
    private MemorySegment kept(Storage storage, float[] values) {
        ParameterStoreBuilder builder = isNative ? ParameterStore.builder().nativeMemory() : ParameterStore.builder().heap();
        ParameterStore store = builder.parameters(storage).gradients(storage).tensor("start", values.length).build();
        starts.add(store);
        Slice slice = store.tensor("start").parameter();
        slice.copyFrom(values);
        return slice.segment();
    }

    void fill() {
        for (Plane plane : planes) {
            if (plane.start == null) {
                plane.slice.fill(plane.initial);
            } else {
                long size = plane.memory.byteSize(), period = plane.start.byteSize();
                for (long from = 0; from < size; from += period) {
                    MemorySegment.copy(plane.start, 0, plane.memory, from, Math.min(period, size - from));
                }
            }
        }
    }

    /** Throws unless all are finite and none is subnormal. */
    void requireNormal() {
        for (Plane plane : planes) {
            int count = (int) Math.min(scratch.length, plane.slice.size());
            if (plane.slice.storage() == Storage.F32) {
                MemorySegment.copy(plane.memory, ValueLayout.JAVA_FLOAT, 0, scratch, 0, count);
            } else {
                MemorySegment.copy(plane.memory, ValueLayout.JAVA_SHORT, 0, shorts, 0, count);
                for (int i = 0; i < count; i++) {
                    scratch[i] = Float.intBitsToFloat(shorts[i] << 16);
                }
            }
            Workload.requireNormal(plane.name, scratch, count);
        }
    }

    @Override
    public void close() {
        starts.forEach(ParameterStore::close);
    }
}
