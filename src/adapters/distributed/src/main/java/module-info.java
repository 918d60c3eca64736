/** One training on several processes, each with the states of its part of the parameters: see {@link org.lanewise.distributed}. */
module org.lanewise.distributed {
    requires transitive org.lanewise;
    requires static org.jspecify;

    exports org.lanewise.distributed;

    uses org.lanewise.distributed.CommunicatorProvider;

    provides org.lanewise.distributed.CommunicatorProvider with org.lanewise.distributed.mpi.MpiProvider;
}
