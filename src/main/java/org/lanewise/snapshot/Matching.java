package org.lanewise.snapshot;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.lanewise.safetensors.Numbers;

/** What belongs together in a snapshot and an optimizer, and all differences between them. */
final class Matching {
    private static final String LEARNING_RATE = "learningRate";

    private final Snapshot saved;
    private final Snapshot here;
    private final Loading loading;
    private final List<String> differences = new ArrayList<>();
    private final Map<String, TensorPart> savedTensors = new HashMap<>();
    private final Map<String, GroupPart> savedGroups = new HashMap<>();
    private final Map<String, String> savedNames = new HashMap<>();

    Matching(Snapshot saved, Snapshot here, Loading loading) {
        this.saved = saved;
        this.here = here;
        this.loading = loading;
        saved.tensors().forEach(tensor -> savedTensors.put(tensor.name(), tensor));
        saved.groups().forEach(group -> group.tensors().forEach(name -> savedGroups.put(name, group)));
        here.tensors().forEach(tensor -> savedNames.put(tensor.name(), loading.nameInSnapshot().apply(tensor.name())));
        tensors();
        here.groups().forEach(this::group);
        options();
        trackers();
    }

    /** What must not differ, but does. */
    List<String> differences() {
        return differences;
    }

    /** The tensor in the snapshot; empty if it is not there. */
    Optional<TensorPart> saved(String tensor) {
        return Optional.ofNullable(savedTensors.get(savedNames.get(tensor)));
    }

    /** The part of a group that its tensors were in; empty if none was stepped. */
    Optional<GroupPart> saved(GroupPart group) {
        return group.tensors().stream().flatMap(tensor -> savedGroup(tensor).stream()).findFirst();
    }

    /** The part of a group that a tensor was in; empty if it was not stepped. */
    Optional<GroupPart> savedGroup(String tensor) {
        return saved(tensor).flatMap(each -> Optional.ofNullable(savedGroups.get(each.name()))).filter(group -> !group.frozen());
    }

    private void differ(Deviation deviation, String difference) {
        if (!loading.allowed().contains(deviation)) {
            differences.add(difference);
        }
    }

    private static String inBoth(Object saved, Object here) {
        return " " + saved + " in the file, " + here + " here";
    }

    private void tensors() {
        Map<String, String> taken = new HashMap<>();
        for (TensorPart tensor : here.tensors()) {
            String name = tensor.name();
            String other = taken.put(savedNames.get(name), name);
            if (other != null) {
                differences.add("'" + other + "' and '" + name + "' are both '" + savedNames.get(name) + "' in the file");
            }
            saved(name).ifPresentOrElse(each -> tensor(each, tensor), () -> differ(Deviation.ADDED_TENSORS,
                    "'" + name + "' is not in the file"
                            + (savedNames.get(name).equals(name) ? "" : " by the name '" + savedNames.get(name) + "'")));
        }
        saved.tensors().stream().filter(tensor -> !taken.containsKey(tensor.name()))
                .forEach(tensor -> differ(Deviation.DROPPED_TENSORS, "'" + tensor.name() + "' is in the file, but not in the store"));
    }

    private void tensor(TensorPart there, TensorPart tensor) {
        String name = tensor.name();
        if (!there.shape().equals(tensor.shape())) {
            differences.add("'" + name + "' has shape" + inBoth(there.shape(), tensor.shape()));
            return;
        }
        compare("parameters of '" + name + "'", there.parameter(), tensor.parameter());
        if (savedGroup(name).isEmpty() || tensor.states().isEmpty() && there.states().isEmpty()) {
            return;
        }
        tensor.states().forEach((state, mine) -> {
            Optional<TensorPart.State> theirs = Optional.ofNullable(there.states().get(state));
            String what = "state '" + state + "' of '" + name + "'";
            if (theirs.isEmpty()) {
                differ(Deviation.OPTIONS, what + " is not in the file");
            } else {
                compare(what, theirs.map(TensorPart.State::numbers), Optional.of(mine.numbers()));
            }
        });
    }

