package org.lanewise.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.lanewise.Group;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.Slice;
import org.lanewise.Tensor;
import org.lanewise.rule.Sgd;

/** A training whose gradients follow from the number of the step, so that it can be cut anywhere. */
final class TorchTraining implements AutoCloseable {
    /** In this one {@code embed} has no gradient. */
    static final int ABSENT_IN_STEP = 2;
    static final int FIRST_STEPS = 5, MORE_STEPS = 4;

    private final ParameterStore store;
    private final Optimizer optimizer;

    TorchTraining(ParameterStore store, Optimizer optimizer) {
        this.store = store;
        this.optimizer = optimizer;
    }

    /** Tensors of all kinds of shapes. */
    static ParameterStore store() {
        return ParameterStore.builder().tensor("embed.weight", 7, 3).tensor("conv.weight", 2, 3, 5).tensor("fc.bias", 11)
                .tensor("scale").build();
    }

    /** From the beginning, with the biases in a group of another rate. */
    static TorchTraining of(Rule rule) {
        ParameterStore store = store();
        Random random = new Random(1);
        store.tensors().forEach(tensor -> fill(tensor.parameter(), random));
        return new TorchTraining(store, Optimizer.builder(store).rule(rule)
                .group(Group.matching("*.bias").withLearningRateFactor(0.5).withMaximize(true)).build());
    }

    /** As it goes on from a file. */
    static TorchTraining of(TorchCheckpoint file) throws IOException {
        ParameterStore store = store();
        TorchTraining training = new TorchTraining(store, file.optimizerBuilder(store).build());
        file.load(training.optimizer);
        return training;
    }

    Optimizer optimizer() {
        return optimizer;
    }

    private static void fill(Slice slice, Random random) {
        for (long i = 0; i < slice.size(); i++) {
            slice.set(i, (float) random.nextGaussian());
        }
    }

    private static void gradients(ParameterStore store, int step) {
        Random random = new Random(step);
        store.tensors().forEach(tensor -> fill(tensor.gradient(), random));
    }

    /** Does steps, the first of which has this number. */
    void run(int first, int count) {
        for (int step = first; step < first + count; step++) {
            gradients(store, step);
            store.tensor("embed.weight").setHasGradient(step != ABSENT_IN_STEP);
            optimizer.step();
        }
    }

    /** Writes the gradients of steps one after another. */
    void writeGradients(Path file, int first, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) (store.size() * count * Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        for (int step = first; step < first + count; step++) {
            gradients(store, step);
            for (Tensor tensor : store.tensors()) {
                for (long i = 0; i < tensor.size(); i++) {
                    bytes.putFloat(tensor.gradient().get(i));
                }
            }
        }
        Files.write(file, bytes.array());
    }

    /** Numbers that are not the same bits as another training's, nor nearly the same; own steps are compared too. */
    List<String> differences(TorchTraining other, float nearly) {
        Map<String, Float> theirs = other.numbers();
        List<String> differences = new ArrayList<>();
        numbers().forEach((name, number) -> {
            float there = theirs.getOrDefault(name, Float.NaN);
            if (Float.floatToIntBits(number) != Float.floatToIntBits(there)
                    && !(Math.abs(number - there) <= nearly * (1 + Math.abs(number)) && nearly > 0)) {
                differences.add(name + " is " + number + " here, " + there + " there");
            }
        });
        return differences;
    }

    /** All parameters, states that PyTorch has too, and own steps. */
    private Map<String, Float> numbers() {
        Map<String, Float> all = new TreeMap<>();
        for (String group : optimizer.groups().names()) {
            for (Tensor tensor : optimizer.groups().tensors(group)) {
                Rule rule = optimizer.groups().group(group).rule().orElseThrow();
                add(all, tensor.name(), tensor.parameter());
                // SGD's file has none.
                if (!(rule instanceof Sgd)) {
                    all.put(tensor.name() + " steps", (float) optimizer.groups().steps(tensor));
                }
                for (Rule.State state : rule.states()) {
                    if (!isComputedAnew(state.name(), tensor)) {
                        add(all, tensor.name() + " " + state.name(), tensor.state(state.name()));
                    }
                }
            }
        }
        return all;
    }

    /** Adafactor's numbers that are made in every step. */
    private static boolean isComputedAnew(String state, Tensor tensor) {
        return state.equals("inverseMean") || state.equals("rowVariance") && tensor.rank() < 2;
    }

    private static void add(Map<String, Float> all, String name, Slice slice) {
        for (long i = 0; i < slice.size(); i++) {
            all.put(name + "[" + i + "]", slice.get(i));
        }
    }

    @Override
    public void close() {
        optimizer.close();
        store.close();
    }
}
