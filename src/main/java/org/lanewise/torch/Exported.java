package org.lanewise.torch;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.lanewise.Group;
import org.lanewise.Optimizer;
import org.lanewise.Rule;
import org.lanewise.Slice;
import org.lanewise.Storage;
import org.lanewise.Tensor;
import org.lanewise.access.Components;
import org.lanewise.access.KernelAccess;
import org.lanewise.execution.OptimizerAccess;
import org.lanewise.execution.Presence;
import org.lanewise.execution.SteppedGroup;
import org.lanewise.execution.Training;
import org.lanewise.schedule.Schedule;
import org.lanewise.torchfile.Dtype;
import org.lanewise.torchfile.Elements;
import org.lanewise.torchfile.Pickled;

/** An optimizer and its parameters as PyTorch has them: {@code {"model": ..., "optimizer": {"state": ..., "param_groups": [...]}}}. */
public final class Exported {
    private static final String LEARNING_RATE = "learningRate";

    private final Optimizer optimizer;
    private final Training training;
    private final Map<Pickled.Key, Pickled> states = new LinkedHashMap<>();
    private final List<Pickled> groups = new ArrayList<>();
    private long parameters;

    private Exported(Optimizer optimizer) {
        this.optimizer = optimizer;
        this.training = OptimizerAccess.get().training(optimizer);
    }

    /**
     * Describes an optimizer.
     *
     * @param optimizer between two steps
     * @return tensors whose numbers are read from the store when they are asked for
     * @throws IllegalArgumentException if PyTorch has no counterpart of a rule, or of an option of it
     * @throws IllegalStateException if the optimizer is not between two steps
     */
    public static Pickled.Dict of(Optimizer optimizer) {
        OptimizerAccess.get().requireBetweenSteps(optimizer, "saving");
        Exported exported = new Exported(optimizer);
        Map<Pickled.Key, Pickled> model = new LinkedHashMap<>();
        for (Tensor tensor : optimizer.store().tensors()) {
            model.put(new Pickled.Text(tensor.name()), tensor(tensor.parameter(), LongStream.of(tensor.shape()).boxed().toList()));
        }
        exported.training.groups().forEach(exported::add);
        return dict("model", new Pickled.Dict(model), "optimizer",
                dict("state", new Pickled.Dict(exported.states), "param_groups", new Pickled.Items(exported.groups)));
    }

    private static Pickled.Dict dict(String first, Pickled firstValue, String second, Pickled secondValue) {
        Map<Pickled.Key, Pickled> entries = new LinkedHashMap<>();
        entries.put(new Pickled.Text(first), firstValue);
        entries.put(new Pickled.Text(second), secondValue);
        return new Pickled.Dict(entries);
    }

    /** The rule with the numbers of the next step. */
    private Rule now(Group group) {
        Rule rule = group.rule().orElseThrow();
        for (Map.Entry<String, Schedule> each : group.schedules().entrySet()) {
            if (!each.getKey().equals(LEARNING_RATE)) {
                Components component = new Components(rule.getClass(), KernelAccess.get().lookup(rule.kernel()), each.getKey());
                rule = component.with(rule, each.getValue().at(optimizer.steps() + 1, component.get(group.rule().orElseThrow())));
            }
        }
        return rule;
    }

    private void add(SteppedGroup stepped) {
        Group group = optimizer.groups().group(stepped.name());
        Rule rule = now(group);
        Follower<?> follower = Followers.of(rule);
        Map<Pickled.Key, Pickled> options = follower.options(rule, stepped.steps().learningRate(), group.maximize().orElse(false));
        if (group.schedules().containsKey(LEARNING_RATE)) {
            options.put(new Pickled.Text("initial_lr"),
                    new Pickled.Real(stepped.steps().position().learningRate() * stepped.steps().factor()));
        }
        List<Pickled> names = new ArrayList<>(), numbers = new ArrayList<>();
        for (int index : stepped.tensors()) {
            Tensor tensor = optimizer.store().tensors().get(index);
            Presence.Position own = training.presence().position(index);
            Map<Pickled.Key, Pickled> state = state(follower, rule, tensor,
                    own.wasAbsent() ? own.previousLearningRate() : stepped.steps().previousLearningRate());
            if (!state.isEmpty()) {
                states.put(new Pickled.Whole(parameters), new Pickled.Dict(state));
            }
            names.add(new Pickled.Text(tensor.name()));
            numbers.add(new Pickled.Whole(parameters++));
        }
        options.put(new Pickled.Text("param_names"), new Pickled.Items(names));
        options.put(new Pickled.Text("params"), new Pickled.Items(numbers));
        groups.add(new Pickled.Dict(options));
    }

    /** Nothing before a first step, as in PyTorch; its Adagrad has its state from the beginning. */
    private Map<Pickled.Key, Pickled> state(Follower<?> follower, Rule rule, Tensor tensor, double previousLearningRate) {
        Map<Pickled.Key, Pickled> state = new LinkedHashMap<>();
        long steps = optimizer.groups().steps(tensor);
        if (steps == 0 && !follower.optimizer().equals("Adagrad")) {
            return state;
        }
        for (String scalar : follower.scalars()) {
            state.put(new Pickled.Text(scalar), Numbers.tensor(Numbers.of(scalar, rule, steps, previousLearningRate)));
        }
        for (Rule.State each : rule.states()) {
            follower.torchName(each.name(), tensor.rank()).ifPresent(name -> state.put(new Pickled.Text(name),
                    tensor(tensor.state(each.name()), StateShapes.of(name, LongStream.of(tensor.shape()).boxed().toList()))));
        }
        return state;
    }

    private static Pickled.Tensor tensor(Slice slice, List<Long> shape) {
        return slice.storage() == Storage.F32
                ? new Pickled.Tensor(Dtype.F32, shape, littleEndian(slice, ValueLayout.JAVA_INT_UNALIGNED))
                : new Pickled.Tensor(Dtype.BF16, shape, littleEndian(slice, ValueLayout.JAVA_SHORT_UNALIGNED));
    }

    private static Elements littleEndian(Slice slice, ValueLayout element) {
        long bytes = element.byteSize();
        return (index, target) -> MemorySegment.copy(slice.segment(), element, index * bytes, target,
                element.withOrder(ByteOrder.LITTLE_ENDIAN), 0, target.byteSize() / bytes);
    }
}
