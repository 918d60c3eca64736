package org.lanewise.bench.peers;

import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.lanewise.Width;
import org.lanewise.bench.result.Form;
import org.lanewise.bench.result.Library;
import org.lanewise.bench.result.Stepper;
import org.lanewise.tool.StoreKind;

/** Who is compared. */
public enum Peer {
    /** Lanewise in native memory. */
    LANEWISE(Form.LANEWISE, null, null, "F32_NATIVE"),
    /** Lanewise in Java arrays. */
    LANEWISE_HEAP(Form.LANEWISE, null, null, "F32_HEAP"),
    /** LibTorch's fused operators, through its dispatcher. */
    LIBTORCH_FUSED(new Library("libtorch-fused"), "libtorch", "LibTorchFused", "F32_NATIVE",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-Dorg.bytedeco.javacpp.maxBytes=0"),
    /** LibTorch's {@code torch::optim}. */
    LIBTORCH_OPTIM(new Library("libtorch-optim"), "libtorch", "LibTorchOptim", "F32_NATIVE",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-Dorg.bytedeco.javacpp.maxBytes=0"),
    /** DJL's optimizers on its PyTorch engine. */
    DJL(new Library("djl"), "djl", "Djl", "F32_NATIVE", "-Dai.djl.offline=true", "-Dai.djl.pytorch.num_interop_threads=1"),
    /** TensorFlow's {@code Apply} operators in a graph. */
    TENSORFLOW(new Library("tensorflow"), "tensorflow", "TensorFlow", "F32_NATIVE"),
    /** ND4J's updaters on its native backend, and the subtraction. */
    ND4J(new Library("nd4j"), "nd4j", "Nd4jRival", "F32_NATIVE",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0", "-Dorg.bytedeco.javacpp.maxBytes=0"),
    /** Tribuo, in double precision. */
    TRIBUO(new Library("tribuo"), "tribuo", "Tribuo", "F64_HEAP");

    private final Stepper form;
    private final String folder;
    private final String adapter;
    private final String storage;
    private final List<String> options;

    Peer(Stepper form, String folder, String adapter, String storage, String... options) {
        this.form = form;
        this.folder = folder;
        this.adapter = adapter;
        this.storage = storage;
        this.options = List.of(options);
    }

    /** What it is in results. */
    public Stepper form() {
        return form;
    }

    /** Folder with its libraries; null if it needs none. */
    public String folder() {
        return folder;
    }

    /** What it keeps its numbers in. */
    public String storage() {
        return storage;
    }

    /** Whether this is Lanewise. */
    public boolean isLanewise() {
        return adapter == null;
    }

    /** Bytes of one of its numbers. */
    public int numberBytes() {
        return storage.startsWith("F64") ? Double.BYTES : Float.BYTES;
    }

    /** Bits of its vectors; 0 if the library chooses for itself. */
    public int width() {
        return isLanewise() ? Width.preferred().bits() : 0;
    }

    /**
     * Whether it must give Lanewise's bits. Lanewise's momentum has the learning rate inside, PyTorch's does not; the mean of gradients of
     * Adam is rounded in C++ as in Python before 2.0.
     */
    boolean sameBits(Recipe recipe) {
        return isLanewise() || this == LIBTORCH_OPTIM && !Set.of("Momentum", "Adam", "AdamW", "ClippedAdamW").contains(recipe.rule());
    }

    /**
     * Threads of the benchmark. Nothing but Lanewise leaves the threads to its caller: each steps a store with its share of the parameters.
     */
    public int callers(int threads) {
        return isLanewise() ? threads : 1;
    }

    /** Options of a JVM that it runs in. */
    public List<String> options(int threads) {
        return this == DJL ? Stream.concat(options.stream(), Stream.of("-Dai.djl.pytorch.num_threads=" + threads)).toList() : options;
    }

    /**
     * An instance of it.
     *
     * @param n parameters of one of its {@link #callers}
     * @param threads of the whole benchmark
     * @throws UnsupportedOperationException if it lacks the rule
     */
    public Rival create(Recipe recipe, int n, int threads) {
        if (isLanewise()) {
            return new LanewiseRival(recipe, StoreKind.valueOf(storage), n);
        }
        if (this == ND4J) {
            System.setProperty("org.bytedeco.javacpp.platform.extension", Width.preferred().bits() == 512 ? "-avx512" : "-avx2");
        }
        try {
            return (Rival) Class.forName(Peer.class.getPackageName() + "." + adapter)
                    .getConstructor(Recipe.class, int.class, int.class).newInstance(recipe, n, threads);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(form.id() + " could not be started: " + e.getCause(), e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("adapter of " + form.id() + " is not on the class path", e);
        }
    }

    /** Its name, as {@code --rival} takes it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
