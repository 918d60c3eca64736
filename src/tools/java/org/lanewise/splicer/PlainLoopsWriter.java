package org.lanewise.splicer;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.lanewise.kernel.Kernel;

/** Splices the plain loops of the library's kernels, and writes them beside their class files: a step of the build. */
final class PlainLoopsWriter {
    private static final String CLASS = ".class";

    private PlainLoopsWriter() {}

    public static void main(String... args) throws IOException, ReflectiveOperationException {
        Path classes = Path.of(args[0]);
        for (Class<?> kernel : kernels(classes)) {
            Path file = classes.resolve(kernel.getPackageName().replace('.', '/')).resolve(PlainLoops.fileName(kernel));
            try (OutputStream out = Files.newOutputStream(file)) {
                PlainLoops.write(MethodHandles.privateLookupIn(kernel, MethodHandles.lookup()), out);
            }
        }
    }

    /** All kernels that have loops. */
    static List<Class<?>> kernels(Path classes) throws IOException {
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString()).filter(name -> name.endsWith(CLASS) && name.startsWith("org"))
                    .map(name -> name.substring(0, name.length() - CLASS.length()).replace('/', '.').replace('\\', '.'))
                    .<Class<?>>map(PlainLoopsWriter::load).filter(PlainLoopsWriter::hasLoops).toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, PlainLoopsWriter.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean hasLoops(Class<?> type) {
        return Kernel.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())
                && !type.getPackageName().equals("org.lanewise.staging");
    }
}
