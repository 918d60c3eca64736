package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** What {@code verify --class-path --rule} makes of class names, and what it refuses. */
class OwnRulesTest {
    private static final String RULES = """
            package my;

            import java.util.List;
            import org.lanewise.Rule;
            import org.lanewise.kernel.Kernel;
            import org.lanewise.rule.Adam;
            import org.lanewise.rule.Lion;

            public class Rules {
                public static List<Rule> all() {
                    return List.of(new Adam(0.1), new Lion(0.2));
                }

                public static Rule one() {
                    return new Lion(0.3);
                }

                public static String text() {
                    return "text";
                }

                public static Rule nothing() {
                    return null;
                }

                public static Rule failing() {
                    throw new UnsupportedOperationException("not yet");
                }

                public Rule ofAnInstance() {
                    return one();
                }

                public record Plain(double learningRate) implements Rule {
                    public Plain() {
                        this(0.4);
                    }

                    @Override
                    public Kernel kernel() {
                        return new Lion(0.1).kernel();
                    }
                }

                public record Two(double learningRate, double other) implements Rule {
                    @Override
                    public Kernel kernel() {
                        return null;
                    }
                }

                public record Stateless(double learningRate) implements Rule {
                    @Override
                    public Kernel kernel() {
                        return null;
                    }

                    @Override
                    public List<State> states() {
                        throw new IllegalStateException("no states");
                    }
                }

                public static Rule endless() {
                    return endless();
                }

                public static Rule rude() {
                    throw new IllegalStateException("\\u001b[2J\\u202e");
                }

                public static Rule mute() {
                    throw new IllegalStateException() {
                        @Override
                        public String getMessage() {
                            throw new IllegalStateException("no message");
                        }
                    };
                }

                public record Nameless(double learningRate) implements Rule {
                    @Override
                    public Kernel kernel() {
                        return new Lion(0.1).kernel();
                    }

                    @Override
                    public String toString() {
                        throw new IllegalStateException("no name");
                    }
                }

                public record Endless(double learningRate) implements Rule {
                    @Override
                    public Kernel kernel() {
                        return new Lion(0.1).kernel();
                    }

                    @Override
                    public List<State> states() {
                        return states();
                    }
                }

                public static class Broken {
                    static final int ONE = Integer.parseInt("one");
                }
            }
            """;

    @TempDir
    private Path directory;

    private Path jar;

    @BeforeEach
    void build() throws Exception {
        jar = OwnRuleJar.of(directory, "my.Rules", RULES);
    }

    private OwnRules own(String classPath) {
        return new OwnRules(new CommandLine(new VerifyCommand()).getCommandSpec(), classPath);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "my.Rules$Plain | [Plain[learningRate=0.4]]",
        "org.lanewise.rule.GradientDescent | [GradientDescent[learningRate=0.1]]"})
    void aRuleIsMadeWithoutArgumentsOrWithALearningRate(String name, String rules) {
        assertEquals(rules, own(jar.toString()).of(name).toString());
    }

    @Test
    void aStaticMethodGivesOneRuleOrMore() {
        OwnRules own = own(directory.resolve("classes") + File.pathSeparator + jar);
        assertEquals(1, own.of("my.Rules#one").size());
        assertEquals(List.of(0.1, 0.2), own.of("my.Rules#all").stream().map(rule -> rule.learningRate()).toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "my.Missing | is not on the class path",
        "my/Rules | is not on the class path",
        "my.Rules | must be a org.lanewise.Rule",
        "my.Rules$Two | needs a public class with a public constructor that takes nothing or a learning rate; for others, name a public "
                + "static method that gives rules, as in my.Rules#all",
        "my.Rules#text | must give rules, got text",
        "my.Rules#nothing | must give rules, got null",
        "my.Rules#missing | needs a public class with a public static method missing()",
        "my.Rules#ofAnInstance | needs a public class with a public static method ofAnInstance()",
        "my.Rules#failing | throws java.lang.UnsupportedOperationException: not yet",
        "my.Rules$Stateless | throws java.lang.IllegalStateException: no states",
        "my.Rules#endless | throws java.lang.StackOverflowError",
        "my.Rules#mute | throws my.Rules$1",
        "my.Rules$Endless | throws java.lang.StackOverflowError",
        "my.Rules$Nameless | throws java.lang.IllegalStateException: no name",
        "my.Rules$Broken | cannot be loaded: java.lang.NumberFormatException: For input string: \"one\""})
    void whatDoesNotFitIsRefusedByName(String name, String reason) {
        OwnRules own = own(jar.toString());
        assertEquals("--rule " + name + ": " + reason, assertThrows(ParameterException.class, () -> own.of(name)).getMessage());
    }

    @Test
    void whatIsNoJarAndNoFolderIsRefused() throws Exception {
        Path missing = directory.resolve("missing.jar"), text = directory.resolve("text.jar");
        Files.writeString(text, "text");
        assertEquals("--class-path " + missing + ": is neither a jar nor a folder",
                assertThrows(ParameterException.class, () -> own(jar + File.pathSeparator + missing)).getMessage());
        String message = assertThrows(ParameterException.class, () -> own(text.toString())).getMessage();
        assertTrue(message.startsWith("--class-path " + text + ": is not a jar: "), message);
    }
}
