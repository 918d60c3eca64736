package org.lanewise;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.lanewise.execution.Claims;
import org.lanewise.execution.States;
import org.lanewise.kernel.Shape;
import org.lanewise.reference.PlainStepper;

/** Steps a store by a rule's loops as they are written, each tensor by a {@link PlainStepper}: what executed steps are compared with. */
public final class WrittenKernel {
    private static final int GRADIENT = 1;

    private final List<Part> parts = new ArrayList<>();

    /** A tensor: what steps it, and where its numbers are. */
    private record Part(PlainStepper stepper, List<Slice> slices) {}

    /** Over a fresh store; with or without the vector loop. */
    public WrittenKernel(Rule rule, ParameterStore store, boolean vectors) {
        this(rule, store, false, false, vectors);
    }

    /** The same with the options of an optimizer. */
    public WrittenKernel(Rule rule, ParameterStore store, boolean maximize, boolean flushSubnormals, boolean vectors) {
        List<States.Kind> kinds = new ArrayList<>();
        rule.states().forEach(state -> kinds.add(store.kind(state, 2 + kinds.size())));
        List<Integer> all = IntStream.range(0, store.tensors().size()).boxed().toList();
        List<Claims.Claim> claims = List.of(new Claims.Claim(kinds, all));
        store.bind(rule);
        store.keep(claims, store.allocate(claims));
        for (Tensor tensor : store.tensors()) {
            List<Slice> slices = new ArrayList<>(List.of(tensor.parameter(), tensor.gradient()));
            rule.states().forEach(state -> slices.add(tensor.state(state.name())));
            Storage states = rule.states().stream().filter(state -> !state.exact()).findFirst()
                    .map(state -> tensor.state(state.name()).storage()).orElse(Storage.F32);
            parts.add(new Part(new PlainStepper(rule, maximize, flushSubnormals, vectors, Shape.of(tensor.shape()),
                    List.of(tensor.parameter().storage(), tensor.gradient().storage(), states)), slices));
        }
    }

    /** One step at the rule's learning rate, from what the store holds. */
    public void step() {
        for (Part part : parts) {
            for (int k = 0; k < part.slices().size(); k++) {
                part.stepper().set(k, Floats.of(part.slices().get(k)));
            }
            part.stepper().lookAhead();
            part.stepper().update();
            float[][] contents = part.stepper().contents();
            for (int k = 0; k < part.slices().size(); k++) {
                if (k != GRADIENT) {
                    part.slices().get(k).copyFrom(contents[k]);
                }
            }
        }
    }
}
