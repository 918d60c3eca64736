package org.lanewise;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lanewise.checkpoint.BackgroundSaver;
import org.lanewise.checkpoint.Checkpoint;
import org.lanewise.checkpoint.CheckpointFolder;
import org.lanewise.checkpoint.LoadOptions;
import org.lanewise.checkpoint.SafetensorsFile;
import org.lanewise.checkpoint.SafetensorsWriter;
import org.lanewise.checkpoint.TorchCheckpoint;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Shape;
import org.lanewise.kernel.Sums;
import org.lanewise.rule.Adam;
import org.lanewise.rule.GradientDescent;
import org.lanewise.rule.Lamb;
import org.lanewise.schedule.Curve;
import org.lanewise.schedule.Cyclic;
import org.lanewise.schedule.Level;
import org.lanewise.schedule.OneCycle;
import org.lanewise.schedule.Piecewise;
import org.lanewise.schedule.ReduceOnPlateau;
import org.lanewise.schedule.Schedule;
import org.lanewise.schedule.WarmUp;
import org.lanewise.schedule.WarmUpStableDecay;
import org.lanewise.verify.Difference;
import org.lanewise.verify.Equivalence;
import org.lanewise.verify.Place;
import org.lanewise.verify.Tally;
import org.lanewise.verify.Values;

/** Whatever the public API takes must not be null, and says so in one sentence that names it. */
class NullArgumentsTest {
    private static final Path CLASSES = Path.of("target", "classes");
    private static final List<String> PACKAGES = List.of("org/lanewise", "org/lanewise/checkpoint", "org/lanewise/kernel",
            "org/lanewise/rule", "org/lanewise/schedule", "org/lanewise/verify");

    /** What the library calls, and the user implements. */
    private static final Set<Class<?>> IMPLEMENTED_BY_USERS = Set.of(Kernel.class, Plane.class, Sums.class);

    private static final Schedule SCHEDULE = Schedule.constant();
    private static final ParameterStore STORE = ParameterStore.builder()
            .wrap("w", Arena.global().allocate(16, 4), Arena.global().allocate(16, 4), 4).build();
    private static final Rule RULE = new GradientDescent(0.1);
    private static final Path MISSING = Path.of("target", "missing", "file");

