package org.lanewise.javacpp;

import org.lanewise.distributed.Communicator;
import org.lanewise.distributed.CommunicatorProvider;
import org.lanewise.javacpp.gloo.GlooCommunicator;

/**
 * Ranks over TCP by LibTorch's Gloo: for processes that something else than {@code mpirun} starts, such as tasks of a cluster's framework.
 * Several ranks may be threads of one process. Found by {@link Communicator#open} as {@code gloo}; it then takes rank, number of ranks,
 * host and port from the environment, where PyTorch's launcher leaves them: {@code RANK}, {@code WORLD_SIZE}, {@code MASTER_ADDR} and
 * {@code MASTER_PORT}.
 *
 * <p>Where a rank's process ends, the calls of the others throw within seconds. Messages are neither encrypted nor authenticated: ports
 * must not be reachable from elsewhere.
 */
public final class Gloo implements CommunicatorProvider {
    private static final int MOST_PORT = 65_535;

    /** For {@link java.util.ServiceLoader}; programs call {@link #join}. */
    public Gloo() {}

    /**
     * Joins the other ranks, and waits for them up to five minutes.
     *
     * @param host name or address of the first rank's machine, as the others reach it
     * @param port of the first rank, which listens there: 1 to 65,535
     * @param rank number of this one: 0 to {@code size - 1}
     * @param size how many there are: at least 1
     * @return to be closed by this rank
     * @throws IllegalArgumentException if a number is not in its range
     * @throws org.lanewise.distributed.CommunicationException if the others do not come, or another program has the port
     */
    public static Communicator join(String host, int port, int rank, int size) {
        if (port < 1 || port > MOST_PORT) {
            throw new IllegalArgumentException("port must be 1 to " + MOST_PORT + ", got " + port);
        }
        if (rank < 0 || rank >= size) {
            throw new IllegalArgumentException("rank must be 0 to " + (size - 1) + ", got " + rank);
        }
        return new GlooCommunicator(host, port, rank, size);
    }

    @Override
    public String name() {
        return "gloo";
    }

    @Override
    public Communicator open() {
        return join(variable("MASTER_ADDR"), number("MASTER_PORT"), number("RANK"), number("WORLD_SIZE"));
    }

    private static int number(String variable) {
        String text = variable(variable);
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalStateException(variable + " must be a number, got '" + text + "'", e);
        }
    }

    private static String variable(String name) {
        String text = System.getenv(name);
        if (text == null) {
            throw new IllegalStateException("environment variable " + name + " is missing; Gloo takes RANK, WORLD_SIZE, MASTER_ADDR and "
                    + "MASTER_PORT from there");
        }
        return text;
    }
}
