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
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LambdaClassesTest {
    private static final Class<?> SAMPLES = LambdaSamples.class;

    @TempDir
    private Path folder;

    @BeforeEach
    void copyClasses() throws Exception {
        copySamples(folder);
    }

    private static void copySamples(Path folder) throws Exception {
        Path from = Path.of(SAMPLES.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path to = Files.createDirectories(folder.resolve(from.relativize(packageOf(from))));
        try (Stream<Path> files = Files.list(packageOf(from))) {
            for (Path file : files.filter(each -> each.getFileName().toString().startsWith(SAMPLES.getSimpleName())).toList()) {
                Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static Path packageOf(Path root) {
        return root.resolve(SAMPLES.getPackageName().replace('.', '/'));
    }

    @Test
    void rewrittenClassesDoTheSame() throws Exception {
        LambdaClasses.write(folder, _ -> false);
        try (URLClassLoader loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, ClassLoader.getPlatformClassLoader())) {
            Class<?> rewritten = loader.loadClass(SAMPLES.getName());
            LongStream edges = LongStream.of(0, 1, -1, 3, 127, 128, -129, 'x', 0xffff, Integer.MIN_VALUE, Long.MAX_VALUE, Long.MIN_VALUE);
            for (long x : LongStream.concat(edges, new Random(1).longs(100)).toArray()) {
                assertEquals(new LambdaSamples().apply(x), samples(rewritten).apply(x));
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static Function<Long, Map<String, String>> samples(Class<?> type) throws ReflectiveOperationException {
        return (Function<Long, Map<String, String>>) type.getConstructor().newInstance();
    }

    /** More only for interfaces that do not go together with others. */
    @Test
    void aClassHasOneMoreForAllItsLambdas() throws IOException {
        long before = lambdas();
        LambdaClasses.write(folder, _ -> false);
        assertTrue(before > 100, () -> before + " lambdas");
        assertEquals(0, lambdas());
        List<String> written = names().stream().filter(name -> name.contains("$$")).toList();
        assertEquals(List.of("LambdaSamples$$.class", "LambdaSamples$$2.class", "LambdaSamples$$3.class", "LambdaSamples$$4.class",
                "LambdaSamples$$5.class", "LambdaSamples$$6.class", "LambdaSamples$Derived$$.class", "LambdaSamples$Face$$.class",
                "LambdaSamples$Inner$$.class"), written);
    }

    @Test
    void aSecondTimeChangesNothingAndWhatIsNoLongerUsedGoes() throws Exception {
        LambdaClasses.write(folder, _ -> false);
        Map<String, Long> hashes = hashes();
        Files.copy(packageOf(folder).resolve("LambdaSamples$$.class"), packageOf(folder).resolve("LambdaSamples$$99.class"));
        LambdaClasses.write(folder, _ -> false);
        assertEquals(hashes, hashes());
    }

    /** As an incremental build leaves them: what was compiled again, with what was not. */
    @Test
    void whatIsCompiledAgainIsRewrittenAgain() throws Exception {
        LambdaClasses.write(folder, _ -> false);
        Map<String, Long> hashes = hashes();
        copySamples(folder);
        LambdaClasses.write(folder, _ -> false);
        assertEquals(hashes, hashes());
    }

    @Test
    void classesThatAreLeftAloneStayAsTheyAre() throws IOException {
        Map<String, Long> hashes = hashes();
        LambdaClasses.write(folder, _ -> true);
        assertEquals(hashes, hashes());
    }

    /** Else the first optimizer takes longer by a millisecond for each. */
    @Test
    void theBuildLeavesNoLambdasInTheLibrary() throws IOException {
        Path classes = Path.of("target/classes");
        try (Stream<Path> files = Files.walk(classes.resolve("org/lanewise"))) {
            long left = files.filter(file -> file.toString().matches(".*\\.class") && !file.toString().matches(".*Kernel(\\$.*)?\\.class"))
                    .mapToLong(LambdaClassesTest::lambdas).sum();
            assertEquals(0, left, "lambdas, build again");
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

    private long lambdas() throws IOException {
        try (Stream<Path> files = Files.list(packageOf(folder))) {
            return files.mapToLong(LambdaClassesTest::lambdas).sum();
        }
    }

    private List<String> names() throws IOException {
        return List.copyOf(hashes().keySet());
    }

    private Map<String, Long> hashes() throws IOException {
        try (Stream<Path> files = Files.list(packageOf(folder))) {
            Map<String, Long> hashes = new TreeMap<>();
            for (Path file : files.toList()) {
                CRC32 hash = new CRC32();
                hash.update(Files.readAllBytes(file));
                hashes.put(file.getFileName().toString(), hash.getValue());
            }
            return hashes;
        }
    }
}