    /** Something of each type on which a method is called or which it takes. */
    private static final Map<Class<?>, Supplier<?>> SAMPLES = Map.ofEntries(
            Map.entry(Duration.class, () -> Duration.ZERO), Map.entry(ParameterStore.class, () -> STORE),
            Map.entry(ParameterStoreBuilder.class, ParameterStore::builder),
            Map.entry(Tensor.class, () -> STORE.tensor("w")), Map.entry(Slice.class, () -> STORE.tensor("w").gradient()),
            Map.entry(Optimizer.class, () -> Optimizer.of(RULE, ParameterStore.wrap(new float[4], new float[4]))),
            Map.entry(OptimizerBuilder.class, () -> Optimizer.builder(ParameterStore.wrap(new float[4], new float[4])).rule(RULE)),
            Map.entry(Rule.class, () -> RULE), Map.entry(Reductions.class, () -> Reductions.ofGradients(STORE)),
            Map.entry(Rule.Measure.class, () -> new Lamb(0.1).measures().getFirst()), Map.entry(Shape.class, () -> new Shape(1, 1, 4)),
            Map.entry(Rule.Sum.class, () -> new Rule.Sum("g", Extent.TENSOR)), Map.entry(Rule.State.class, () -> new Rule.State("m")),
            Map.entry(Storage.class, () -> Storage.F32), Map.entry(Width.class, () -> Width.SCALAR),
            Map.entry(Extent.class, () -> Extent.TENSOR), Map.entry(Kernel.class, RULE::kernel),
            Map.entry(MethodHandles.Lookup.class, MethodHandles::lookup), Map.entry(Runnable.class, () -> (Runnable) () -> {}),
            Map.entry(String.class, () -> "w"), Map.entry(float[].class, () -> new float[4]), Map.entry(long[].class, () -> new long[] {4}),
            Map.entry(String[].class, () -> new String[] {"g"}), Map.entry(Slice[].class, () -> new Slice[] {STORE.tensor("w").gradient()}),
            Map.entry(Width[].class, () -> new Width[] {Width.SCALAR}),
            Map.entry(List.class, () -> List.of(new Rule.Sum("g", Extent.TENSOR))),
            Map.entry(MemorySegment.class, () -> Arena.global().allocate(16, 4)), Map.entry(int.class, () -> 0),
            Map.entry(long.class, () -> 0L), Map.entry(float.class, () -> 0f), Map.entry(double.class, () -> 0.0),
            Map.entry(boolean.class, () -> false), Map.entry(int[].class, () -> new int[] {4}),
            Map.entry(Shape[].class, () -> new Shape[] {new Shape(1, 1, 4)}), Map.entry(Set.class, Set::of), Map.entry(Map.class, Map::of),
            Map.entry(Optional.class, Optional::empty), Map.entry(LongConsumer.class, () -> (LongConsumer) _ -> {}),
            Map.entry(Schedule.class, () -> SCHEDULE), Map.entry(Level.class, () -> Level.value(1)),
            Map.entry(Curve.class, () -> Curve.LINEAR), Map.entry(WarmUp.class, () -> Schedule.warmUp(1)),
            Map.entry(WarmUpStableDecay.class, () -> Schedule.warmUpStableDecay(1, 1, 1)),
            Map.entry(OneCycle.class, () -> Schedule.oneCycle(10)), Map.entry(Cyclic.Mode.class, () -> Cyclic.Mode.TRIANGULAR),
            Map.entry(Piecewise.Between.class, () -> Piecewise.Between.STAYS),
            Map.entry(ReduceOnPlateau.class, ReduceOnPlateau::new), Map.entry(LossScaler.class, LossScaler::new),
            Map.entry(ReduceOnPlateau.Threshold.class, () -> ReduceOnPlateau.Threshold.RELATIVE),
            Map.entry(LossScaler.State.class, () -> new LossScaler().initial()),
            Map.entry(ReduceOnPlateau.State.class, () -> new ReduceOnPlateau().initial(1)),
            Map.entry(Cyclic.class, () -> Schedule.cyclic(Level.value(1), Level.value(2), 1)),
            Map.entry(Clipping.class, Clipping::none), Map.entry(Clipping.Form.class, () -> Clipping.Form.VALUE),
            Map.entry(NonFinite.class, () -> NonFinite.SKIP), Map.entry(Average.class, Average::swa),
            Map.entry(Group.class, () -> Group.of("group", _ -> true)), Map.entry(Groups.class, () -> averaging().groups()),
            Map.entry(Averaged.class, () -> averaging().averaged()), Map.entry(StepReport.class, () -> averaging().step()),
            Map.entry(Tensor[].class, () -> new Tensor[] {STORE.tensor("w")}),
            Map.entry(Predicate.class, () -> (Predicate<Tensor>) _ -> true),
            Map.entry(ToDoubleFunction.class, () -> (ToDoubleFunction<Tensor>) _ -> 1),
            Map.entry(DoubleUnaryOperator.class, DoubleUnaryOperator::identity),
            Map.entry(ReduceOnPlateau.Tracker.class, () -> new ReduceOnPlateau().tracker(1)),
            Map.entry(Checkpoint.class, () -> Checkpoint.of(averaging())), Map.entry(LoadOptions.class, LoadOptions::strict),
            Map.entry(CheckpointFolder.class, () -> new CheckpointFolder(MISSING, 1)),
            Map.entry(BackgroundSaver.class, BackgroundSaver::new), Map.entry(SafetensorsWriter.class, SafetensorsWriter::new),
            Map.entry(Arena.class, Arena::ofAuto),
            Map.entry(SafetensorsFile.class, NullArgumentsTest::file), Map.entry(Path.class, () -> MISSING),
            Map.entry(TorchCheckpoint.class, NullArgumentsTest::torchFile),
            Map.entry(UnaryOperator.class, UnaryOperator::identity),
            Map.entry(Place.class, () -> Place.F32_HEAP), Map.entry(Values.class, () -> Values.NORMAL),
            Map.entry(Equivalence.class, () -> Equivalence.of(RULE)),
            Map.entry(Equivalence.Result.class, () -> new Equivalence.Result(List.of(), true, Set.of(), Optional.empty())),
            Map.entry(Tally.class, () -> new Tally(RULE, false, false, false, Place.F32_HEAP, Width.SCALAR, 0, 0, List.of(), Set.of())),
            Map.entry(Difference.class, () -> new Difference(RULE, false, false, false, Place.F32_HEAP, Width.SCALAR, Values.NORMAL,
                    new Shape(1, 1, 4), 1, false, "m", 0, Map.of(), 0, 0)));

    private int refused;

