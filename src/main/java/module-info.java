/**
 * Optimizer updates for the JVM, written with the Vector API over struct-of-arrays float planes.
 *
 * <p>{@link org.lanewise} is the public face: a {@link org.lanewise.ParameterStore} holds the planes, an
 * {@link org.lanewise.Optimizer} steps them by a {@link org.lanewise.Rule}. {@link org.lanewise.rule} holds the rules,
 * {@link org.lanewise.schedule} how their numbers change from step to step, {@link org.lanewise.checkpoint} saves a training and goes on
 * from there, {@link org.lanewise.kernel} what a rule of your own is written
 * against, {@link org.lanewise.verify} what shows that a rule gives the same bits at every width on this CPU.
 */
@SuppressWarnings("module") // The module of lanewise-distributed is not there when this one is compiled.
module org.lanewise {
    requires transitive jdk.incubator.vector;
    requires static org.jspecify;
    // To read flags of the JVM and its list of compiled code, where it is there.
    requires static jdk.management;
    // To record steps, where it is there.
    requires static jdk.jfr;

    exports org.lanewise;
    exports org.lanewise.checkpoint;
    exports org.lanewise.kernel;
    exports org.lanewise.rule;
    exports org.lanewise.schedule;
    exports org.lanewise.verify;

    // What steps a part of a store in each process is built on the same parts as this module.
    exports org.lanewise.check to org.lanewise.distributed;
    exports org.lanewise.execution to org.lanewise.distributed;
    exports org.lanewise.reduction to org.lanewise.distributed;
    exports org.lanewise.safetensors to org.lanewise.distributed;
    exports org.lanewise.snapshot to org.lanewise.distributed;
    exports org.lanewise.storage to org.lanewise.distributed;
}
