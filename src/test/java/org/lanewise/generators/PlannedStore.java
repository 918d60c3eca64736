package org.lanewise.generators;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Tensor;

/** A store as planned, and the caller's memory that it wraps, which goes on with canaries before and after each part. */
public final class PlannedStore implements AutoCloseable {
    private static final int CANARY = 0x7fa5a5a5;
    private static final int AFTER = 19;

    private final StorePlan plan;
    private final List<Integer> chosen;
    private final Arena arena = Arena.ofShared();
    private final List<Part> parts = new ArrayList<>();
    private final ParameterStore store;

    /** What a tensor wraps, and all of the array or segment that it is part of. */
    private record Part(String what, MemorySegment whole, int offset, int size) {
        MemorySegment segment() {
            return whole.asSlice(4L * offset, 4L * size);
        }

        void requireCanaries() {
            for (int i = 0; i < whole.byteSize() / 4; i++) {
                if (i < offset || i >= offset + size) {
                    assertEquals(CANARY, whole.getAtIndex(ValueLayout.JAVA_INT, i), what + ": element " + i + " outside its part");
                }
            }
        }
    }

    PlannedStore(StorePlan plan, List<Integer> chosen, ParameterStoreBuilder builder) {
        this.plan = plan;
        this.chosen = chosen;
        chosen.forEach(tensor -> add(builder, StorePlan.name(tensor), plan.tensors().get(tensor)));
        this.store = builder.build();
        chosen.forEach(tensor -> tensor(tensor).parameter().copyFrom(plan.tensors().get(tensor).parameters()));
        writeGradients(0);
    }

    private void add(ParameterStoreBuilder builder, String name, TensorPlan tensor) {
        int size = tensor.size(), parameterOffset = tensor.parameterOffset(), gradientOffset = tensor.gradientOffset();
        switch (tensor.memory()) {
            case OWNED -> builder.tensor(name, tensor.shape());
            case ARRAY -> {
                float[] parameters = new float[parameterOffset + size + AFTER], gradients = new float[gradientOffset + size + AFTER];
                part("parameters of " + name, MemorySegment.ofArray(parameters), parameterOffset, size);
                part("gradients of " + name, MemorySegment.ofArray(gradients), gradientOffset, size);
                builder.wrap(name, parameters, parameterOffset, gradients, gradientOffset, tensor.shape());
            }
            case SEGMENT -> {
                Part parameters = part("parameters of " + name, allocate(parameterOffset + size + AFTER), parameterOffset, size);
                Part gradients = part("gradients of " + name, allocate(gradientOffset + size + AFTER), gradientOffset, size);
                builder.wrap(name, parameters.segment(), gradients.segment(), tensor.shape());
            }
        }
    }

    private MemorySegment allocate(int elements) {
        return arena.allocate(4L * elements, 64);
    }

    private Part part(String what, MemorySegment whole, int offset, int size) {
        for (int i = 0; i < whole.byteSize() / 4; i++) {
            whole.setAtIndex(ValueLayout.JAVA_INT, i, CANARY);
        }
        Part part = new Part(what, whole, offset, size);
        parts.add(part);
        return part;
    }

    /** The store. */
    public ParameterStore store() {
        return store;
    }

    /** One of its tensors, by its place in the plan. */
    public Tensor tensor(int tensor) {
        return store.tensor(StorePlan.name(tensor));
    }

    /** Writes the gradients of a step. */
    public void writeGradients(int step) {
        chosen.forEach(tensor -> tensor(tensor).gradient().copyFrom(plan.tensors().get(tensor).gradients(step)));
    }

    /** Fails if anything around the wrapped parts has changed. Freed memory is not looked at. */
    public void requireCanaries() {
        parts.stream().filter(part -> part.whole().scope().isAlive()).forEach(Part::requireCanaries);
    }

    /** Frees the segments that it wraps. */
    public void freeSegments() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    @Override
    public void close() {
        store.close();
        freeSegments();
    }
}
