package org.lanewise.distributed;

/** Makes communicators of one kind: found by {@link java.util.ServiceLoader}. */
public interface CommunicatorProvider {
    /** {@return what {@link Communicator#open} is given} */
    String name();

    /**
     * Joins the processes.
     *
     * @return to be closed by the caller
     * @throws IllegalStateException if what it needs is not on this machine
     * @throws CommunicationException if it does not start
     */
    Communicator open();
}
