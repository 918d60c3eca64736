package org.lanewise.splicer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;
import org.lanewise.Rule;

/** Rules of a user, compiled from the text of their two loops into a directory. */
final class OwnLoops {
    private static final String RULE = """
            import java.lang.invoke.MethodHandles;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.function.*;
            import jdk.incubator.vector.*;
            import org.lanewise.Rule;
            import org.lanewise.kernel.*;

            public record %s(double learningRate) implements Rule {
                @Override public List<State> states() { return List.of(new State("m")); }
                @Override public Kernel kernel() { return new Update(this); }

                static final class Update extends %s {
                    %s
                    Update(%1$s rule) { super(MethodHandles.lookup()); %s }
                    @Override public void vector(Plane[] planes, int from, int to) {
                        Plane w = planes[0], g = planes[1], m = planes[2];
                        %s
                    }
                    @Override public void scalar(Plane[] planes, int from, int to) {
                        Plane w = planes[0], g = planes[1], m = planes[2];
                        %s
                    }
                }
            }

            %s
            """;

    private final Map<String, String> sources = new HashMap<>();
    private URLClassLoader classes;

    /**
     * What a rule consists of. A line that a message names is marked with "here".
     *
     * @param parent what its kernel extends and implements
     * @param outside other classes
     */
    record Loops(String parent, String members, String constructor, String vector, String scalar, String outside) {
        private static final String VECTOR = "for (int i = from; i < to; i += Species.LANES) { w.store(i, g.load(i)); }";
        private static final String SCALAR = "for (int i = from; i < to; i++) { w.set(i, g.get(i)); }";

        Loops(String vector, String scalar) {
            this("Kernel", "", "", vector, scalar, "");
        }

        static Loops right() {
            return new Loops(VECTOR, SCALAR);
        }

        static Loops vector(String body) {
            return new Loops(body, SCALAR);
        }

        static Loops scalar(String body) {
            return new Loops(VECTOR, body);
        }

        static Loops eachVector(String statements) {
            return vector("for (int i = from; i < to; i += Species.LANES) { " + statements + " }");
        }

        static Loops eachScalar(String statements) {
            return scalar("for (int i = from; i < to; i++) { " + statements + " }");
        }

        Loops withMembers(String members) {
            return new Loops(parent, members, constructor, vector, scalar, outside);
        }

        Loops withConstructor(String constructor) {
            return new Loops(parent, members, constructor, vector, scalar, outside);
        }

        Loops withOutside(String outside) {
            return new Loops(parent, members, constructor, vector, scalar, outside);
        }

        /** Of a kernel whose base class is declared outside. */
        Loops withParent(String parent) {
            return new Loops(parent, members, constructor, vector, scalar, outside);
        }

        String source(String name) {
            return RULE.formatted(name, parent, members, constructor, vector, scalar, outside);
        }
    }

    void add(String name, Loops loops) {
        sources.put(name, loops.source(name));
    }

    /** Adds a class that rules use. */
    void add(String name, String source) {
        sources.put(name, source);
    }

    /** The line of a rule's source that is marked. */
    int line(String name) {
        List<String> lines = sources.get(name).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains("// here")) {
                return i + 1;
            }
        }
        throw new AssertionError("no line of " + name + " is marked");
    }

    void compile(Path directory, Path library) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--add-modules", "jdk.incubator.vector", "-cp", library.toString(), "-Xlint:none",
                "-d", directory.toString()));
        StringWriter messages = new StringWriter();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            List<Path> files = new ArrayList<>();
            for (Map.Entry<String, String> source : sources.entrySet()) {
                files.add(Files.writeString(directory.resolve(source.getKey() + ".java"), source.getValue()));
            }
            assertTrue(compiler.getTask(messages, manager, null, arguments, null, manager.getJavaFileObjectsFromPaths(files)).call(),
                    messages::toString);
        }
        classes = new URLClassLoader(new URL[] {directory.toUri().toURL()}, OwnLoops.class.getClassLoader());
    }

    Rule rule(String name) {
        try {
            return (Rule) classes.loadClass(name).getConstructor(double.class).newInstance(0.5);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    void close() throws Exception {
        classes.close();
    }
}