    private static TorchCheckpoint torchFile() {
        try {
            Path file = Files.createTempFile("lanewise", ".pt");
            TorchCheckpoint.save(file, Optimizer.of(new Adam(0.1), ParameterStore.wrap(new float[4], new float[4])));
            TorchCheckpoint opened = TorchCheckpoint.open(file);
            Files.delete(file);
            return opened;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SafetensorsFile file() {
        try {
            Path file = Files.createTempFile("lanewise", ".safetensors");
            new SafetensorsWriter().parameters(STORE).write(file);
            SafetensorsFile opened = SafetensorsFile.open(file);
            Files.delete(file);
            return opened;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optimizer averaging() {
        return Optimizer.builder(ParameterStore.wrap(new float[4], new float[4])).rule(RULE).average(Average.swa()).build();
    }

    @Test
    void everyReferenceThatThePublicApiTakesIsNamedIfItIsNull() throws Exception {
        for (Class<?> type : publicTypes()) {
            List<Executable> calls = new ArrayList<>();
            if (!Modifier.isAbstract(type.getModifiers())) {
                calls.addAll(List.of(type.getConstructors()));
            }
            Stream.of(type.getDeclaredMethods()).filter(NullArgumentsTest::isOfTheApi).forEach(calls::add);
            for (Executable call : calls) {
                if (Modifier.isStatic(call.getModifiers()) || !IMPLEMENTED_BY_USERS.contains(type)) {
                    tryNulls(type, call);
                }
            }
        }
        assertTrue(refused > 40, "only " + refused + " refusals were seen");
    }

    private static boolean isOfTheApi(Method method) {
        boolean ofEveryEnum = method.getName().equals("valueOf") && method.getDeclaringClass().isEnum();
        boolean ofEveryObject = method.getName().equals("equals") && method.getParameterCount() == 1;
        return Modifier.isPublic(method.getModifiers()) && !method.isSynthetic() && !ofEveryEnum && !ofEveryObject;
    }

    private void tryNulls(Class<?> type, Executable call) throws IOException {
        Class<?>[] types = call.getParameterTypes();
        for (int k = 0; k < types.length; k++) {
            if (!types[k].isPrimitive()) {
                assertRefused(type, call, k, null, "(\\w+)");
                if (types[k] == List.class) {
                    assertRefused(type, call, k, Arrays.asList((Object) null), "(\\w+)\\[0]");
                } else if (types[k] == Set.class) {
                    assertRefused(type, call, k, Collections.singleton(null), "an element of (\\w+)");
                } else if (types[k] == Map.class) {
                    assertRefused(type, call, k, Collections.singletonMap(null, 1f), "a name in (\\w+)");
                    assertRefused(type, call, k, Collections.singletonMap("m", null), "(\\w+) of m");
                } else if (types[k].isArray() && !types[k].getComponentType().isPrimitive()) {
                    assertRefused(type, call, k, java.lang.reflect.Array.newInstance(types[k].getComponentType(), 1), "(\\w+)\\[0]");
                }
            }
        }
    }

    private void assertRefused(Class<?> type, Executable call, int index, Object value, String thing) throws IOException {
        Object[] arguments = Stream.of(call.getParameterTypes()).map(NullArgumentsTest::sample).toArray();
        arguments[index] = value;
        String what = call + " with null at " + index;
        Throwable thrown = assertThrows(InvocationTargetException.class, () -> invoke(type, call, arguments), what).getCause();
        assertInstanceOf(NullPointerException.class, thrown, what);
        Matcher sentence = Pattern.compile(thing + " must not be null").matcher(String.valueOf(thrown.getMessage()));
        assertTrue(sentence.matches(), () -> what + " says: " + thrown);
        assertTrue(Pattern.compile("[\\w>.\\]]+ " + sentence.group(1) + "[,)]").matcher(source(type)).find(),
                () -> what + " names no parameter: " + thrown);
        refused++;
    }

    private static Object invoke(Class<?> type, Executable call, Object[] arguments) throws ReflectiveOperationException {
        return call instanceof Constructor<?> constructor ? constructor.newInstance(arguments)
                : ((Method) call).invoke(Modifier.isStatic(call.getModifiers()) ? null : sample(type), arguments);
    }

    private static Object sample(Class<?> type) {
        Supplier<?> sample = SAMPLES.get(type);
        assertTrue(sample != null, () -> "say in SAMPLES how to make a " + type);
        return sample.get();
    }

    private static String source(Class<?> type) throws IOException {
        return Files.readString(Path.of("src/main/java", type.getName().replaceAll("\\$.*", "").replace('.', '/') + ".java"));
    }

    private static List<Class<?>> publicTypes() throws Exception {
        List<Class<?>> types = new ArrayList<>();
        for (String folder : PACKAGES) {
            try (Stream<Path> files = Files.list(CLASSES.resolve(folder))) {
                for (Path file : files.filter(path -> path.toString().endsWith(".class")).sorted().toList()) {
                    String name = file.getFileName().toString().replace(".class", "");
                    Class<?> type = Class.forName(folder.replace('/', '.') + "." + name, false, NullArgumentsTest.class.getClassLoader());
                    if (!name.equals("package-info") && Modifier.isPublic(type.getModifiers())) {
                        types.add(type);
                    }
                }
            }
        }
        return types;
    }
}
