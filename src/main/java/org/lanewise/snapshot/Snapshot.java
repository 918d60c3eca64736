package org.lanewise.snapshot;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.lanewise.Group;
import org.lanewise.LossScaler;
import org.lanewise.Optimizer;
import org.lanewise.Tensor;
import org.lanewise.execution.GroupSteps;
import org.lanewise.execution.Member;
import org.lanewise.execution.OptimizerAccess;
import org.lanewise.execution.Presence;
import org.lanewise.execution.States;
import org.lanewise.execution.SteppedGroup;
import org.lanewise.execution.Training;
import org.lanewise.kernel.Shape;
import org.lanewise.safetensors.Dtype;
import org.lanewise.safetensors.Numbers;
import org.lanewise.schedule.ReduceOnPlateau;

/**
 * All that makes a training go on, whatever file it is kept in.
 *
 * @param steps number of steps done
 * @param accumulatedWeight sum of the weights of gradients since the last step
 * @param lossScale where the loss scaler stands; empty without one
 * @param options what else the optimizer was built with, as {@link Described} has it
 * @param groups its groups: those that are stepped in the order in which they are, then frozen ones
 * @param tensors all tensors of the store, in their order
 * @param trackers where plateau trackers stand: those of schedules, named by these, and the user's own
 */
public record Snapshot(long steps, double accumulatedWeight, Optional<LossScaler.State> lossScale, Map<String, Object> options,
        List<GroupPart> groups, List<TensorPart> tensors, Map<String, ReduceOnPlateau.State> trackers) {
    private static final long ALIGNMENT = 64;

    /**
     * Of an optimizer between two steps.
     *
     * @param optimizer the optimizer
     * @param trackers the user's own, by name
     * @param what is done with it, for messages
     * @return its numbers where they are, no copy
     * @throws IllegalStateException if it is not between two steps
     */
    public static Snapshot of(Optimizer optimizer, Map<String, ReduceOnPlateau.Tracker> trackers, String what) {
        OptimizerAccess access = OptimizerAccess.get();
        access.requireBetweenSteps(optimizer, what);
        Training training = access.training(optimizer);
        double weight = access.accumulatedWeight(optimizer);
        Map<String, Object> options = new TreeMap<>();
        access.options(optimizer).forEach((name, value) -> options.put(name, Described.of(value)));
        Map<String, ReduceOnPlateau.State> states = new TreeMap<>();
        trackers(optimizer, trackers).forEach((name, tracker) -> states.put(name, tracker.state()));
        return new Snapshot(optimizer.steps(), weight, optimizer.lossScalerState(), options, groups(optimizer, training),
                tensors(optimizer, training, weight != 0), states);
    }

    /**
     * All plateau trackers of an optimizer.
     *
     * @param optimizer the optimizer
     * @param own the user's own
     * @return by their names in a snapshot
     */
    static Map<String, ReduceOnPlateau.Tracker> trackers(Optimizer optimizer, Map<String, ReduceOnPlateau.Tracker> own) {
        Map<String, ReduceOnPlateau.Tracker> all = new TreeMap<>(own);
        for (String name : optimizer.groups().names()) {
            optimizer.groups().group(name).schedules().forEach((number, schedule) -> {
                List<ReduceOnPlateau.Tracker> found = Described.trackers(schedule);
                for (int k = 0; k < found.size(); k++) {
                    all.put("schedule " + (k + 1) + " of " + number + " of group '" + name + "'", found.get(k));
                }
            });
        }
        return all;
    }

    private static List<GroupPart> groups(Optimizer optimizer, Training training) {
        List<Tensor> tensors = optimizer.store().tensors();
        List<GroupPart> parts = new ArrayList<>();
        for (SteppedGroup each : training.groups()) {
            Group group = optimizer.groups().group(each.name());
            Map<String, Object> schedules = new TreeMap<>();
            group.schedules().forEach((name, schedule) -> schedules.put(name, Described.of(schedule)));
            parts.add(new GroupPart(each.name(), false, group.maximize().orElse(false), Described.of(group.rule().orElseThrow()), schedules,
                    each.steps().factor(), each.steps().position(),
                    each.tensors().stream().map(tensor -> tensors.get(tensor).name()).toList()));
        }
        List<String> frozen = tensors.stream().map(Tensor::name).collect(Collectors.toCollection(ArrayList::new));
        parts.forEach(part -> frozen.removeAll(Set.copyOf(part.tensors())));
        if (!frozen.isEmpty()) {
            parts.add(GroupPart.frozen("frozen", frozen));
        }
        return parts;
    }

    private static List<TensorPart> tensors(Optimizer optimizer, Training training, boolean accumulated) {
        Map<Integer, Member> members = new HashMap<>();
        training.members().forEach(member -> members.put(member.index(), member));
        List<TensorPart> parts = new ArrayList<>();
        for (Tensor tensor : optimizer.store().tensors()) {
            List<Long> shape = LongStream.of(tensor.shape()).boxed().toList();
            Optional<Member> member = Optional.ofNullable(members.get(parts.size()));
            Dtype type = Dtype.of(tensor.parameter().storage().name()).orElseThrow();
            Numbers parameter = new Numbers(type, tensor.size(), tensor.parameter().segment());
            parts.add(new TensorPart(tensor.name(), shape, Optional.of(parameter), member.map(Snapshot::states).orElse(Map.of()),
                    member.flatMap(Member::average).map(located -> whole(located, tensor.size())),
                    member.flatMap(Member::sum).filter(_ -> accumulated).map(located -> whole(located, tensor.size())),
                    training.presence().position(parts.size())));
        }
        return parts;
    }

    private static Map<String, TensorPart.State> states(Member member) {
        Map<String, TensorPart.State> all = new LinkedHashMap<>();
        States states = member.states().states();
        Shape shape = member.tensor().shape();
        for (int k = 0; k < states.kinds().size(); k++) {
            States.Kind kind = states.kinds().get(k);
            all.put(kind.name(), new TensorPart.State(kind.extent(), kind.initialValue(),
                    Numbers.of(states.plane(k, member.states().place()), shape.count(kind.extent()))));
        }
        return all;
    }

    private static Numbers whole(Member.Located located, long size) {
        return Numbers.of(located.states().plane(0, located.place()), size);
    }

    /**
     * All numbers in their order.
     *
     * @return parameters, states, averages and sums of each tensor
     */
    public List<Numbers> numbers() {
        List<Numbers> all = new ArrayList<>();
        tensors.forEach(tensor -> map(tensor, numbers -> {
            all.add(numbers);
            return numbers;
        }));
        return all;
    }

    /**
     * A copy that stays as it is while steps go on.
     *
     * @param arena owns the memory
     * @return the same with numbers of its own
     */
    public Snapshot copied(Arena arena) {
        MemorySegment memory = arena.allocate(Math.max(1, bytes()), ALIGNMENT);
        return copied(memory);
    }

    /**
     * A copy that stays as it is while steps go on.
     *
     * @param memory gets the numbers: {@link #bytes} bytes
     * @return the same with numbers in this memory
     */
    public Snapshot copied(MemorySegment memory) {
        long[] end = {0};
        return new Snapshot(steps, accumulatedWeight, lossScale, options, groups, tensors.stream().map(tensor -> map(tensor, numbers -> {
            MemorySegment part = memory.asSlice(end[0], numbers.memory().byteSize());
            part.copyFrom(numbers.memory());
            end[0] += padded(numbers);
            return new Numbers(numbers.type(), numbers.size(), part);
        })).toList(), trackers);
    }

    /**
     * Memory that a copy takes.
     *
     * @return a number of bytes
     */
    public long bytes() {
        return numbers().stream().mapToLong(Snapshot::padded).sum();
    }

    private static long padded(Numbers numbers) {
        return (numbers.memory().byteSize() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static TensorPart map(TensorPart tensor, UnaryOperator<Numbers> change) {
        Optional<Numbers> parameter = tensor.parameter().map(change);
        Map<String, TensorPart.State> states = new LinkedHashMap<>();
        tensor.states().forEach((name, state) -> states.put(name,
                new TensorPart.State(state.extent(), state.initialValue(), change.apply(state.numbers()))));
        return new TensorPart(tensor.name(), tensor.shape(), parameter, states, tensor.average().map(change),
                tensor.accumulated().map(change), tensor.position());
    }

    /**
     * Own steps of a tensor of a group.
     *
     * @param group the group
     * @param tensor the tensor
     * @return at least 0
     */
    public static long ownSteps(GroupPart group, TensorPart tensor) {
        GroupSteps.Position position = group.position();
        Presence.Position own = tensor.position();
        return group.frozen() ? 0 : position.done() - position.before() - own.missed();
    }
}
