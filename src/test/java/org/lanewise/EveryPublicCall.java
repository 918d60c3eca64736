package org.lanewise;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.lanewise.checkpoint.LoadOptions;
import org.lanewise.checkpoint.SafetensorsWriter;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Shape;
import org.lanewise.rule.Adam;
import org.lanewise.schedule.Schedule;
import org.lanewise.verify.Place;
import org.lanewise.verify.Values;

/** A program: calls every public method of the exported packages once, and prints what each of them throws. */
final class EveryPublicCall {
    /** What only the library calls, after it has looked for the module, and what would end the others; what names vectors itself. */
    private static final Set<String> NOT_FOR_USERS = Set.of("kernel", "lookAhead", "measures", "close");
    private static final Set<String> OF_VECTORS = Set.of("org.lanewise.kernel.Plane", "org.lanewise.kernel.Kernel");

    private static final List<String> PACKAGES = List.of("", "checkpoint/", "kernel/", "rule/", "schedule/", "verify/");

    private EveryPublicCall() {}

    public static void main(String[] args) throws Exception {
        for (Storage storage : Storage.values()) {
            callAll(Path.of(args[0]), values(ParameterStore.builder().parameters(storage).gradients(storage).tensor("w", 3).build()));
            callAll(Path.of(args[0]), values(ParameterStore.builder().parameters(storage).nativeMemory().tensor("w", 3).build()));
        }
    }

    private static void callAll(Path classes, Map<Class<?>, Object> values) throws Exception {
        for (Class<?> type : publicTypes(classes)) {
            List<Executable> calls = new ArrayList<>(List.of(type.getConstructors()));
            Stream.of(type.getDeclaredMethods()).filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic()
                    && !NOT_FOR_USERS.contains(method.getName())).forEach(calls::add);
            for (Executable call : calls) {
                call(type, call, values);
            }
        }
    }

    private static Map<Class<?>, Object> values(ParameterStore store) {
        Map<Class<?>, Object> values = new LinkedHashMap<>();
        List<Object> given = List.of(new Adam(0.1), store, ParameterStore.builder(), store.tensors().getFirst(),
                store.tensors().getFirst().parameter(), Width.BITS_128, Storage.F32, Extent.PARAMETER, Place.F32_HEAP, Values.NORMAL,
                Optimizer.builder(store).rule(new Adam(0.1)), new Rule.State("m"),
                new Shape(1, 1, 3), "m", 3, 3L, 0.1, 0.1f, true, new float[3], MemorySegment.ofArray(new float[3]),
                (LongConsumer) _ -> {}, (Runnable) () -> {}, Arena.ofAuto(), List.of(), Map.of(), Clipping.none(), Clipping.Form.VALUE,
                NonFinite.SKIP, Average.swa(), new LossScaler(), new LossScaler().initial(), Group.of("group", _ -> true),
                Schedule.constant(), (DoubleUnaryOperator) norm -> norm, Path.of("missing", "file"), LoadOptions.strict(),
                new SafetensorsWriter(), Duration.ZERO);
        given.forEach(value -> values.put(value.getClass(), value));
        return values;
    }

    private static List<Class<?>> publicTypes(Path classes) throws Exception {
        List<Class<?>> types = new ArrayList<>();
        for (String folder : PACKAGES) {
            try (Stream<Path> files = Files.list(classes.resolve("org/lanewise/" + folder))) {
                for (Path file : files.sorted().toList()) {
                    String name = classes.relativize(file).toString().replace('/', '.').replaceFirst("\\.class$", "");
                    if (file.toString().endsWith(".class") && !OF_VECTORS.contains(name) && !name.endsWith("-info")) {
                        Class<?> type = Class.forName(name, false, EveryPublicCall.class.getClassLoader());
                        if (Modifier.isPublic(type.getModifiers())) {
                            types.add(type);
                        }
                    }
                }
            }
        }
        return types;
    }

    private static void call(Class<?> type, Executable call, Map<Class<?>, Object> values) {
        String name = type.getName() + "." + call.getName() + Arrays.toString(call.getParameterTypes());
        Object[] arguments = Stream.of(call.getParameterTypes()).map(parameter -> value(parameter, values)).toArray();
        Object receiver = Modifier.isStatic(call.getModifiers()) || call instanceof Constructor ? null : value(type, values);
        try {
            switch (call) {
                case Constructor<?> constructor -> constructor.newInstance(arguments);
                case Method method when receiver != null || Modifier.isStatic(method.getModifiers()) -> method.invoke(receiver, arguments);
                default -> { }
            }
        } catch (InvocationTargetException e) {
            System.out.println(name + " throws " + e.getCause());
        } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
            System.out.println(name + " throws " + e);
        }
    }

    private static Object value(Class<?> type, Map<Class<?>, Object> values) {
        if (type.isArray() && !type.getComponentType().isPrimitive()) {
            Object element = value(type.getComponentType(), values);
            Object array = Array.newInstance(type.getComponentType(), 1);
            Array.set(array, 0, element);
            return array;
        }
        Class<?> wanted = type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0).getClass() : type;
        return values.entrySet().stream().filter(each -> wanted.isAssignableFrom(each.getKey())).map(Map.Entry::getValue).findFirst()
                .orElseGet(() -> make(type));
    }

    /** Rules and the like, with a learning rate; null for what cannot be made so. */
    private static Object make(Class<?> type) {
        try {
            return type.getConstructor(double.class).newInstance(0.1);
        } catch (ReflectiveOperationException _) {
            return type.isPrimitive() ? Array.get(Array.newInstance(type, 1), 0) : null;
        }
    }
}
