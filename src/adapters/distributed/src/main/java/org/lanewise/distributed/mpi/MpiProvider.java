package org.lanewise.distributed.mpi;

import org.lanewise.distributed.Communicator;
import org.lanewise.distributed.CommunicatorProvider;

/** The provider {@code mpi}. */
public final class MpiProvider implements CommunicatorProvider {
    private static boolean opened;

    /** For {@link java.util.ServiceLoader}. */
    public MpiProvider() {}

    @Override
    public String name() {
        return "mpi";
    }

    @Override
    public Communicator open() {
        synchronized (MpiProvider.class) {
            if (opened) {
                throw new IllegalStateException("MPI can be started once in a JVM, and was");
            }
            MpiCalls calls = new MpiCalls(MpiLibrary.find());
            opened = true;
            return new MpiCommunicator(calls);
        }
    }
}
