package org.lanewise.check;

/** The incubating module that every kernel needs; without a module descriptor nothing asks the JVM for it but a flag. */
public final class VectorModule {
    private static final String NAME = "jdk.incubator.vector";

    private VectorModule() {}

    /**
     * Refuses to go on without the module, before a class of it is missing.
     *
     * @throws IllegalStateException if the JVM was started without it
     */
    public static void require() {
        if (ModuleLayer.boot().findModule(NAME).isEmpty()) {
            throw new IllegalStateException("the module " + NAME + " is missing: start java with --add-modules " + NAME);
        }
    }
}
