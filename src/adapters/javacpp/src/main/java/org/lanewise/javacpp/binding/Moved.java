package org.lanewise.javacpp.binding;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Storage;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.lanewise.ParameterStore;
import org.lanewise.ParameterStoreBuilder;

/** A parameter that lies in Lanewise's planes. Its gradient does once there is one. */
public final class Moved implements Bound {
    private final NamedParameter named;
    private final org.lanewise.Tensor lanewise;
    private final MemorySegment gradientPlane;
    private final long parameterAddress;
    private final long gradientAddress;
    private final Tensor parameter;
    private final Tensor gradient;

    /** A place in memory. */
    private static final class Address extends Pointer {
        Address(long address) {
            this.address = address;
        }
    }

    private Moved(NamedParameter named, org.lanewise.Tensor lanewise) {
        this.named = named;
        this.lanewise = lanewise;
        this.gradientPlane = lanewise.gradient().segment();
        this.parameterAddress = lanewise.parameter().segment().address();
        this.gradientAddress = gradientPlane.address();
        this.parameter = over(parameterAddress);
        this.gradient = over(gradientAddress);
    }

    /**
     * Describes the parameters of a module in a store, and moves them there once it is made.
     *
     * @param module has the parameters
     * @param builder gets them
     * @param stores gets the store
     * @return the parameters, in the module's order
     * @throws IllegalArgumentException if one cannot be moved; nothing has changed then
     */
    public static List<Bound> move(Module module, ParameterStoreBuilder builder, List<ParameterStore> stores) {
        List<NamedParameter> all = NamedParameter.of(module);
        List<Bound> moved = new ArrayList<>();
        try {
            all.stream().filter(each -> each.gradient().defined()).forEach(NamedParameter::requireUsableGradient);
            all.forEach(each -> builder.tensor(each.name(), each.shape()));
            ParameterStore store = builder.build();
            stores.add(store);
            all.forEach(each -> moved.add(new Moved(each, store.tensor(each.name()))));
        } catch (Throwable e) {
            all.forEach(NamedParameter::close);
            throw e;
        }
        try {
            moved.forEach(each -> ((Moved) each).enter());
        } catch (Throwable e) {
            moved.forEach(Bound::giveBack);
            moved.forEach(Bound::release);
            throw e;
        }
        return moved;
    }

    /** A tensor over memory of Lanewise's, which it does not own. */
    private Tensor over(long address) {
        try (PointerScope _ = new PointerScope()) {
            return NamedParameter.kept(torch.from_blob(new Address(address), named.shape()));
        }
    }

    private boolean isEmpty() {
        return gradientPlane.byteSize() == 0;
    }

    private void enter() {
        if (!isEmpty()) {
            lanewise.parameter().segment().copyFrom(NamedParameter.memory(named.tensor()));
            named.tensor().set_data(parameter);
        }
        lanewise.setHasGradient(named.gradient().defined());
        if (named.gradient().defined()) {
            findGradient();
        }
    }

    @Override
    public void findGradient() {
        if (isEmpty()) {
            return;
        }
        named.requireAt(parameterAddress);
        boolean defined = named.gradient().defined();
        if (defined) {
            takeGradient();
        } else if (lanewise.hasGradient()) {
            gradientPlane.fill((byte) 0);
        }
        if (defined != lanewise.hasGradient()) {
            lanewise.setHasGradient(defined);
        }
    }

    /** Puts a gradient that PyTorch made elsewhere into the plane, and has PyTorch add to it there from now on. */
    private void takeGradient() {
        Tensor found = named.gradient();
        if (!isInPlane(found)) {
            named.requireUsableGradient();
            try (PointerScope _ = new PointerScope(); NoGradGuard _ = new NoGradGuard()) {
                gradient.copy_(found);
                found.put(gradient);
            }
        }
    }

    private boolean isInPlane(Tensor found) {
        return found.has_storage() && NamedParameter.address(found) == gradientAddress;
    }

    @Override
    public void zeroGradient() {
        Tensor found = named.gradient();
        if (!isEmpty() && found.defined() && !isInPlane(found)) {
            Wrapped.zero(found);
        }
    }

    @Override
    public void giveBack() {
        try (PointerScope _ = new PointerScope(); NoGradGuard _ = new NoGradGuard()) {
            if (!isEmpty() && named.address() == parameterAddress) {
                named.tensor().set_data(parameter.clone());
            }
            Tensor found = named.gradient();
            if (!isEmpty() && found.defined() && isInPlane(found)) {
                found.put(gradient.clone());
            }
        }
    }

    @Override
    public String user() {
        return uses(parameter) > 1 ? "parameter of '" + named.name() + "'" : uses(gradient) > 1 ? "gradient of '" + named.name() + "'" : "";
    }

    /** How many tensors have the memory of this one. */
    private static long uses(Tensor tensor) {
        try (PointerScope _ = new PointerScope()) {
            Storage storage = tensor.storage();
            return storage.use_count();
        }
    }

    @Override
    public void release() {
        parameter.releaseReference();
        gradient.releaseReference();
        named.close();
    }
}
