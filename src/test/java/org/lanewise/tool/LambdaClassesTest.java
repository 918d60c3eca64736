package org.lanewise.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeModel;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntBinaryOperator;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LambdaClassesTest {
    private static final String OWN = LambdaClassesTest.class.getName().replace('.', '/');

    @TempDir
    private Path folder;

    /** All kinds of lambdas; the text says what each does. */
    public static final class Sample implements Supplier<String> {
        private final long number = 7;
        private final List<String> seen = new ArrayList<>();

        private static int twice(int x) {
            return 2 * x;
        }

        private long plus(long a, double b, byte c) {
            return a + (long) b + c;
        }

        private <T> List<T> both(Supplier<? extends T> one, Supplier<? extends T> other) {
            return List.of(one.get(), other.get());
        }

        /** One of a nest inside of another. */
        private final class Inner {
            private LongSupplier number() {
                return () -> number + seen.size();
            }
        }

        @Override
        public String get() {
            double b = 3.5;
            byte c = -2;
            LongFunction<String> formatted = a -> "<" + plus(a, b, c) + ">";
            IntBinaryOperator most = Math::max;
            ToIntFunction<String> length = String::length;
            Supplier<List<String>> list = ArrayList::new;
            Runnable adds = () -> seen.add("x");
            adds.run();
            Stream.of("p", "q").forEach(seen::add);
            Map<String, Integer> boxed = new HashMap<>();
            boxed.merge("k", 4, Integer::sum);
            boxed.merge("k", 5, Integer::sum);
            return formatted.apply(10) + most.applyAsInt(3, 9) + length.applyAsInt("four") + list.get()
                    + IntStream.range(0, 3).map(Sample::twice).mapToObj(Integer::toString).collect(Collectors.joining(","))
                    + Stream.of("b", "a").sorted(Comparator.naturalOrder()).toList() + seen + boxed
                    + both(() -> "s", this::toString) + new Inner().number().getAsLong();
        }

        @Override
        public String toString() {
            return "sample";
        }
    }

    @BeforeEach
    void copyClasses() throws IOException {
        for (String name : List.of("$Sample", "$Sample$Inner", "")) {
            Path file = folder.resolve(OWN + name + ".class");
            Files.createDirectories(file.getParent());
            Files.write(file, LambdaClassesTest.class.getResourceAsStream("/" + OWN + name + ".class").readAllBytes());
        }
    }

    @Test
    void rewrittenClassesDoTheSame() throws Exception {
        LambdaClasses.write(folder, _ -> false);
        assertTrue(names().size() > 15, () -> names().toString());
        assertEquals(new Sample().get(), run());
        assertEquals("<11>94[]0,2,4[a, b][x, p, q]{k=9}[s, sample]10", run());
    }

    @Test
    void aSecondTimeChangesNothingAndWhatIsNoLongerUsedGoes() throws Exception {
        LambdaClasses.write(folder, _ -> false);
        List<String> names = names();
        Map<String, Long> sizes = sizes();
        Files.copy(folder.resolve(OWN + "$Sample$$1.class"), folder.resolve(OWN + "$Sample$$99.class"));
        LambdaClasses.write(folder, _ -> false);
        assertEquals(names, names());
        assertEquals(sizes, sizes());
        assertEquals(new Sample().get(), run());
    }

    @Test
    void classesThatAreLeftAloneStayAsTheyAre() throws IOException {
        Map<String, Long> sizes = sizes();
        LambdaClasses.write(folder, _ -> true);
        assertEquals(sizes, sizes());
    }

    /** Else the first optimizer takes longer by a millisecond for each. */
    @Test
    void theBuildLeavesFewLambdasInTheLibrary() throws IOException {
        Path classes = Path.of("target/classes");
        try (Stream<Path> files = Files.walk(classes.resolve("org/lanewise"))) {
            long left = files.filter(file -> file.toString().matches(".*\\.class") && !file.toString().matches(".*Kernel(\\$.*)?\\.class"))
                    .mapToLong(LambdaClassesTest::lambdas).sum();
            assertTrue(left < 10, left + " lambdas, build again");
        }
    }

    private static long lambdas(Path file) {
        try {
            return ClassFile.of().parse(file).methods().stream().flatMap(method -> method.code().stream()).flatMap(CodeModel::elementStream)
                    .filter(element -> element instanceof InvokeDynamicInstruction call
                            && call.bootstrapMethod().methodName().equals("metafactory")).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> names() {
        return List.copyOf(sizes().keySet());
    }

    private Map<String, Long> sizes() {
        try (Stream<Path> files = Files.list(folder.resolve(OWN).getParent())) {
            Map<String, Long> sizes = new TreeMap<>();
            files.forEach(file -> sizes.put(file.getFileName().toString(), file.toFile().length()));
            return sizes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String run() throws Exception {
        try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            return ((Supplier<?>) loader.loadClass(Sample.class.getName()).getConstructor().newInstance()).get().toString();
        }
    }
}
