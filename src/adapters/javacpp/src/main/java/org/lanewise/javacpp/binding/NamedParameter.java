package org.lanewise.javacpp.binding;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.StringTensorDict;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A parameter of a module, with handles of its own: it lives as long as these, whatever becomes of the module and of the scopes that the
 * program opens.
 *
 * @param name as in {@code named_parameters()}
 * @param tensor the parameter
 * @param gradient where PyTorch keeps its gradient, undefined or not: the place itself, which the tensor's life keeps
 * @param shape its dimensions
 */
record NamedParameter(String name, Tensor tensor, Tensor gradient, long[] shape) implements AutoCloseable {
    /**
     * The parameters of a module, those with several names under the first.
     *
     * @throws IllegalArgumentException if there is none, or one that cannot be bound
     */
    static List<NamedParameter> of(Module module) {
        List<NamedParameter> all = new ArrayList<>();
        Set<Long> known = new HashSet<>();
        try (PointerScope _ = new PointerScope()) {
            StringTensorDict named = module.named_parameters();
            for (long k = 0; k < named.size(); k++) {
                Tensor tensor = named.get(k).value();
                if (known.add(tensor.unsafeGetTensorImpl().address())) {
                    all.add(of(named.get(k).key().getString(), tensor));
                }
            }
            requireApart(all);
        } catch (Throwable e) {
            all.forEach(NamedParameter::close);
            throw e;
        }
        if (all.isEmpty()) {
            throw new IllegalArgumentException("a module needs at least one parameter, got 0");
        }
        return all;
    }

    private static NamedParameter of(String name, Tensor tensor) {
        requireFloats("parameter of '" + name + "'", tensor);
        require(tensor.is_contiguous(), "parameter of '" + name + "'", "contiguous", "strides " + strides(tensor));
        require(tensor.is_leaf(), "parameter of '" + name + "'", "a leaf", "a result of other tensors");
        Tensor own = kept(tensor);
        return new NamedParameter(name, own, own.mutable_grad(), shape(tensor));
    }

    /** A further handle of a tensor, to be closed; no scope does. */
    static Tensor kept(Tensor tensor) {
        try (PointerScope _ = new PointerScope()) {
            Tensor kept = new Tensor(tensor);
            kept.retainReference();
            return kept;
        }
    }

    private static long[] shape(Tensor tensor) {
        long[] shape = new long[Math.toIntExact(tensor.dim())];
        Arrays.setAll(shape, tensor::size);
        return shape;
    }

    /** Parameters that share memory are not moved or stepped as one. */
    private static void requireApart(List<NamedParameter> all) {
        List<NamedParameter> byAddress = all.stream().filter(each -> each.bytes() > 0)
                .sorted((a, b) -> Long.compareUnsigned(a.address(), b.address())).toList();
        for (int k = 1; k < byAddress.size(); k++) {
            NamedParameter before = byAddress.get(k - 1), next = byAddress.get(k);
            if (before.address() + before.bytes() > next.address()) {
                throw new IllegalArgumentException("parameter of '" + next.name + "' shares memory with parameter of '" + before.name
                        + "' but is another tensor: at " + hexadecimal(next.address()) + ", expected "
                        + hexadecimal(before.address() + before.bytes()) + " or above");
            }
        }
    }

    long bytes() {
        return tensor.nbytes();
    }

    long address() {
        return address(tensor);
    }

    /** Where the numbers of a tensor lie; 0 without any. */
    static long address(Tensor tensor) {
        Pointer data = tensor.data_ptr();
        return data == null ? 0 : data.address();
    }

    /** The memory of a tensor, as long as it keeps it. */
    @SuppressWarnings("restricted")
    static MemorySegment memory(Tensor tensor) {
        return MemorySegment.ofAddress(address(tensor)).reinterpret(tensor.nbytes());
    }

    /**
     * Refuses parameters that are no longer where they were bound.
     *
     * @throws IllegalStateException naming it
     */
    void requireAt(long expected) {
        long address = address();
        if (address != expected) {
            throw new IllegalStateException("parameter of '" + name + "' was moved to " + hexadecimal(address) + ", expected "
                    + hexadecimal(expected) + "; close this store and make another");
        }
    }

    /**
     * Refuses gradients that are not floats in the CPU's memory.
     *
     * @throws IllegalArgumentException naming it
     */
    void requireUsableGradient() {
        requireFloats("gradient of '" + name + "'", gradient);
    }

    /**
     * The same for gradients that are read where they are.
     *
     * @throws IllegalArgumentException naming it
     */
    void requireContiguousGradient() {
        requireUsableGradient();
        require(gradient.is_contiguous(), "gradient of '" + name + "'", "contiguous", "strides " + strides(gradient));
    }

    private static void requireFloats(String what, Tensor tensor) {
        require(tensor.has_storage(), what, "dense", "a tensor that is " + lowerCase(tensor.layout().toString()));
        require(tensor.is_cpu(), what, "on the CPU", "one on " + tensor.device().str().getString());
        require(tensor.scalar_type().value == torch.ScalarType.Float.value, what, "Float", tensor.scalar_type().toString());
    }

    private static void require(boolean holds, String what, String expected, String found) {
        if (!holds) {
            throw new IllegalArgumentException(what + " must be " + expected + ", got " + found);
        }
    }

    private static List<Long> strides(Tensor tensor) {
        List<Long> strides = new ArrayList<>();
        for (long k = 0; k < tensor.dim(); k++) {
            strides.add(tensor.stride(k));
        }
        return strides;
    }

    private static String lowerCase(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static String hexadecimal(long address) {
        return "0x" + Long.toHexString(address);
    }

    @Override
    public void close() {
        tensor.releaseReference();
    }
}
