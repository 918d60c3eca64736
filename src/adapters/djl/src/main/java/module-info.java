/** Lanewise's optimizers for models of the Deep Java Library. */
module org.lanewise.djl {
    requires transitive org.lanewise;
    requires static org.jspecify;
    requires transitive ai.djl.api;
}
