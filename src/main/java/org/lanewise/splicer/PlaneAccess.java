package org.lanewise.splicer;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.function.ObjIntConsumer;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.lanewise.kernel.Kernel;
import org.lanewise.storage.Averages;
import org.lanewise.storage.F32Heap;
import org.lanewise.storage.Gradients;
import org.lanewise.storage.Subnormals;

/**
 * What a loop does in the place of an operation of a plane: the body of that method of its storage, with what is made of gradients as they
 * are loaded and of subnormal numbers as they are stored, and what is done besides.
 */
final class PlaneAccess {
    /** Local variables for what is done besides: an index, and a number or vector. */
    static final int SLOTS = 2;

    private static final int PARAMETER = 0, GRADIENT = 1;
    private static final ClassDesc KERNEL = describe(Kernel.class);
    private static final ClassDesc FLOATS = describe(FloatVector.class);
    private static final ClassDesc SPECIES = describe(VectorSpecies.class);
    private static final String AVERAGES = Averages.class.getName().replace('.', '/');
    private static final String GRADIENTS = Gradients.class.getName().replace('.', '/');
    private static final String SUBNORMALS = Subnormals.class.getName().replace('.', '/');
    private static final int NO_PLANE = -1;

    private final Splicer splicer;
    private final Variant variant;
    private final CodeBuilder code;
    private final VectorCalls vectorCalls;
    private final ObjIntConsumer<MethodModel> bodies;
    private final int indexSlot, valueSlot, firstFreeSlot;

    /**
     * For a loop.
     *
     * @param bodies emits the body of a method, of a plane if it is not negative, with arguments from the stack
     * @param firstSlot the first of {@link #SLOTS} local variables, if anything is done besides; those from there on are free
     */
    PlaneAccess(Splicer splicer, Variant variant, CodeBuilder code, VectorCalls vectorCalls, ObjIntConsumer<MethodModel> bodies,
            int firstSlot) {
        this.splicer = splicer;
        this.variant = variant;
        this.code = code;
        this.vectorCalls = vectorCalls;
        this.bodies = bodies;
        this.indexSlot = firstSlot;
        this.valueSlot = firstSlot + 1;
        this.firstFreeSlot = variant.fusion().equals(Fusion.NONE) ? firstSlot : firstSlot + SLOTS;
    }

    /** Writes a number or vector from the stack, above the index, to an element or as many as it has. */
    void write(int plane, ClassDesc type) {
        if (!type.isPrimitive()) {
            vectorCalls.requireClass(FLOATS, variant.bits());
        }
        if (variant.planes().get(plane).flushed()) {
            flush(variant.planes().get(plane), type);
        }
        if (plane == PARAMETER && variant.fusion().average().isPresent()) {
            writeAndAverage(variant.fusion().average().get(), type);
        } else {
            store(plane, type);
        }
    }

    /** Reads what is at the index on the stack. */
    void read(int plane, ClassDesc type) {
        if (plane != GRADIENT) {
            load(plane, type);
        } else if (variant.fusion().clears()) {
            readAndClear(type);
        } else {
            load(GRADIENT, type);
            form(variant.form(), type);
        }
    }

    private void store(int plane, ClassDesc type) {
        bodies.accept(splicer.method(storage(plane), type.isPrimitive() ? "set" : "store",
                MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int, type)), plane);
    }

    private void load(int plane, ClassDesc type) {
        bodies.accept(splicer.method(storage(plane), type.isPrimitive() ? "get" : "load",
                MethodTypeDesc.of(type, ConstantDescs.CD_int)), plane);
    }

    private String storage(int plane) {
        return variant.planes().get(plane).storage().getName().replace('.', '/');
    }

    /** Writes parameters, and takes them into their averages. */
    private void writeAndAverage(AverageForm form, ClassDesc type) {
        TypeKind kind = TypeKind.from(type);
        int average = variant.planes().size() - 1;
        code.storeLocal(kind, valueSlot).istore(indexSlot).iload(indexSlot).loadLocal(kind, valueSlot);
        store(PARAMETER, type);
        code.iload(indexSlot).iload(indexSlot);
        load(average, type);
        code.loadLocal(kind, valueSlot)
                .aload(0).getfield(KERNEL, "averageKept", ConstantDescs.CD_float)
                .aload(0).getfield(KERNEL, "averageTaken", ConstantDescs.CD_float);
        bodies.accept(splicer.method(AVERAGES, form.method(),
                MethodTypeDesc.of(type, type, type, ConstantDescs.CD_float, ConstantDescs.CD_float)), NO_PLANE);
        if (!type.isPrimitive()) {
            vectorCalls.requireClass(FLOATS, variant.bits());
        }
        store(average, type);
    }

    /** Reads gradients as the kernel is to see them, and writes zeros. */
    private void readAndClear(ClassDesc type) {
        TypeKind kind = TypeKind.from(type);
        code.istore(indexSlot).iload(indexSlot);
        load(GRADIENT, type);
        form(variant.form(), type);
        code.storeLocal(kind, valueSlot).iload(indexSlot);
        if (type.isPrimitive()) {
            code.fconst_0();
        } else {
            SpeciesConstant.emit(code, "FLOATS", variant.bits());
            code.invokestatic(FLOATS, "zero", MethodTypeDesc.of(FLOATS, SPECIES));
            vectorCalls.requireClass(FLOATS, variant.bits());
        }
        store(GRADIENT, type);
        code.loadLocal(kind, valueSlot);
    }

    /** Makes of the gradient or gradients on the stack what the kernel is to see. */
    private void form(GradientForm form, ClassDesc type) {
        if (form.scaled()) {
            code.aload(0).getfield(KERNEL, "gradientScale", ConstantDescs.CD_float);
            if (type.isPrimitive()) {
                code.fmul();
            } else {
                vectorCalls.emit(FLOATS, "mul", MethodTypeDesc.of(FLOATS, ConstantDescs.CD_float), firstFreeSlot);
            }
        }
        if (form.sanitised()) {
            bodies.accept(splicer.method(GRADIENTS, "sanitise", MethodTypeDesc.of(type, type)), NO_PLANE);
        }
        if (form.clamped()) {
            code.aload(0).getfield(KERNEL, "gradientBound", ConstantDescs.CD_float);
            bodies.accept(splicer.method(GRADIENTS, "clamp", MethodTypeDesc.of(type, type, ConstantDescs.CD_float)), NO_PLANE);
        }
    }

    /** Makes the vector or number on the stack zero where it is subnormal. */
    private void flush(Layout layout, ClassDesc type) {
        boolean isVector = type.equals(FLOATS);
        boolean vectorizable = !isVector && layout.storage() == F32Heap.class && layout.fromStart();
        String method = vectorizable ? "flushByFactor" : "flush";
        bodies.accept(splicer.method(SUBNORMALS, method, MethodTypeDesc.of(type, type)), NO_PLANE);
        if (isVector) {
            vectorCalls.requireClass(FLOATS, variant.bits());
        }
    }

    private static ClassDesc describe(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }
}
