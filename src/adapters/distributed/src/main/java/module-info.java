/** Optimizer states sharded over processes. */
module org.lanewise.distributed {
    requires transitive org.lanewise;
    requires static org.jspecify;
}
