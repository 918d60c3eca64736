package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.lanewise.Rule;

/** The rules of this package by reflection: all that were compiled, so that none can be forgotten. */
final class RuleClasses {
    private RuleClasses() {}

    static List<Class<?>> all() {
        try {
            Path classes = Path.of(GradientDescent.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            try (Stream<Path> files = Files.list(classes.resolve(GradientDescent.class.getPackageName().replace('.', '/')))) {
                List<Class<?>> rules = files.map(file -> file.getFileName().toString()).sorted()
                        .filter(name -> name.endsWith(".class") && !name.contains("$"))
                        .<Class<?>>map(name -> load(name.substring(0, name.length() - ".class".length())))
                        .filter(Rule.class::isAssignableFrom).toList();
                assertFalse(rules.isEmpty());
                return rules;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static Class<?> load(String simpleName) {
        try {
            return Class.forName(GradientDescent.class.getPackageName() + "." + simpleName);
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    /** Names of the hyperparameters that are numbers. */
    static List<String> numbers(Class<?> rule) {
        return Stream.of(rule.getRecordComponents()).filter(c -> c.getType() == double.class).map(RecordComponent::getName).toList();
    }

    /** Value of one hyperparameter. */
    static Object get(Rule rule, String name) {
        for (RecordComponent component : rule.getClass().getRecordComponents()) {
            if (component.getName().equals(name)) {
                return invoke(() -> component.getAccessor().invoke(rule));
            }
        }
        throw new AssertionError(rule.getClass().getSimpleName() + " has no " + name);
    }

    /** The rule with another value of one hyperparameter, by its canonical constructor. */
    static Rule with(Rule rule, String name, Object value) {
        get(rule, name);
        return of(rule.getClass(), Stream.of(rule.getClass().getRecordComponents())
                .map(c -> c.getName().equals(name) ? value : get(rule, c.getName())).toArray());
    }

    /** A rule by its canonical constructor. */
    static Rule of(Class<? extends Rule> rule, Object... values) {
        Class<?>[] types = Stream.of(rule.getRecordComponents()).map(RecordComponent::getType).toArray(Class<?>[]::new);
        return (Rule) invoke(() -> rule.getDeclaredConstructor(types).newInstance(values));
    }

    /** The record's Javadoc. */
    static String documentation(Class<?> rule) {
        String source = source(rule);
        return source.substring(source.indexOf("/**"), source.indexOf("public record"));
    }

    /** What the record's {@code @param} says of a hyperparameter. */
    static String documentation(Class<?> rule, String name) {
        String source = source(rule);
        String after = source.substring(source.indexOf(" * @param " + name + " "));
        return after.substring(0, after.indexOf("\n */")).split("\n \\* @param ")[0].replaceAll("\\s*\\n \\*\\s+", " ");
    }

    private static String source(Class<?> rule) {
        try {
            return Files.readString(Path.of("src/main/java", rule.getName().replace('.', '/') + ".java"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    interface Reflection {
        Object run() throws ReflectiveOperationException;
    }

    /** The result, or the exception that the called code threw. */
    static Object invoke(Reflection call) {
        try {
            return call.run();
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException thrown) {
                throw thrown;
            }
            throw new AssertionError(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
