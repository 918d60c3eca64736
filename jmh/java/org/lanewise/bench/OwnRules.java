package org.lanewise.bench;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.zip.ZipFile;
import org.lanewise.Rule;
import org.lanewise.verify.Equivalence;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The rules of {@code --class-path}, by the names of their classes. What does not fit is refused with a sentence that names the option. */
final class OwnRules {
    /** For constructors that take a learning rate: large enough that bfloat16 parameters move too. */
    private static final double LEARNING_RATE = 0.1;

    /** Of what an exception says. */
    private static final int LONGEST = 500;

    private final CommandSpec spec;
    private final ClassLoader classes;

    /** Jars and folders, separated as in a class path. The library's own classes are those of this jar. */
    OwnRules(CommandSpec spec, String classPath) {
        this.spec = spec;
        List<URL> urls = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator)) {
            urls.add(url(Path.of(entry)));
        }
        this.classes = new URLClassLoader(urls.toArray(URL[]::new), OwnRules.class.getClassLoader());
    }

    private URL url(Path entry) {
        if (Files.isRegularFile(entry)) {
            try (var _ = new ZipFile(entry.toFile())) {
                return entry.toUri().toURL();
            } catch (IOException e) {
                throw refused("--class-path", entry, "is not a jar: " + e.getMessage());
            }
        }
        if (!Files.isDirectory(entry)) {
            throw refused("--class-path", entry, "is neither a jar nor a folder");
        }
        try {
            return entry.toUri().toURL();
        } catch (IOException e) {
            throw refused("--class-path", entry, e.getMessage());
        }
    }

    /** The rules of a class, or of a static method of it as in {@code my.Rules#all}, which gives one or a collection. */
    List<Rule> of(String name) {
        String[] parts = name.strip().split("#", 2);
        try {
            Class<?> type = Class.forName(parts[0], true, classes);
            Object given = parts.length == 1 ? create(type, name) : call(type, parts[1], name);
            Collection<?> rules = given instanceof Collection<?> all ? all : given == null ? List.of() : List.of(given);
            if (rules.isEmpty() || !rules.stream().allMatch(Rule.class::isInstance)) {
                throw refused("--rule", name, "must give rules, got " + given);
            }
            List<Rule> known = rules.stream().map(Rule.class::cast).toList();
            // What throws does so here, where it is refused by the name that was given.
            known.forEach(rule -> Equivalence.of(rule).comparisons());
            known.forEach(Rule::toString);
            return known;
        } catch (ClassNotFoundException _) {
            throw refused("--rule", name, "is not on the class path");
        } catch (InvocationTargetException e) {
            throw thrown(spec, name, e.getCause());
        } catch (ExceptionInInitializerError e) {
            throw refused("--rule", name, "cannot be loaded: " + words(e.getCause()));
        } catch (LinkageError e) {
            throw refused("--rule", name, "cannot be loaded: " + words(e));
        } catch (ParameterException | OutOfMemoryError e) {
            throw e;
        } catch (Throwable e) {
            throw thrown(spec, name, e);
        }
    }

    /** What a rule of the user's threw, in a sentence that names the rule. */
    static ParameterException thrown(CommandSpec spec, String name, Throwable e) {
        return new ParameterException(spec.commandLine(), "--rule " + name + ": throws " + words(e));
    }

    /** A rule that cannot be verified: because of what it throws, or of its kernel, about which the library has a sentence. */
    static ParameterException refused(CommandSpec spec, Rule rule, Throwable e) {
        String name = rule.getClass().getName();
        return e instanceof IllegalArgumentException && e.getMessage() != null
                ? new ParameterException(spec.commandLine(), "--rule " + name + ": " + e.getMessage()) : thrown(spec, name, e);
    }

    /** Class and message; the message may be anything, and asking for it may throw. */
    private static String words(Throwable e) {
        try {
            String words = String.valueOf(e);
            return words.length() > LONGEST ? words.substring(0, LONGEST) + "..." : words;
        } catch (Throwable _) {
            return e.getClass().getName();
        }
    }

    private Object call(Class<?> type, String method, String name) throws InvocationTargetException {
        try {
            Method found = type.getMethod(method);
            if (Modifier.isStatic(found.getModifiers())) {
                return found.invoke(null);
            }
        } catch (NoSuchMethodException | IllegalAccessException _) {
            // Refused below.
        }
        throw refused("--rule", name, "needs a public class with a public static method " + method + "()");
    }

    private Object create(Class<?> type, String name) throws InvocationTargetException {
        if (!Rule.class.isAssignableFrom(type)) {
            throw refused("--rule", name, "must be a " + Rule.class.getName());
        }
        try {
            for (Constructor<?> constructor : type.getConstructors()) {
                if (constructor.getParameterCount() == 0) {
                    return constructor.newInstance();
                }
            }
            return type.getConstructor(double.class).newInstance(LEARNING_RATE);
        } catch (NoSuchMethodException | InstantiationException | IllegalAccessException _) {
            throw refused("--rule", name, "needs a public class with a public constructor that takes nothing or a learning rate; "
                    + "for others, name a public static method that gives rules, as in my.Rules#all");
        }
    }

    private ParameterException refused(String option, Object value, String reason) {
        return new ParameterException(spec.commandLine(), option + " " + value + ": " + reason);
    }
}
