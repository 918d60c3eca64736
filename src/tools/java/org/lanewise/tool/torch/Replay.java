package org.lanewise.tool.torch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Slice;
import org.lanewise.Tensor;
import org.lanewise.tool.Printable;

/** Runs a case with its counterpart in every place, and compares parameters and states with what PyTorch had. */
final class Replay {
    private final Recording recording;
    private final OptimizerCase c;
    private final Counterpart counterpart;
    private final Map<String, Found> tensors = new LinkedHashMap<>();
    private long elements;

    /** What was found of one recorded tensor. */
    private static final class Found {
        final int step;
        final String tensor;
        final BitSet differing = new BitSet(0);
        final List<Place> places = new ArrayList<>();
        int index;
        double ours, theirs;
        long ulps;

        Found(int step, String tensor) {
            this.step = step;
            this.tensor = tensor;
        }

        Compared.Difference difference() {
            return new Compared.Difference(step, tensor, differing, index, ours, theirs, ulps, List.copyOf(places));
        }
    }

    private Replay(Recording recording, OptimizerCase c, Counterpart counterpart) {
        this.recording = recording;
        this.c = c;
        this.counterpart = counterpart;
    }

    /**
     * Runs a case.
     *
     * @param recording where it was recorded
     * @param c which case; the recording has what it needs
     * @param counterpart what to run
     * @return what differs
     * @throws IOException if the recording cannot be read, or a state has another number of elements than Lanewise's
     */
    static Compared run(Recording recording, OptimizerCase c, Counterpart counterpart) throws IOException {
        Replay replay = new Replay(recording, c, counterpart);
        for (Place place : Place.all()) {
            replay.run(place);
        }
        List<Compared.Difference> differences = replay.tensors.values().stream().filter(found -> !found.differing.isEmpty())
                .map(Found::difference).toList();
        return new Compared(c.optimizer(), Printable.of(c.name()), counterpart.near().isEmpty(), replay.tensors.size(),
                replay.elements, differences);
    }

    private void run(Place place) throws IOException {
        long[] shape = c.shape().stream().mapToLong(Long::longValue).toArray();
        try (ParameterStore store = place.store().builder().tensor(Recording.PARAMETERS, shape).build()) {
            Tensor tensor = store.tensor(Recording.PARAMETERS);
            tensor.parameter().copyFrom(recording.start(c));
            Optimizer optimizer = Optimizer.builder(counterpart.rule(), store).width(place.width()).maximize(counterpart.maximize())
                    .build();
            Map<String, Derived> derived = new LinkedHashMap<>();
            counterpart.derived().forEach((name, number) -> derived.put(name, number.get()));
            elements = 0;
            for (int step = 1; step <= recording.recordedSteps().last(); step++) {
                if (counterpart.takesRates()) {
                    optimizer.setLearningRate(counterpart.rule().learningRate() * recording.learningRateFactor(step));
                }
                tensor.gradient().copyFrom(recording.gradient(c, step));
                optimizer.step();
                Map<String, Float> numbers = new HashMap<>();
                for (Map.Entry<String, Derived> number : derived.entrySet()) {
                    numbers.put(number.getKey(), number.getValue().next(optimizer.steps(), optimizer.learningRate()));
                }
                if (recording.recordedSteps().contains(step)) {
                    compare(place, step, Recording.PARAMETERS, values(tensor.parameter()));
                    for (String state : c.states()) {
                        compare(place, step, state, numbers.containsKey(state) ? new float[] {numbers.get(state)}
                                : values(tensor.state(counterpart.states().get(state))));
                    }
                }
            }
        }
    }

    private static float[] values(Slice slice) {
        float[] values = new float[Math.toIntExact(slice.size())];
        slice.copyTo(values);
        return values;
    }

    private void compare(Place place, int step, String what, float[] ours) throws IOException {
        Found found = tensors.computeIfAbsent(step + "/" + what, _ -> new Found(step, what));
        elements += ours.length;
        Recorded recorded = recording.recorded(c, step, what);
        int size = recorded instanceof Recorded.Floats floats ? floats.values().length : 1;
        if (ours.length != size) {
            throw recording.refused(new IOException("case " + Text.quoted(c.name()) + ": " + what + " has " + size
                    + " elements, expected " + ours.length));
        }
        boolean equal = switch (recorded) {
            case Recorded.Floats floats -> isEqual(found, counterpart.tolerance(what), ours, floats.values());
            case Recorded.Scalar scalar -> isEqual(found, counterpart.tolerance(what), ours[0], scalar.value());
        };
        if (!equal) {
            found.places.add(place);
        }
    }

    private static boolean isEqual(Found found, Tolerance near, float[] ours, float[] theirs) {
        boolean equal = true;
        for (int i = 0; i < ours.length; i++) {
            if (!near.allows(ours[i], theirs[i])) {
                equal = false;
                note(found, i, ours[i], theirs[i], Ulps.between(ours[i], theirs[i]));
            }
        }
        return equal;
    }

    /** A double that no float is differs from all of them. */
    private static boolean isEqual(Found found, Tolerance near, float ours, double theirs) {
        boolean isFloat = Double.compare((float) theirs, theirs) == 0;
        if (isFloat && near.allows(ours, (float) theirs)) {
            return true;
        }
        note(found, 0, ours, theirs, Math.max(1, Ulps.between(ours, (float) theirs)));
        return false;
    }

    private static void note(Found found, int index, double ours, double theirs, long ulps) {
        found.differing.set(index);
        if (ulps > found.ulps) {
            found.index = index;
            found.ours = ours;
            found.theirs = theirs;
            found.ulps = ulps;
        }
    }
}
