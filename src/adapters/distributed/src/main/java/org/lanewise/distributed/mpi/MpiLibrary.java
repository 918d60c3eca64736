package org.lanewise.distributed.mpi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.List;
import java.util.Optional;

/**
 * An MPI library of this machine, and what its header calls constants. These differ: Open MPI exports objects whose addresses are the
 * handles, MPICH's handles are ints, and MPI 5's binary interface has small numbers as pointers.
 *
 * @param symbols where its functions are
 * @param handlesArePointers whether handles are as long as pointers, or ints
 * @param world {@code MPI_COMM_WORLD}
 * @param bytes {@code MPI_BYTE}
 * @param errorsReturn {@code MPI_ERRORS_RETURN}
 * @param ignoredStatus {@code MPI_STATUS_IGNORE}, and for several
 */
record MpiLibrary(SymbolLookup symbols, boolean handlesArePointers, long world, long bytes, long errorsReturn, long ignoredStatus) {
    /** Names with the version of the interface that the constants below are for: 40 is Open MPI's since 3.0, 12 MPICH's since 3.1. */
    private static final List<String> NAMES =
            List.of("libmpi.so.40", "libmpi.so.12", "libmpich.so.12", "libmpi_abi.so.0", "libmpi.so", "libmpi.40.dylib", "libmpi.12.dylib",
                    "libmpi_abi.0.dylib", "libmpi.dylib");

    private static final String PROPERTY = "lanewise.mpi";

    static MpiLibrary find() {
        String given = System.getProperty(PROPERTY);
        List<String> names = given == null ? NAMES : List.of(given);
        return names.stream().flatMap(name -> open(name).stream()).findFirst().map(MpiLibrary::of)
                .orElseThrow(() -> new IllegalStateException("MPI must be installed, but none of " + names
                        + " was found; install Open MPI (Debian: openmpi-bin) or name the library by -D" + PROPERTY + "=PATH"));
    }

    @SuppressWarnings("restricted")
    private static Optional<SymbolLookup> open(String name) {
        try {
            return Optional.of(SymbolLookup.libraryLookup(name, Arena.global()));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static MpiLibrary of(SymbolLookup symbols) {
        if (symbols.find("ompi_mpi_comm_world").isPresent()) {
            return new MpiLibrary(symbols, true, address(symbols, "ompi_mpi_comm_world"), address(symbols, "ompi_mpi_byte"),
                    address(symbols, "ompi_mpi_errors_return"), 0);
        }
        if (symbols.find("MPI_Abi_get_version").isPresent() && symbols.find("MPIR_Process").isEmpty()) {
            return new MpiLibrary(symbols, true, 0x101, 0x247, 0x142, 0);
        }
        return new MpiLibrary(symbols, false, 0x44000000, 0x4c00010d, 0x54000001, 1);
    }

    private static long address(SymbolLookup symbols, String name) {
        return symbols.find(name).map(MemorySegment::address)
                .orElseThrow(() -> new IllegalStateException("Open MPI must have the symbol " + name + ", but has not"));
    }
}
