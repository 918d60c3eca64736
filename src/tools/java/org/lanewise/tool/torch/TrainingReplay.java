package org.lanewise.tool.torch;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lanewise.Optimizer;
import org.lanewise.OptimizerBuilder;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;
import org.lanewise.Tensor;

/** Runs training steps with their counterpart in several places, and compares what they left with what PyTorch had. */
final class TrainingReplay {
    private final TrainingRecording recording;
    private final TrainingComparison.Chosen chosen;
    private final Differences differences = new Differences();
    private final float[] ownNorms;

    private TrainingReplay(TrainingRecording recording, TrainingComparison.Chosen chosen) {
        this.recording = recording;
        this.chosen = chosen;
        this.ownNorms = new float[recording.origin().steps()];
    }

    /**
     * Runs a case.
     *
     * @param recording where it was recorded
     * @param chosen which case, and what to run
     * @param places where
     * @return what differs
     * @throws IOException if the recording cannot be read, or lacks a tensor
     */
    static Compared run(TrainingRecording recording, TrainingComparison.Chosen chosen, List<Place> places) throws IOException {
        TrainingReplay replay = new TrainingReplay(recording, chosen);
        try {
            for (Place place : places) {
                replay.run(place);
            }
        } catch (IOException e) {
            throw recording.refused(new IOException("case " + Text.quoted(chosen.c().name()) + ": " + e.getMessage(), e));
        }
        return replay.differences.compared(chosen.group(), chosen.toString(), chosen.ownNorm().isEmpty());
    }

    private void run(Place place) throws IOException {
        ParameterStoreBuilder tensors = place.store().builder();
        for (String name : recording.tensors()) {
            tensors.tensor(name, recording.shape(name));
        }
        Optional<double[]> norms = recording.norms(chosen.c());
        try (ParameterStore store = tensors.build(); Optimizer optimizer = optimizer(store, place, norms)) {
            for (Tensor tensor : store.tensors()) {
                tensor.parameter().copyFrom(recording.start(tensor.name()));
            }
            for (int step = 1; step <= recording.origin().steps(); step++) {
                for (Tensor tensor : store.tensors()) {
                    tensor.setHasGradient(chosen.c().hasGradient(tensor.name(), step));
                    tensor.gradient().copyFrom(recording.gradient(tensor.name(), step));
                }
                optimizer.step();
                if (recording.origin().recordedSteps().contains(step)) {
                    for (Tensor tensor : store.tensors()) {
                        compare(place, step, optimizer, tensor);
                    }
                }
            }
        }
        if (chosen.ownNorm().isPresent()) {
            differences.compare(place, recording.origin().steps(), OwnNorm.NORMS, ownNorms, floats(norms.orElseThrow()),
                    chosen.ownNorm().get().ofNorms());
        }
    }

    private static Recorded floats(double[] numbers) {
        float[] values = new float[numbers.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) numbers[i];
        }
        return new Recorded.Floats(values);
    }

    private Optimizer optimizer(ParameterStore store, Place place, Optional<double[]> norms) {
        OptimizerBuilder builder = Optimizer.builder(store).rule(chosen.counterpart().rule()).width(place.width())
                .maximize(chosen.counterpart().maximize());
        chosen.c().describe(builder);
        int[] steps = {0};
        norms.ifPresent(recorded -> builder.globalNorm(norm -> {
            ownNorms[steps[0]] = (float) norm;
            double theirs = recorded[steps[0]++];
            return chosen.ownNorm().isPresent() ? norm : theirs;
        }));
        return builder.build();
    }

    private void compare(Place place, int step, Optimizer optimizer, Tensor tensor) throws IOException {
        for (String what : recording.recorded(chosen.c(), tensor.name())) {
            differences.compare(place, step, tensor.name() + " " + what, values(what, optimizer, tensor),
                    recording.recorded(chosen.c(), step, tensor.name(), what),
                    chosen.ownNorm().map(own -> own.tolerance(what)).orElse(Tolerance.BITS));
        }
    }

    private float[] values(String what, Optimizer optimizer, Tensor tensor) {
        Map<String, String> states = chosen.counterpart().states();
        return switch (what) {
            case Recording.PARAMETERS -> Replay.values(tensor.parameter());
            case TrainingRecording.AVERAGE -> Replay.values(tensor.state(TrainingRecording.AVERAGE));
            case "step" -> new float[] {optimizer.groups().steps(tensor)};
            default -> Replay.values(tensor.state(states.get(what)));
        };
    }
}
