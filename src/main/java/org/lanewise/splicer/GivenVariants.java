package org.lanewise.splicer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.lanewise.kernel.Kernel;
import org.lanewise.storage.F32Heap;
import org.lanewise.storage.F32Native;
import org.lanewise.storage.MemoryPlane;

/**
 * Variants of the library's kernels that were spliced when it was built: floats alone, in arrays from their start on or in native memory,
 * with the options of each row of the table of rules, and nothing done besides. One file serves all widths, which differ in constants. To
 * splice a class in a JVM that has just been started takes more than a hundred milliseconds of one processor and as much of the compilers.
 */
final class GivenVariants {
    static final String SUFFIX = ".spliced";
    static final List<Class<? extends MemoryPlane>> STORAGES = List.of(F32Heap.class, F32Native.class);
    /** Of the class in a file: none that there is, so that no other constant is taken for a number of lanes. */
    static final int BITS = 1 << 20;
    private static final int HEADER = 4 * Integer.BYTES + 1;

    private GivenVariants() {}

    /** A class file, and what its plain loop does. */
    record Given(byte[] file, Accesses accesses) {}

    /** That of a kernel class; empty if the build has not written it. */
    static Optional<Given> find(Class<? extends Kernel> kernel, Variant variant) {
        if (!isGiven(variant)) {
            return Optional.empty();
        }
        try (InputStream in = kernel.getResourceAsStream(fileName(kernel, variant))) {
            return in == null ? Optional.empty() : read(in.readAllBytes(), variant);
        } catch (IOException e) {
            throw new UncheckedIOException("loops of " + kernel.getName() + " not readable", e);
        }
    }

    private static Optional<Given> read(byte[] bytes, Variant variant) {
        ByteBuffer header = ByteBuffer.wrap(bytes);
        if (header.getInt() != variant.planes().size()) {
            return Optional.empty();
        }
        Accesses accesses = new Accesses(header.getInt(), header.getInt(), header.getInt(), header.get() != 0);
        byte[] file = Arrays.copyOfRange(bytes, HEADER, bytes.length);
        return Optional.of(new Given(ofWidth(file, variant.bits()), accesses));
    }

    private static byte[] ofWidth(byte[] file, int bits) {
        return ClassConstants.changed(file, text -> text.equals("SPECIES_" + BITS) ? "SPECIES_" + bits : text,
                number -> number == BITS / Float.SIZE ? bits / Float.SIZE : number);
    }

    private static boolean isGiven(Variant variant) {
        boolean given = variant.form().equals(GradientForm.PLAIN) && variant.fusion().equals(Fusion.NONE) && !variant.planes().isEmpty();
        for (Layout plane : variant.planes()) {
            Class<?> storage = plane.storage();
            given &= storage == variant.planes().getFirst().storage() && STORAGES.contains(storage)
                    && (plane.fromStart() || storage == F32Native.class) && !plane.flushed();
        }
        return given;
    }

    /** Beside the class file: its name, the storage and the options. */
    static String fileName(Class<?> kernel, Variant variant) {
        StringBuilder name = new StringBuilder(kernel.getName().substring(kernel.getName().lastIndexOf('.') + 1)).append('-')
                .append(variant.planes().getFirst().storage().getSimpleName());
        variant.options().keySet().stream().sorted().filter(variant.options()::get).forEach(option -> name.append('-').append(option));
        return name.append(SUFFIX).toString();
    }

    /** Writes what is read here. */
    static void write(OutputStream out, Variant variant, Given given) throws IOException {
        Accesses accesses = given.accesses();
        out.write(ByteBuffer.allocate(HEADER).putInt(variant.planes().size()).putInt(accesses.read()).putInt(accesses.written())
                .putInt(accesses.leftOut()).put((byte) (accesses.rereads() ? 1 : 0)).array());
        out.write(given.file());
    }
}
