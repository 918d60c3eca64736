package org.lanewise.splicer;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles.Lookup;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lanewise.storage.F32Heap;

/**
 * Plain loops of the library's kernels that were spliced when it was built: over planes that each are floats in an array from its start
 * on, with options that are read as fields. To define such a class takes a millisecond or two; to splice it in a JVM that has just been
 * started, more than a hundred.
 */
final class PlainLoops {
    private static final String SUFFIX = ".plain";
    private static final int BITS_UNUSED = 128;

    private PlainLoops() {}

    /** The file of a kernel class; empty if it has none. */
    static Optional<byte[]> read(Class<?> kernel) {
        try (InputStream file = kernel.getResourceAsStream(fileName(kernel))) {
            return file == null ? Optional.empty() : Optional.of(file.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException("plain loop of " + kernel.getName() + " not readable", e);
        }
    }

    /** Name of its file, which stands beside the class file. */
    static String fileName(Class<?> kernel) {
        return kernel.getName().substring(kernel.getName().lastIndexOf('.') + 1) + SUFFIX;
    }

    static Executed.Built define(Lookup lookup, byte[] file) {
        ByteBuffer in = ByteBuffer.wrap(file);
        Accesses accesses = new Accesses(in.getInt(), in.getInt(), in.getInt(), in.get() != 0);
        return SplicedKernels.define(lookup, Arrays.copyOfRange(file, in.position(), file.length), accesses);
    }

    /** Splices the plain loop of a kernel class. */
    static void write(Lookup lookup, OutputStream file) throws IOException {
        int planes = 0;
        for (int plane : new Splicer(lookup, variant(0), false).planes()) {
            planes = Math.max(planes, plane + 1);
        }
        Splicer splicer = Splicer.ofPlainLoop(lookup, variant(planes));
        byte[] spliced = splicer.splice();
        DataOutputStream out = new DataOutputStream(file);
        Accesses accesses = splicer.accesses();
        out.writeInt(accesses.read());
        out.writeInt(accesses.written());
        out.writeInt(accesses.leftOut());
        out.writeBoolean(accesses.rereads());
        out.write(spliced);
    }

    private static Variant variant(int planes) {
        List<Layout> layouts = new ArrayList<>();
        for (int k = 0; k < planes; k++) {
            layouts.add(new Layout(F32Heap.class, true));
        }
        return new Variant(BITS_UNUSED, GradientForm.PLAIN, Fusion.NONE, layouts, Map.of());
    }
}
