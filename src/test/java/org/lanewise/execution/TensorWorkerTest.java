package org.lanewise.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Shape;
import org.lanewise.splicer.GradientForm;
import org.lanewise.storage.ChunkPlane;
import org.lanewise.storage.F32Heap;
import org.lanewise.storage.MemoryPlane;

/** States that loops see through a chunk. */
class TensorWorkerTest {
    private static final String RULE = "a rule";

    @Test
    void aWritableStagedStateIsLoadedBeforeEachChunkAndStoredAfterIt() {
        int size = 2 * ChunkPlane.SIZE + 37;
        float[] parameters = new float[size], kept = new float[size];
        for (int i = 0; i < size; i++) {
            kept[i] = i;
        }
        MemoryPlane parameter = new F32Heap(parameters, 0);
        Halved halved = new Halved(new ChunkPlane(), new ArrayList<>());
        var task = new TensorPass.Task(0, Shape.of(size), size, false, new MemoryPlane[] {parameter, parameter, new F32Heap(kept, 0)});
        Loop update = new Loop(new AddOne(RULE), List.of());
        Splicing splicing = new Splicing(RULE, 128, 1, GradientForm.PLAIN, Set.of());
        StepNumbers numbers = new StepNumbers(false);
        numbers.step(1, 0.5, 0.5);
        TensorWorker worker = new TensorWorker(splicing, numbers, List.of(update), new Staged[] {halved}, List.of(List.of(task)), List.of(),
                new Presence(1, false));
        worker.prepare();
        worker.run(0, 0, 1);
        for (int i = 0; i < size; i++) {
            assertEquals(2 * i, parameters[i], "what the loop saw of state " + i);
            assertEquals(i + 0.5f, kept[i], "state " + i);
        }
        assertEquals(List.of("load 0 1024", "store 0 1024", "load 1024 1024", "store 1024 1024", "load 2048 37", "store 2048 37"),
                halved.calls());
    }

    /** Keeps half of what loops see. */
    private record Halved(ChunkPlane chunk, List<String> calls) implements Staged {
        @Override
        public boolean changesWithChunk() {
            return true;
        }

        @Override
        public void spread(Plane state, int from, int to) {
            throw new AssertionError("chunks differ");
        }

        @Override
        public boolean writable() {
            return true;
        }

        @Override
        public void load(MemoryPlane state, Shape shape, long start, int length) {
            calls.add("load " + start + " " + length);
            for (int i = 0; i < length; i++) {
                chunk.set(i, 2 * state.get((int) start + i));
            }
        }

        @Override
        public void store(MemoryPlane state, Shape shape, long start, int length) {
            calls.add("store " + start + " " + length);
            for (int i = 0; i < length; i++) {
                state.set((int) start + i, chunk.get(i) / 2);
            }
        }
    }

    /** Shows the state in the parameter, and adds 1 to it. */
    static final class AddOne extends Kernel {
        AddOne(String rule) {
            super(MethodHandles.lookup());
        }

        @Override
        public void vector(Plane[] planes, int from, int to) {
            throw new AssertionError("one lane has no vectors");
        }

        @Override
        public void scalar(Plane[] planes, int from, int to) {
            Plane w = planes[0], s = planes[2];
            for (int i = from; i < to; i++) {
                w.set(i, s.get(i));
                s.set(i, s.get(i) + 1);
            }
        }
    }
}
