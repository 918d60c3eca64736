package org.lanewise.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Rule;
import org.lanewise.Slice;
import org.lanewise.Tensor;
import org.lanewise.Width;

/** Runs executed kernels of one rule in one place at one width, and counts what differs from the reference. */
final class Cell {
    private final Rule rule;
    private final Place place;
    private final Width width;
    private final List<String> planes = new ArrayList<>(List.of("parameter", "gradient"));
    private final List<Difference> first = new ArrayList<>();
    private long comparisons;
    private long differences;

    Cell(Rule rule, Place place, Width width) {
        this.rule = rule;
        this.place = place;
        this.width = width;
        rule.states().forEach(state -> planes.add(state.name()));
    }

    Place place() {
        return place;
    }

    Tally tally() {
        return new Tally(rule, place, width, comparisons, differences, first);
    }

    /** Repeats what the reference did, up to the first pass that gives other bits: what comes after starts from other numbers. */
    void compare(Reference reference) {
        Numbers numbers = reference.numbers();
        try (ParameterStore store = place.store(numbers.length())) {
            Optimizer optimizer = Optimizer.of(rule, store, width);
            List<Slice> slices = slices(store.tensors().getLast());
            slices.getFirst().copyFrom(numbers.parameters());
            float[] found = new float[numbers.length()];
            for (Reference.Pass pass : reference.passes()) {
                prepare(numbers, pass, slices);
                if (pass.lookAhead()) {
                    optimizer.lookAhead();
                } else {
                    optimizer.step();
                }
                if (!equal(numbers, pass, slices, found)) {
                    return;
                }
            }
        }
    }

    private List<Slice> slices(Tensor tensor) {
        List<Slice> slices = new ArrayList<>(List.of(tensor.parameter(), tensor.gradient()));
        rule.states().forEach(state -> slices.add(tensor.state(state.name())));
        return slices;
    }

    private void prepare(Numbers numbers, Reference.Pass pass, List<Slice> slices) {
        if (rule.lookAhead().isPresent() && !pass.lookAhead()) {
            return;
        }
        slices.get(1).copyFrom(numbers.gradients(pass.step()));
        if (pass.step() == numbers.refilledStep()) {
            for (int k = 2; k < slices.size(); k++) {
                slices.get(k).copyFrom(numbers.states(k - 2));
            }
        }
    }

    private boolean equal(Numbers numbers, Reference.Pass pass, List<Slice> slices, float[] found) {
        long before = differences;
        for (int k = 0; k < slices.size(); k++) {
            slices.get(k).copyTo(found);
            float[] expected = pass.after()[k];
            comparisons += found.length;
            // By Float.compare: zeros by sign, NaN by kind.
            if (Arrays.mismatch(expected, found) >= 0) {
                count(numbers, pass, k, found);
            }
        }
        return differences == before;
    }

    private void count(Numbers numbers, Reference.Pass pass, int plane, float[] found) {
        float[] expected = pass.after()[plane];
        for (int i = 0; i < found.length; i++) {
            if (Float.floatToIntBits(found[i]) != Float.floatToIntBits(expected[i])) {
                if (differences++ < Tally.KEPT) {
                    Map<String, Float> inputs = new LinkedHashMap<>();
                    for (int k = 0; k < planes.size(); k++) {
                        inputs.put(planes.get(k), pass.before()[k][i]);
                    }
                    first.add(new Difference(rule, place, width, numbers.values(), numbers.length(), pass.step(), pass.lookAhead(),
                            planes.get(plane), i, inputs, expected[i], found[i]));
                }
            }
        }
    }
}
