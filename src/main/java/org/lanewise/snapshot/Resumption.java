package org.lanewise.snapshot;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lanewise.Optimizer;
import org.lanewise.execution.GroupSteps;
import org.lanewise.execution.OptimizerAccess;
import org.lanewise.execution.Presence;
import org.lanewise.execution.Training;
import org.lanewise.safetensors.Dtype;
import org.lanewise.safetensors.Numbers;
import org.lanewise.schedule.ReduceOnPlateau;
import org.lanewise.storage.Bf16Native;
import org.lanewise.storage.F32Native;

/** An optimizer that goes on from a snapshot. */
public final class Resumption {
    private final Snapshot saved;
    private final Optimizer optimizer;
    private final Loading loading;
    private final Snapshot here;
    private final Matching matching;
    private final Map<String, ReduceOnPlateau.Tracker> trackers;
    private final Training training;

    /**
     * Compares both; nothing has changed after that.
     *
     * @param saved where to go on
     * @param optimizer what goes on
     * @param own the user's own plateau trackers, by name
     * @param loading in what they may differ
     * @throws IllegalStateException if the optimizer is not between two steps
     * @throws IllegalArgumentException if they differ in anything else; the message has all of it
     */
    public Resumption(Snapshot saved, Optimizer optimizer, Map<String, ReduceOnPlateau.Tracker> own, Loading loading) {
        this.saved = saved;
        this.optimizer = optimizer;
        this.loading = loading;
        this.here = Snapshot.of(optimizer, own, "loading");
        this.trackers = Snapshot.trackers(optimizer, own);
        this.training = OptimizerAccess.get().training(optimizer);
        this.matching = new Matching(saved, here, loading);
        List<String> differences = matching.differences();
        if (!differences.isEmpty()) {
            throw new IllegalArgumentException("an optimizer of " + optimizer.rule() + " must be as the one that was saved, but\n- "
                    + String.join("\n- ", differences));
        }
        requireLearningRates();
    }

    private boolean keepsLearningRates() {
        return loading.allowed().contains(Deviation.LEARNING_RATES);
    }

    private void requireLearningRates() {
        for (int k = 0; k < training.groups().size() && !keepsLearningRates(); k++) {
            GroupSteps steps = training.groups().get(k).steps();
            matching.saved(here.groups().get(k)).ifPresent(group -> steps.requireLearningRate(group.position().learningRate()));
        }
    }

    /** Copies everything. */
    public void run() {
        Map<String, Integer> index = new HashMap<>();
        here.tensors().forEach(tensor -> index.put(tensor.name(), index.size()));
        boolean hasSums = saved.accumulatedWeight() > 0 && here.options().containsKey("accumulate");
        OptimizerAccess.get().resume(optimizer, saved.steps(), hasSums ? saved.accumulatedWeight() : 0);
        // Sums of gradients are part of a snapshot only if there are some.
        Snapshot target = Snapshot.of(optimizer, Map.of(), "loading");
        for (TensorPart tensor : target.tensors()) {
            matching.saved(tensor.name()).flatMap(TensorPart::parameter).ifPresent(each -> each.copyTo(tensor.parameter().orElseThrow()));
        }
        for (int k = 0; k < training.groups().size(); k++) {
            GroupPart group = target.groups().get(k);
            GroupSteps steps = training.groups().get(k).steps();
            GroupSteps.Position position = position(group);
            steps.resume(position);
            for (String name : group.tensors()) {
                resume(target.tensors().get(index.get(name)), index.get(name), position);
            }
        }
        saved.lossScale().filter(_ -> optimizer.lossScalerState().isPresent()).ifPresent(optimizer::resume);
        trackers.forEach((name, tracker) -> {
            if (!keepsLearningRates()) {
                tracker.resume(saved.trackers().get(name));
            }
        });
    }

    private GroupSteps.Position position(GroupPart group) {
        GroupSteps.Position mine = group.position();
        return matching.saved(group).map(GroupPart::position)
                .map(theirs -> keepsLearningRates()
                        ? new GroupSteps.Position(mine.learningRate(), theirs.previousLearningRate(), theirs.before(), theirs.done())
                        : theirs)
                .orElse(new GroupSteps.Position(mine.learningRate(), 0, saved.steps(), saved.steps()));
    }

    private void resume(TensorPart tensor, int index, GroupSteps.Position position) {
        Optional<TensorPart> theirs = matching.savedGroup(tensor.name()).flatMap(_ -> matching.saved(tensor.name()));
        training.presence().resume(index, theirs.map(TensorPart::position)
                .orElse(new Presence.Position(position.done() - position.before(), false, 0)));
        tensor.states().forEach((name, state) -> Optional.ofNullable(theirs.map(TensorPart::states).orElse(Map.of()).get(name))
                .ifPresentOrElse(each -> each.numbers().copyTo(state.numbers()), () -> fill(state.numbers(), state.initialValue())));
        // An average that is not there begins with the parameters, as after a first update.
        tensor.average().ifPresent(mine -> theirs.flatMap(TensorPart::average).orElse(tensor.parameter().orElseThrow()).copyTo(mine));
        tensor.accumulated().ifPresent(mine -> theirs.flatMap(TensorPart::accumulated)
                .ifPresentOrElse(each -> each.copyTo(mine), () -> fill(mine, 0)));
    }

    private static void fill(Numbers numbers, float value) {
        (numbers.type() == Dtype.F32 ? new F32Native(numbers.memory()) : new Bf16Native(numbers.memory())).fill(value, numbers.size());
    }
}
