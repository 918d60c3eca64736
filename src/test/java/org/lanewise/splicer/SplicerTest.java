package org.lanewise.splicer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lanewise.Rule;
import org.lanewise.access.KernelAccess;
import org.lanewise.kernel.Extent;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.rule.Adafactor;
import org.lanewise.rule.Adam;
import org.lanewise.storage.Bf16Heap;
import org.lanewise.storage.Bf16Native;
import org.lanewise.storage.F32Heap;
import org.lanewise.storage.F32Native;
import org.lanewise.storage.MemoryPlane;
import org.lanewise.tool.RuleTable;

class SplicerTest {
    private static final List<Class<? extends MemoryPlane>> STORAGES =
            List.of(F32Heap.class, F32Native.class, Bf16Heap.class, Bf16Native.class);

    static List<Rule> rules() {
        return RuleTable.all();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void splicedLoopsCallNothingButTheJdk(Rule rule) {
        for (Class<? extends MemoryPlane> storage : STORAGES) {
            for (boolean optional : new boolean[] {false, true}) {
                GradientForm form = new GradientForm(optional, optional, optional);
                assertCallsNothingButTheJdk(spliced(rule, storage, 256, form, optional), rule + " over " + storage);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void loopsOfMeasuresCallNothingButTheJdk(Rule rule) {
        for (Rule.Measure measure : rule.measures()) {
            int sums = rule.measures().stream().mapToInt(each -> each.sums().size()).sum();
            Kernel written = measure.kernel();
            List<Layout> layouts = layouts(2 + rule.states().size() + sums, F32Native.class);
            Variant variant = new Variant(256, GradientForm.PLAIN, Fusion.NONE, layouts, SplicedKernels.options(written));
            ClassModel spliced = ClassFile.of().parse(new Splicer(KernelAccess.get().lookup(written), variant, true).splice());
            assertCallsNothingButTheJdk(spliced, written.toString());
        }
    }

    private static void assertCallsNothingButTheJdk(ClassModel spliced, String what) {
        for (String loop : List.of("vector", "scalar")) {
            Set<String> owners = calls(spliced, loop).stream().map(c -> c.owner().asInternalName()).collect(Collectors.toSet());
            owners.removeIf(owner -> owner.startsWith("java/") || owner.startsWith("jdk/incubator/vector/"));
            assertEquals(Set.of("org/lanewise/kernel/Kernel"), owners, () -> loop + " of " + what);
        }
    }

    @ParameterizedTest
    @MethodSource("rules")
    void speciesAreConstantsOfTheAskedWidth(Rule rule) {
        for (int bits : List.of(128, 256, 512)) {
            CodeModel vector = code(spliced(rule, Bf16Heap.class, bits), "vector");
            Set<String> species = vector.elementStream().filter(FieldInstruction.class::isInstance).map(FieldInstruction.class::cast)
                    .map(f -> f.name().stringValue()).filter(name -> name.startsWith("SPECIES_")).collect(Collectors.toSet());
            assertEquals(Set.of("SPECIES_" + bits, "SPECIES_" + bits / 2), species);
        }
    }

    @Test
    void codeOfOptionsThatAreOffIsLeftOut() {
        Set<String> without = names(calls(spliced(new Adam(0.1), F32Heap.class, 256), "scalar"));
        Set<String> with = names(calls(spliced(new Adam(0.1).withAmsgrad(true), F32Heap.class, 256), "scalar"));
        assertTrue(with.contains("max"), with::toString);
        assertEquals(1, calls(spliced(new Adam(0.1), F32Heap.class, 256), "scalar").stream()
                .filter(c -> c.name().equalsString("max")).count(), () -> "only the bound of from in " + without);
    }

    @Test
    void oneVariantIsBuiltOnce() {
        Adam rule = new Adam(0.1);
        assertSame(executed(rule, F32Heap.class).getClass(), executed(rule, F32Heap.class).getClass());
        assertSame(executed(rule, F32Heap.class).getClass(), executed(new Adam(0.5), F32Heap.class).getClass());
        assertNotSame(executed(rule, F32Heap.class).getClass(), executed(rule, F32Native.class).getClass());
        assertNotSame(executed(rule, F32Heap.class).getClass(), executed(rule.withWeightDecay(0.1), F32Heap.class).getClass());
    }

    @ParameterizedTest
    @MethodSource("rules")
    void splicedLoopsKeepTheLinesOfTheirSource(Rule rule) throws IOException {
        Class<?> kernel = rule.kernel().getClass();
        try (InputStream in = kernel.getResourceAsStream(kernel.getName().replaceFirst(".*\\.", "") + ".class")) {
            ClassModel written = ClassFile.of().parse(in.readAllBytes());
            for (String loop : List.of("vector", "scalar")) {
                Set<Integer> lines = lines(spliced(rule, Bf16Native.class, 256), loop);
                assertTrue(lines(written, loop).containsAll(lines), () -> loop + " of " + rule + ": " + lines);
                assertTrue(lines.size() >= 3, () -> loop + " of " + rule + ": " + lines);
            }
        }
    }

    @Test
    void refusesLoopInheritedFromAnotherClass() {
        assertEquals("kernel " + Kernels.Inherited.class.getName() + " needs the method scalar(Plane[],int,int)void in "
                + Kernels.Inherited.class.getName() + " itself", refusal(Kernels.Inherited::new));
    }

    @ParameterizedTest
    @ValueSource(ints = {128, 256, 512})
    void speciesOutsideTheLoopsHaveTheAskedWidthToo(int bits) {
        Kernels.Strided rule = new Kernels.Strided();
        float[] w = new float[64];
        SplicedKernels.of(rule.kernel(), rule, layouts(2, F32Heap.class), bits, GradientForm.PLAIN)
                .vector(new Plane[] {new F32Heap(w, 0), new F32Heap(new float[64], 0)}, 0, 64);
        for (float x : w) {
            assertEquals(bits / Float.SIZE, x);
        }
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void optionsInEveryFormGiveWhatTheSourceSays(boolean a, boolean b) {
        Kernels.Optional rule = new Kernels.Optional(a, b);
        Plane[] written = planes(2 + rule.states().size());
        Plane[] spliced = planes(2 + rule.states().size());
        rule.kernel().scalar(written, 0, 5);
        executed(rule, F32Heap.class).scalar(spliced, 0, 5);
        for (int k = 0; k < written.length; k++) {
            for (int i = 0; i < 5; i++) {
                assertEquals(written[k].get(i), spliced[k].get(i), "plane " + k + " element " + i);
            }
        }
    }

    private static Plane[] planes(int count) {
        Plane[] planes = new Plane[count];
        for (int k = 0; k < count; k++) {
            planes[k] = new F32Heap(new float[] {k, 2 * k, 3, 4, 5}, 0);
        }
        return planes;
    }

    @Test
    void refusesToWriteOrReadWhatTheLoopMayNot() {
        assertEquals("kernel " + Kernels.SetsOne.class.getName()
                + " must not write planes[0] in line N of scalar: measures write only their own sums, and states of rows,"
                + " columns or tensors"
                + " are written in prepareTensor", refusal(Kernels.SetsOne::new, true, false));
        assertEquals("kernel " + Kernels.SetsOne.class.getName()
                + " must not read planes[0] in line N of scalar: sums are read in prepareTensor",
                refusal(Kernels.SetsOne::new, false, true));
    }

    @Test
    void planesAreThoseThatLoopsUseWithTheirOptions() {
        assertEquals(Set.of(0, 1, 2, 3), SplicedKernels.planes(new Adam(0.1).kernel()));
        assertEquals(Set.of(0, 1, 2, 3, 4), SplicedKernels.planes(new Adam(0.1).withAmsgrad(true).kernel()));
        assertEquals(List.of(Set.of(0, 1, 5, 6, 7), Set.of(1, 2, 3, 4, 8)),
                new Adafactor(0.1).measures().stream().map(measure -> SplicedKernels.planes(measure.kernel())).toList());
    }

    /** States that have no number for each element are copied for the loops that may use them. */
    @Test
    void whatKernelsOfTheLibraryMayUseOfStatesOfOtherExtentsIsWhatTheyUse() {
        for (Rule rule : RuleTable.all()) {
            Stream.concat(rule.measures().stream().map(Rule.Measure::kernel), Stream.of(rule.kernel())).forEach(kernel -> {
                for (int k = 0; k < rule.states().size(); k++) {
                    if (rule.states().get(k).extent() != Extent.PARAMETER) {
                        assertEquals(SplicedKernels.planes(kernel).contains(2 + k), SplicedKernels.mayUse(kernel, 2 + k),
                                rule + ", " + kernel.getClass() + ", state " + k);
                    }
                }
            });
        }
    }

    @Test
    void refusesConstructorWithoutTheRule() {
        assertEquals("kernel " + Kernels.NoRule.class.getName()
                + " must have one constructor whose only parameter is the rule, a " + Kernels.Plain.class.getName(),
                refusal(_ -> new Kernels.NoRule()));
    }

    @Test
    void refusesLookupOfAnotherClass() {
        var e = assertThrows(IllegalArgumentException.class, () -> new Kernels.ForeignLookup(new Kernels.Plain()));
        assertEquals("lookup must be made by MethodHandles.lookup() in the constructor of " + Kernels.ForeignLookup.class.getName()
                + ", got " + Rule.class.getName() + "/publicLookup", e.getMessage());
    }

    @Test
    void helpersWithVectorsAreSplicedToo() {
        ClassModel spliced = spliced(new Kernels.Helped(), F32Heap.class, 256);
        assertFalse(names(calls(spliced, "vector")).contains("halved"));
        float[] w = new float[32];
        float[] g = new float[32];
        Arrays.fill(g, 3);
        executed(new Kernels.Helped(), F32Heap.class).vector(new Plane[] {new F32Heap(w, 0), new F32Heap(g, 0)}, 0, 32);
        for (float x : w) {
            assertEquals(1.5f, x);
        }
    }

    private static String refusal(Function<Kernels.Plain, Kernel> kernel) {
        return refusal(kernel, true, true);
    }

    private static String refusal(Function<Kernels.Plain, Kernel> kernel, boolean readable, boolean writable) {
        Kernels.Plain rule = new Kernels.Plain();
        Kernel written = kernel.apply(rule);
        List<Layout> layouts = Collections.nCopies(2, new Layout(F32Heap.class, true, readable, writable));
        return assertThrows(IllegalArgumentException.class, () -> SplicedKernels.of(written, rule, layouts, 256, GradientForm.PLAIN))
                .getMessage().replaceFirst("line \\d+", "line N");
    }

    private static Kernel executed(Rule rule, Class<? extends MemoryPlane> storage) {
        return SplicedKernels.of(rule.kernel(), rule, layouts(2 + rule.states().size(), storage), 256, GradientForm.PLAIN);
    }

    private static ClassModel spliced(Rule rule, Class<? extends MemoryPlane> storage, int bits) {
        return spliced(rule, storage, bits, GradientForm.PLAIN, false);
    }

    private static ClassModel spliced(Rule rule, Class<? extends MemoryPlane> storage, int bits, GradientForm form, boolean flushed) {
        Kernel written = rule.kernel();
        List<Layout> layouts = layouts(2 + rule.states().size(), storage).stream().map(each -> flushed ? each.flushing() : each).toList();
        Variant variant = new Variant(bits, form, Fusion.NONE, layouts, SplicedKernels.options(written));
        return ClassFile.of().parse(new Splicer(KernelAccess.get().lookup(written), variant, true).splice());
    }

    private static List<Layout> layouts(int planes, Class<? extends MemoryPlane> storage) {
        return Collections.nCopies(planes, new Layout(storage, true));
    }

    private static CodeModel code(ClassModel model, String method) {
        return model.methods().stream().filter(m -> m.methodName().equalsString(method)).map(MethodModel::code).findFirst()
                .orElseThrow().orElseThrow();
    }

    private static List<InvokeInstruction> calls(ClassModel model, String method) {
        return code(model, method).elementStream().filter(InvokeInstruction.class::isInstance).map(InvokeInstruction.class::cast).toList();
    }

    private static Set<Integer> lines(ClassModel model, String method) {
        return code(model, method).elementStream().filter(LineNumber.class::isInstance).map(LineNumber.class::cast)
                .map(LineNumber::line).collect(Collectors.toSet());
    }

    private static Set<String> names(List<InvokeInstruction> calls) {
        return calls.stream().map(c -> c.name().stringValue()).collect(Collectors.toSet());
    }
}
