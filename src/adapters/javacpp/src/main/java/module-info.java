/** Lanewise's optimizers for models of LibTorch, as JavaCPP's presets of PyTorch have them. */
module org.lanewise.javacpp {
    requires transitive org.lanewise;
    requires transitive org.lanewise.distributed;
    requires transitive org.bytedeco.pytorch;
    requires static org.jspecify;

    exports org.lanewise.javacpp;

    provides org.lanewise.distributed.CommunicatorProvider with org.lanewise.javacpp.Gloo;
}
