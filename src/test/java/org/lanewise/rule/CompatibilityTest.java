package org.lanewise.rule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lanewise.Rule;

/** The table of src/docs/compatibility.md, compiled from there, follows the numbers or the formula it names. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CompatibilityTest {
    private static final String FORMULA = "formula";

    /** A row, and the rule that its code makes. */
    private record Row(String framework, String there, String code, String testedAgainst, Rule rule) {
        String name() {
            return framework + ": " + there;
        }

        @Override
        public String toString() {
            return name();
        }
    }

    private final List<Row> rows = new ArrayList<>();

    @BeforeAll
    void compile(@TempDir Path directory) throws Exception {
        List<List<String>> cells = table();
        String rules = cells.stream().map(row -> unquoted(row.get(2))).collect(Collectors.joining(",\n"));
        Path source = directory.resolve("Rules.java");
        Files.writeString(source, """
                import java.util.List;
                import org.lanewise.Rule;
                import org.lanewise.rule.*;

                public class Rules implements java.util.function.Supplier<List<Rule>> {
                    public List<Rule> get() {
                        return List.of(%s);
                    }
                }
                """.formatted(rules));
        StringWriter messages = new StringWriter();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of("-proc:none", "-cp", Path.of("target", "classes").toString(), "-d", directory.toString());
            assertTrue(compiler.getTask(messages, manager, null, options, null, manager.getJavaFileObjects(source)).call(),
                    messages::toString);
        }
        try (var loader = new URLClassLoader(new URL[] {directory.toUri().toURL()}, getClass().getClassLoader())) {
            List<?> made = (List<?>) ((Supplier<?>) loader.loadClass("Rules").getConstructor().newInstance()).get();
            IntStream.range(0, made.size()).forEach(i -> rows.add(new Row(cells.get(i).get(0), unquoted(cells.get(i).get(1)),
                    unquoted(cells.get(i).get(2)), cells.get(i).get(4), (Rule) made.get(i))));
        }
    }

    private static List<List<String>> table() throws IOException {
        List<List<String>> rows = Files.readAllLines(Path.of("src/docs/compatibility.md")).stream()
                .dropWhile(line -> !line.startsWith("| framework ")).filter(line -> line.startsWith("| "))
                .map(line -> List.of(line.substring(2, line.length() - 2).split(" \\| "))).toList();
        assertTrue(rows.stream().allMatch(row -> row.size() == 5), () -> rows.toString());
        return rows.subList(1, rows.size());
    }

    private static String unquoted(String cell) {
        assertTrue(cell.startsWith("`") && cell.endsWith("`"), cell);
        return cell.substring(1, cell.length() - 1);
    }

    List<Row> rowsWithNumbers() {
        return rows.stream().filter(row -> !row.testedAgainst.equals(FORMULA)).toList();
    }

    List<Row> rowsWithFormulas() {
        return rows.stream().filter(row -> row.testedAgainst.equals(FORMULA)).toList();
    }

    private static Set<String> named(Function<Facts<?>, Map<String, ?>> rows) {
        return Contracts.all().stream().flatMap(contract -> rows.apply(contract.facts()).keySet().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static FrameworkFormula formula(Row row) {
        return Contracts.of(row.rule).facts().formulas().get(row.name());
    }

    private static <R extends Rule> Set<String> idle(R rule) {
        return Contracts.of(rule).facts().idle(rule);
    }

    @Test
    void rowsWithFormulasAreThoseThatHaveOne() {
        assertEquals(named(Facts::formulas), rowsWithFormulas().stream().map(Row::name).collect(Collectors.toCollection(TreeSet::new)));
    }

    @ParameterizedTest
    @MethodSource("rowsWithFormulas")
    void followsTheFormula(Row row) {
        formula(row).check(row.rule);
    }

    /** Whatever option is turned, but those that do nothing beside the others; oracles tell where a small epsilon is added. */
    @ParameterizedTest
    @MethodSource("rowsWithFormulas")
    void theFormulaTellsEveryOption(Row row) throws ReflectiveOperationException {
        for (RecordComponent option : row.rule.getClass().getRecordComponents()) {
            if (option.getType() == boolean.class && !formula(row).cannotTell().contains(option.getName())
                    && !idle(row.rule).contains(option.getName())) {
                String name = option.getName();
                Method wither = row.rule.getClass().getMethod("with" + name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1),
                        boolean.class);
                Rule turned;
                try {
                    turned = (Rule) wither.invoke(row.rule, !(boolean) option.getAccessor().invoke(row.rule));
                } catch (InvocationTargetException refused) {
                    assertInstanceOf(IllegalArgumentException.class, refused.getCause());
                    continue;
                }
                assertThrows(AssertionError.class, () -> formula(row).check(turned), name);
            }
        }
    }

    @Test
    void rowsWithNumbersAreThoseWithPublishedOnes() {
        assertEquals(named(Facts::published), rowsWithNumbers().stream().map(Row::name).collect(Collectors.toCollection(TreeSet::new)));
        assertEquals(rows.size(), Stream.of(rows).flatMap(List::stream).map(Row::name).distinct().count(), "a row is there twice");
    }

    @ParameterizedTest
    @MethodSource("rowsWithNumbers")
    void followsThePublishedNumbers(Row row) {
        Contracts.of(row.rule).facts().published().get(row.name()).check(row.rule);
    }
}
