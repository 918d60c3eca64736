package org.lanewise.javacpp.binding;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;

/** A parameter that stays in PyTorch's memory, and so does its gradient. */
public final class Wrapped implements Bound {
    private final NamedParameter named;
    private final Arena arena;
    private final long parameterAddress;
    private final org.lanewise.Tensor lanewise;

    /** The gradient that is bound: held, so that its memory stays and no other gradient gets its address. */
    private Optional<Tensor> held;
    private long gradientAddress;

    private Wrapped(NamedParameter named, Arena arena, org.lanewise.Tensor lanewise, Optional<Tensor> held) {
        this.named = named;
        this.arena = arena;
        this.parameterAddress = named.address();
        this.lanewise = lanewise;
        this.held = held;
        this.gradientAddress = lanewise.gradient().segment().address();
        lanewise.setHasGradient(held.isPresent());
    }

    /**
     * Describes the parameters of a module in a store, over their own memory.
     *
     * @param module has the parameters
     * @param builder gets them
     * @param arena closes the store's access to the memory
     * @param stores gets the store
     * @return the parameters, in the module's order
     * @throws IllegalArgumentException if one cannot be wrapped
     */
    public static List<Bound> wrap(Module module, ParameterStoreBuilder builder, Arena arena, List<ParameterStore> stores) {
        List<NamedParameter> all = NamedParameter.of(module);
        List<Optional<Tensor>> held = new ArrayList<>();
        try {
            for (NamedParameter each : all) {
                boolean defined = each.gradient().defined();
                if (defined) {
                    each.requireContiguousGradient();
                }
                held.add(defined ? Optional.of(NamedParameter.kept(each.gradient())) : Optional.empty());
                builder.wrap(each.name(), in(arena, NamedParameter.memory(each.tensor())),
                        defined ? in(arena, NamedParameter.memory(each.gradient())) : zeros(each), each.shape());
            }
            ParameterStore store = builder.build();
            stores.add(store);
            List<Bound> wrapped = new ArrayList<>();
            for (int k = 0; k < all.size(); k++) {
                wrapped.add(new Wrapped(all.get(k), arena, store.tensor(all.get(k).name()), held.get(k)));
            }
            return wrapped;
        } catch (Throwable e) {
            held.forEach(each -> each.ifPresent(Tensor::releaseReference));
            all.forEach(NamedParameter::close);
            throw e;
        }
    }

    @SuppressWarnings("restricted")
    private static MemorySegment in(Arena arena, MemorySegment memory) {
        return memory.reinterpret(arena, null);
    }

    /** Stands for a gradient that is not defined; freed when one is. */
    private static MemorySegment zeros(NamedParameter parameter) {
        return Arena.ofAuto().allocate(parameter.bytes(), 64);
    }

    @Override
    public void findGradient() {
        named.requireAt(parameterAddress);
        Tensor found = named.gradient();
        boolean defined = found.defined();
        if (defined && !isBound(found)) {
            named.requireContiguousGradient();
            bind(Optional.of(NamedParameter.kept(found)), in(arena, NamedParameter.memory(found)));
        } else if (!defined && held.isPresent()) {
            bind(Optional.empty(), zeros(named));
        }
        if (defined != lanewise.hasGradient()) {
            lanewise.setHasGradient(defined);
        }
    }

    private boolean isBound(Tensor found) {
        return held.isPresent() && found.has_storage() && found.is_contiguous() && NamedParameter.address(found) == gradientAddress;
    }

    private void bind(Optional<Tensor> next, MemorySegment memory) {
        try {
            lanewise.rebindGradient(memory);
        } catch (Throwable e) {
            next.ifPresent(Tensor::releaseReference);
            throw e;
        }
        held.ifPresent(Tensor::releaseReference);
        held = next;
        gradientAddress = memory.address();
    }

    @Override
    public void zeroGradient() {
        if (named.gradient().defined()) {
            zero(named.gradient());
        }
    }

    /** Writes zeros, also where there is a NaN. */
    static void zero(Tensor gradient) {
        try (PointerScope _ = new PointerScope(); NoGradGuard _ = new NoGradGuard()) {
            gradient.zero_();
        }
    }

    @Override
    public void giveBack() {}

    @Override
    public String user() {
        return "";
    }

    @Override
    public void release() {
        held.ifPresent(Tensor::releaseReference);
        named.close();
    }
}
