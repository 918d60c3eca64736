package org.lanewise.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import javax.tools.JavaCompiler;

/** Jars as users build them of classes of their own. */
final class OwnRuleJar {
    private OwnRuleJar() {}

    /** A jar of one source file; its classes lie in the folder {@code classes} beside it too. */
    static Path of(Path directory, String name, String source) throws Exception {
        Path file = directory.resolve("src").resolve(name.replace('.', '/') + ".java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, source);
        Path classes = directory.resolve("classes");
        StringWriter messages = new StringWriter();
        JavaCompiler compiler = javax.tools.ToolProvider.getSystemJavaCompiler();
        List<String> options = List.of("--add-modules", "jdk.incubator.vector", "-cp", Path.of("target", "classes").toString(),
                "-d", classes.toString());
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            assertTrue(compiler.getTask(messages, files, null, options, null, files.getJavaFileObjects(file)).call(), messages::toString);
        }
        Path jar = directory.resolve("own.jar");
        assertEquals(0, ToolProvider.findFirst("jar").orElseThrow().run(System.out, System.err, "--create", "--file", jar.toString(),
                "-C", classes.toString(), "."));
        return jar;
    }

    /** The rule that README shows. */
    static String ruleOfReadme(String packageName) throws Exception {
        Matcher code = Pattern.compile("```java\n((?:(?!```).)*record SignDescent.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("README.md")));
        assertTrue(code.find(), "README.md shows no rule named SignDescent");
        return "package " + packageName + ";\n" + code.group(1);
    }
}