    private void compare(String what, Optional<Numbers> there, Optional<Numbers> mine) {
        if (there.isPresent() && mine.isPresent()) {
            if (there.get().size() != mine.get().size()) {
                differences.add(what + " have" + inBoth(there.get().size() + " numbers", mine.get().size()));
            } else if (there.get().type() != mine.get().type()) {
                differ(Deviation.STORAGES, what + ":" + inBoth(there.get().type(), mine.get().type()));
            }
        }
    }

    private void group(GroupPart mine) {
        String group = " of group '" + mine.name() + "'";
        Set<GroupPart> all = new LinkedHashSet<>();
        for (String tensor : mine.tensors()) {
            Optional<GroupPart> theirs = savedGroup(tensor);
            theirs.ifPresent(all::add);
            if (theirs.isPresent() && mine.frozen()) {
                differ(Deviation.OPTIONS, "'" + tensor + "' is stepped in the file, but frozen here");
            } else if (theirs.isEmpty() && saved(tensor).isPresent() && !mine.frozen()) {
                differ(Deviation.ADDED_TENSORS, "'" + tensor + "' is frozen in the file, but stepped here");
            }
        }
        if (mine.frozen() || all.isEmpty()) {
            return;
        }
        GroupPart theirs = all.iterator().next();
        if (all.size() > 1) {
            differences.add("tensors" + group + " are in several groups in the file, or have different factors of learning rates: "
                    + all.stream().map(part -> "'" + part.name() + "' with " + part.factor()).toList());
        }
        compare("rule" + group, theirs.rule(), mine.rule());
        Set<String> scheduled = new TreeSet<>(theirs.schedules().keySet());
        scheduled.addAll(mine.schedules().keySet());
        for (String number : scheduled) {
            compare("schedule of " + number + group, number.equals(LEARNING_RATE) ? Deviation.LEARNING_RATES : Deviation.OPTIONS,
                    theirs.schedules().get(number), mine.schedules().get(number));
        }
        compare("factor of learning rates" + group, Deviation.LEARNING_RATES, theirs.factor(), mine.factor());
        compare("maximize" + group, Deviation.OPTIONS, theirs.maximize(), mine.maximize());
    }

    private void compare(String what, Map<String, Object> theirs, Map<String, Object> mine) {
        if (!Objects.equals(theirs.get(Described.CLASS), mine.get(Described.CLASS))) {
            differ(Deviation.OPTIONS, what + ":" + inBoth(theirs.get(Described.CLASS), mine.get(Described.CLASS)));
            return;
        }
        Set<String> components = new TreeSet<>(theirs.keySet());
        components.addAll(mine.keySet());
        for (String component : components) {
            compare(component + " of " + what, component.equals(LEARNING_RATE) ? Deviation.LEARNING_RATES : Deviation.OPTIONS,
                    theirs.get(component), mine.get(component));
        }
    }

    private void compare(String what, Deviation deviation, Object theirs, Object mine) {
        if (!Objects.equals(theirs, mine)) {
            differ(deviation, what + ":" + inBoth(shown(theirs), shown(mine)));
        }
    }

    /** As records show themselves. */
    private static String shown(Object value) {
        if (value instanceof Map<?, ?> map && map.get(Described.CLASS) instanceof String type) {
            return map.entrySet().stream().filter(each -> !each.getKey().equals(Described.CLASS))
                    .map(each -> each.getKey() + "=" + shown(each.getValue()))
                    .collect(Collectors.joining(", ", type.substring(type.lastIndexOf('.') + 1) + "[", "]"));
        }
        return value == null ? "none" : value.toString();
    }

    private void options() {
        Set<String> all = new TreeSet<>(saved.options().keySet());
        all.addAll(here.options().keySet());
        for (String option : all) {
            compare(option, Deviation.OPTIONS, saved.options().get(option), here.options().get(option));
        }
    }

    private void trackers() {
        for (String name : here.trackers().keySet()) {
            if (!saved.trackers().containsKey(name)) {
                differ(Deviation.LEARNING_RATES, "tracker '" + name + "' is not in the file");
            }
        }
        for (String name : saved.trackers().keySet()) {
            if (!here.trackers().containsKey(name)) {
                differ(Deviation.LEARNING_RATES, "tracker '" + name + "' is in the file, but not here");
            }
        }
    }
}
