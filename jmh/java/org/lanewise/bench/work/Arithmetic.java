package org.lanewise.bench.work;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.stream.Stream;
import jdk.incubator.vector.FloatVector;
import org.lanewise.Rule;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Species;

/**
 * How many square roots and divisions a step's vector loops take for each parameter, look ahead and measures included.
 *
 * <p>Found by running the loops over one vector: the rule's classes are loaded once more with a call that counts before each
 * {@code FloatVector.sqrt} and {@code div}. The plain loop would not do, it has divisions that the vector loop saves.
 *
 * @param roots square roots
 * @param divisions divisions
 */
public record Arithmetic(int roots, int divisions) {
    /** Late enough for all rules to do what they do in most steps: RAdam divides from the sixth step on. */
    private static final int LATER_STEP = 1_000;

    private static final ClassDesc FLOAT_VECTOR = FloatVector.class.describeConstable().orElseThrow();
    private static final ClassDesc COUNTER = Arithmetic.class.describeConstable().orElseThrow();
    private static final MethodTypeDesc NOTHING = MethodTypeDesc.of(ConstantDescs.CD_void);

    private static int rootsSoFar;
    private static int divisionsSoFar;

    /** Called by counting loops only. */
    public static void countRoot() {
        rootsSoFar++;
    }

    /** Called by counting loops only. */
    public static void countDivision() {
        divisionsSoFar++;
    }

    /** What a step of a rule takes; the rule is a record of numbers, booleans and constants of enums. */
    public static synchronized Arithmetic of(Rule rule) {
        Rule counting = new Loader(rule.getClass()).copy(rule);
        rootsSoFar = 0;
        divisionsSoFar = 0;
        Stream.of(counting.measures().stream().map(Rule.Measure::kernel), counting.lookAhead().stream(), Stream.of(counting.kernel()))
                .flatMap(kernels -> kernels).forEach(kernel -> run(counting, kernel));
        return new Arithmetic(rootsSoFar, divisionsSoFar);
    }

    private static void run(Rule rule, Kernel kernel) {
        long sums = rule.measures().stream().mapToLong(measure -> measure.sums().size()).sum();
        Plane[] planes = Stream.generate(Ones::new).limit(2 + rule.states().size() + sums).toArray(Plane[]::new);
        kernel.prepare(LATER_STEP, rule.learningRate());
        kernel.vector(planes, 0, Species.LANES);
    }

    /** Loads the classes of a rule's package anew, with counting loops; all others are those there are. */
    private static final class Loader extends ClassLoader {
        private final Class<?> rule;

        Loader(Class<?> rule) {
            super(rule.getClassLoader());
            this.rule = rule;
            // In the tests all of this is one module, and what is loaded here is outside of it. Elsewhere there are no modules.
            for (String packageName : List.of("org.lanewise.check", Arithmetic.class.getPackageName(), rule.getPackageName())) {
                Arithmetic.class.getModule().addExports(packageName, getUnnamedModule());
            }
        }

        Rule copy(Rule original) {
            try {
                RecordComponent[] components = original.getClass().getRecordComponents();
                Class<?>[] types = new Class<?>[components.length];
                Object[] values = new Object[components.length];
                for (int i = 0; i < components.length; i++) {
                    Class<?> type = components[i].getType();
                    types[i] = type.isPrimitive() ? type : loadClass(type.getName());
                    Object value = components[i].getAccessor().invoke(original);
                    values[i] = value instanceof Enum<?> constant ? types[i].getEnumConstants()[constant.ordinal()] : value;
                }
                Constructor<?> constructor = loadClass(rule.getName()).getDeclaredConstructor(types);
                constructor.setAccessible(true);
                return (Rule) constructor.newInstance(values);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("operations of " + original + " cannot be counted: " + e, e);
            }
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            boolean own = name.startsWith(rule.getPackageName() + ".") && !name.equals(Arithmetic.class.getName());
            if (!own) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> loaded = findLoadedClass(name);
                return loaded != null ? loaded : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = rule.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                ClassFile classes = ClassFile.of();
                byte[] counting = classes.transformClass(classes.parse(in.readAllBytes()),
                        ClassTransform.transformingMethodBodies(Loader::count));
                return defineClass(name, counting, 0, counting.length);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void count(CodeBuilder code, CodeElement element) {
            if (element instanceof InvokeInstruction call && call.owner().asSymbol().equals(FLOAT_VECTOR)) {
                if (call.name().equalsString("sqrt")) {
                    code.invokestatic(COUNTER, "countRoot", NOTHING);
                } else if (call.name().equalsString("div")) {
                    code.invokestatic(COUNTER, "countDivision", NOTHING);
                }
            }
            code.with(element);
        }
    }

    /** A plane of ones that forgets what is stored. */
    private static final class Ones extends Plane {
        @Override
        public float get(int i) {
            throw new AssertionError("the vector loop reads vectors");
        }

        @Override
        public void set(int i, float x) {
            throw new AssertionError("the vector loop stores vectors");
        }

        @Override
        public FloatVector load(int i) {
            return FloatVector.broadcast(Species.FLOATS, 1);
        }

        @Override
        public void store(int i, FloatVector x) {}

        @Override
        protected Object memory() {
            throw new AssertionError("not spliced");
        }

        @Override
        protected long offset() {
            throw new AssertionError("not spliced");
        }
    }
}
