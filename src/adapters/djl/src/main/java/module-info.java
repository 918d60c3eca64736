/** Lanewise's optimizers for models of the Deep Java Library. */
module org.lanewise.djl {
    requires transitive org.lanewise;
    requires transitive ai.djl.api;
    requires static org.jspecify;

    exports org.lanewise.djl;
}
