package org.lanewise.distributed;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * Processes that work on one model, seen from one of them: its rank. All ranks make the same calls in the same order; a call waits for the
 * others. Memory is native, and must not be freed or written by anyone else before the call has returned.
 *
 * <p>A rank that closes its communicator, or ends, while others wait for it makes these throw {@link CommunicationException}; after that
 * the communicator can only be closed. Not thread-safe; each rank has one of its own.
 */
public interface Communicator extends AutoCloseable {
    /** {@return the number of this process: from 0 to {@code size() - 1}} */
    int rank();

    /** {@return how many processes there are} */
    int size();

    /**
     * Sends each rank what is for it, and gets what is for this one.
     *
     * @param send for each rank what goes there; that for this rank itself is not looked at, and may be null
     * @param receive for each rank where to put what comes from there, of exactly as many bytes as that rank sends; that for this rank
     *         itself is not looked at, and may be null. Nothing overlaps
     * @throws CommunicationException if another rank has left, or sends another number of bytes
     * @throws IllegalArgumentException if there is not one segment for each rank
     */
    void allToAll(MemorySegment[] send, MemorySegment[] receive);

    /**
     * Sends the same to all ranks, and gets what each of them sends.
     *
     * @param send what goes to all others
     * @param receive for each rank where to put what comes from there; that for this rank is not looked at, and may be null
     * @throws CommunicationException if another rank has left, or sends another number of bytes
     */
    default void allGather(MemorySegment send, MemorySegment[] receive) {
        MemorySegment[] all = new MemorySegment[size()];
        Arrays.fill(all, send);
        allToAll(all, receive);
    }

    /**
     * Waits until all ranks are here.
     *
     * @throws CommunicationException if another rank has left
     */
    default void barrier() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment[] receive = new MemorySegment[size()];
            Arrays.setAll(receive, _ -> arena.allocate(1));
            allGather(arena.allocate(1), receive);
        }
    }

    /** {@return what carries the messages, for instance {@code rank 0 of 2 over Open MPI v4.1.4}} */
    @Override
    String toString();

    /**
     * Ends it: other ranks that still wait for this one throw. Waits for ranks that are about to close theirs; does nothing if it is closed
     * already.
     */
    @Override
    void close();

    /**
     * The processes that {@code mpirun} started, or {@code mpiexec} or {@code srun}; without these there is one process. The library is
     * the system's {@code libmpi}: Open MPI 4 and 5, MPICH and its kin, or one with MPI 5's binary interface. Was run with Open MPI 4.1.4
     * only. {@code -Dlanewise.mpi=PATH} names another file.
     *
     * @return to be closed by each rank; MPI allows one in the life of a JVM
     * @throws IllegalStateException if there is no such library, or there was a communicator before
     * @throws CommunicationException if MPI does not start
     */
    static Communicator mpi() {
        return open("mpi");
    }

    /**
     * One of a provider that is on the class path or module path.
     *
     * @param name name of the provider; {@code mpi} is always there
     * @return to be closed by each rank
     * @throws IllegalArgumentException if there is no such provider
     * @throws IllegalStateException if what it needs is not on this machine
     */
    static Communicator open(String name) {
        ServiceLoader<CommunicatorProvider> all = ServiceLoader.load(CommunicatorProvider.class);
        return all.stream().map(ServiceLoader.Provider::get).filter(each -> each.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("provider must be one of "
                        + all.stream().map(each -> each.get().name()).sorted().collect(Collectors.toList()) + ", got '" + name + "'"))
                .open();
    }
}
