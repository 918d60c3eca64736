package org.lanewise.tool.torch;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.lanewise.Optimizer;
import org.lanewise.ParameterStore;
import org.lanewise.Slice;
import org.lanewise.Tensor;

/** Runs a case with its counterpart in every place, and compares parameters and states with what PyTorch had. */
final class Replay {
    private final Recording recording;
    private final OptimizerCase c;
    private final Counterpart counterpart;
    private final Differences differences = new Differences();

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
        return replay.differences.compared(c.optimizer(), c.name(), counterpart.near().isEmpty());
    }

    private void run(Place place) throws IOException {
        long[] shape = c.shape().stream().mapToLong(Long::longValue).toArray();
        try (ParameterStore store = place.store().builder().tensor(Recording.PARAMETERS, shape).build()) {
            Tensor tensor = store.tensor(Recording.PARAMETERS);
            tensor.parameter().copyFrom(recording.start(c));
            Optimizer optimizer = Optimizer.builder(store).rule(counterpart.rule()).width(place.width()).maximize(counterpart.maximize())
                    .build();
            Map<String, Derived> derived = new LinkedHashMap<>();
            counterpart.derived().forEach((name, number) -> derived.put(name, number.get()));
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

    static float[] values(Slice slice) {
        float[] values = new float[Math.toIntExact(slice.size())];
        slice.copyTo(values);
        return values;
    }

    private void compare(Place place, int step, String what, float[] ours) throws IOException {
        Recorded recorded = recording.recorded(c, step, what);
        try {
            differences.compare(place, step, what, ours, recorded, counterpart.tolerance(what));
        } catch (IOException e) {
            throw recording.refused(new IOException("case " + Text.quoted(c.name()) + ": " + e.getMessage(), e));
        }
    }
}
