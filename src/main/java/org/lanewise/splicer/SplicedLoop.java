package org.lanewise.splicer;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.AccessFlag;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.incubator.vector.ShortVector;
import org.lanewise.kernel.Kernel;
import org.lanewise.kernel.Plane;
import org.lanewise.storage.F32Heap;

/**
 * One loop of a kernel as it is executed.
 *
 * <p>Each plane's memory and offset are put into local variables at entry. Each call to one of a plane's four operations is
 * replaced by the body of that method of its storage, with the arguments in local variables above the kernel's own. References
 * to planes are not pushed, but arrays in their place in plain loops: as with brackets, an operation belongs to the plane that was named
 * last and not used yet. {@link org.lanewise.kernel.Species} become constants. So do the kernel's {@code final boolean} fields, and code
 * they switch off is left out.
 */
final class SplicedLoop {
    private static final ClassDesc KERNEL = describe(Kernel.class);
    private static final ClassDesc SEGMENT = describe(MemorySegment.class);
    private static final ClassDesc SHORTS = describe(ShortVector.class);
    private static final ClassDesc PLANES = describe(Plane.class).arrayType();
    private static final ClassDesc THREAD = describe(Thread.class);
    private static final ClassDesc MATH = describe(Math.class);
    private static final MethodTypeDesc MAX = MethodTypeDesc.of(ConstantDescs.CD_int, ConstantDescs.CD_int, ConstantDescs.CD_int);
    private static final int PLANES_SLOT = 1;
    private static final String MISUSED = "uses a plane for something else than load, store, get or set";
    private static final String USES = "a loop takes a plane by Plane m = planes[2], and loads, stores, gets or sets its elements";

    /** Made at least 0 at entry, which it is: with indices known not to be negative, native loops take half the time. */
    private static final int FROM_SLOT = 2, TO_SLOT = 3;

    private static final int GRADIENT = 1;

    /**
     * Bytes that make a method too large for C2 to inline into its caller (FreqInlineSize is 325). A kernel inlined there meets the
     * other kernels called from the same place, and two widths in one compilation allocate a vector per iteration.
     */
    private static final int NEVER_INLINED = 326;

    private final Splicer splicer;
    private final Variant variant;
    private final CodeBuilder code;
    private final VectorCalls vectorCalls;
    private final AccessFlow accesses = new AccessFlow();
    private final List<CodeElement> source;
    private final int firstPlaneSlot, firstFreeSlot;
    private final PlaneAccess access;
    private final PlaneFlow flow;
    private final FusionCheck fusion;
    private final boolean plain;
    private final Deque<Integer> named = new ArrayDeque<>();
    private final Map<Label, Label> labels = new HashMap<>();
    /** Whether vectors of floats may be of two widths, so that calls stay as they are written. */
    private final boolean usesHalfFloats;
    private SourceLine line;

    SplicedLoop(Splicer splicer, Variant variant, CodeBuilder code, MethodModel loop) {
        CodeAttribute body = (CodeAttribute) loop.code().orElseThrow();
        this.splicer = splicer;
        this.variant = variant;
        this.code = code;
        this.vectorCalls = new VectorCalls(code, variant.bits());
        this.source = splicer.elements(loop);
        this.line = new SourceLine(loop.methodName().stringValue(), 0);
        this.plain = loop.methodName().equalsString(Splicer.PLAIN);
        requireNoHandler(body);
        this.flow = new PlaneFlow(source, splicer.kernel(), variant.options());
        this.fusion = new FusionCheck(source, flow);
        this.usesHalfFloats =
                splicer.isChecked() && new LoopCheck(splicer).check(line.method(), source, at -> flow.before(at) != null);
        this.firstPlaneSlot = body.maxLocals();
        int firstOfAccess = firstPlaneSlot + 3 * variant.planes().size();
        this.firstFreeSlot = firstOfAccess + (variant.fusion().equals(Fusion.NONE) ? 0 : PlaneAccess.SLOTS);
        this.access = new PlaneAccess(splicer, variant, code, vectorCalls, (method, plane) -> splice(method, plane, firstFreeSlot),
                firstOfAccess);
    }

    private void requireNoHandler(CodeAttribute body) {
        if (body.exceptionHandlers().isEmpty()) {
            return;
        }
        Label start = body.exceptionHandlers().getFirst().tryStart();
        boolean isInside = false;
        for (CodeElement element : body) {
            isInside |= element instanceof MonitorInstruction || element instanceof LabelTarget target && target.label().equals(start);
            if (element instanceof LineNumber number) {
                line = line.at(number);
            } else if (isInside && element instanceof Instruction) {
                throw splicer.refused("must not catch exceptions or synchronize", line, "do so in prepare");
            }
        }
    }

    Accesses emit() {
        code.iload(FROM_SLOT).iconst_0().invokestatic(MATH, "max", MAX).istore(FROM_SLOT);
        for (int plane = 0; plane < variant.planes().size(); plane++) {
            open(plane);
        }
        Label begin = code.newLabel();
        // Empty calls make the JVM compile the method; seen as loops that end at once, they would keep C2 from unrolling. What is called
        // before must be called by them too: C2 does not inline what few calls reach (MinInlineFrequencyRatio).
        code.iload(FROM_SLOT).iload(TO_SLOT).if_icmplt(begin).return_();
        for (int i = 0; i < NEVER_INLINED; i++) {
            code.nop();
        }
        code.labelBinding(begin);
        for (int at = 0; at < source.size(); at++) {
            if (flow.before(at) != null) {
                at = emit(at, source.get(at));
            }
        }
        if (!named.isEmpty()) {
            throw splicer.refused(MISUSED, new SourceLine(line.method(), 0), USES);
        }
        if (!fusion.allows(variant.fusion())) {
            throw new NotFusibleException(splicer.kernel() + "." + line.method());
        }
        return accesses.all();
    }

    /** Puts a plane's memory, and its offset if it has one, into local variables. */
    private void open(int plane) {
        ClassDesc memory = variant.planes().get(plane).memoryType();
        code.aload(PLANES_SLOT).loadConstant(plane)
                .invokestatic(KERNEL, "memory", MethodTypeDesc.of(ConstantDescs.CD_Object, PLANES, ConstantDescs.CD_int))
                .checkcast(memory).astore(memorySlot(plane));
        if (memory.equals(SEGMENT)) {
            inspect(memorySlot(plane));
        } else if (!variant.planes().get(plane).fromStart()) {
            code.aload(PLANES_SLOT).loadConstant(plane)
                    .invokestatic(KERNEL, "offset", MethodTypeDesc.of(ConstantDescs.CD_long, PLANES, ConstantDescs.CD_int))
                    .lstore(offsetSlot(plane));
        }
    }

    /**
     * Asks a segment two things and drops the answers: what matters is what C2 learns from them before the loop. Only native segments
     * have an {@code isNative} of their own, so from this call's profile it knows the class; from JDK profiles alone, native kernels
     * become 10 times slower once other code used vectors on heap segments. In {@code isAccessibleBy} it sees that no thread owns the
     * segment; else, once other code used confined segments, it hoists their owner check out of our loop (a profile predicate),
     * which fails and deoptimizes for ever: 100 times slower.
     */
    private void inspect(int segmentSlot) {
        code.aload(segmentSlot).invokeinterface(SEGMENT, "isNative", MethodTypeDesc.of(ConstantDescs.CD_boolean)).pop();
        code.aload(segmentSlot).invokestatic(THREAD, "currentThread", MethodTypeDesc.of(THREAD))
                .invokeinterface(SEGMENT, "isAccessibleBy", MethodTypeDesc.of(ConstantDescs.CD_boolean, THREAD)).pop();
    }

    private int memorySlot(int plane) {
        return firstPlaneSlot + 3 * plane;
    }

    private int offsetSlot(int plane) {
        return memorySlot(plane) + 1;
    }

    /** Emits the element at index {@code at}, and those after it that belong to it; returns the index of the last. */
    private int emit(int at, CodeElement element) {
        Map<Integer, Integer> planes = flow.before(at);
        accesses.reach(element);
        if (flow.takesPlane(at)) {
            name(existing(flow.plane(at)));
            return at + 2;
        }
        if (flow.option(at) != null) {
            return option(at);
        }
        if (planes.containsKey(PlaneFlow.TOP) && PlaneFlow.takesOperand(element)) {
            throw splicer.refused(MISUSED, line, USES);
        }
        switch (element) {
            case LoadInstruction load when load.slot() == PLANES_SLOT ->
                throw splicer.refused("must take planes by a constant index", line, USES);
            case LoadInstruction load when load.typeKind() == TypeKind.REFERENCE && planes.containsKey(load.slot()) ->
                name(unambiguous(planes.get(load.slot())));
            case StoreInstruction _ when planes.containsKey(PlaneFlow.TOP) -> forget();
            case InvokeInstruction call when call.owner().asSymbol().equals(PLANES.componentType()) -> operate(at, call);
            case BranchInstruction branch when branch.opcode() == Opcode.GOTO -> jump(branch.target(), at);
            default -> copy(element, 0, firstFreeSlot, labels);
        }
        return at;
    }

    private void name(int plane) {
        named.push(plane);
        if (isArrayItself(plane)) {
            code.aload(memorySlot(plane));
        }
    }

    private void forget() {
        if (isArrayItself(named.pop())) {
            code.pop();
        }
    }

    /**
     * Whether a plain loop takes elements of a plane by one instruction, with the array where the source has the plane: the interpreter
     * and C1 execute each instruction of a loop, and these are a quarter of those of a method's body.
     */
    private boolean isArrayItself(int plane) {
        Layout layout = variant.planes().get(plane);
        return plain && layout.storage() == F32Heap.class && layout.fromStart() && !layout.flushed()
                && (plane != GRADIENT || variant.form().equals(GradientForm.PLAIN)) && variant.fusion().equals(Fusion.NONE);
    }

    private int existing(int plane) {
        if (plane < 0 || plane >= variant.planes().size()) {
            throw splicer.refused("uses planes[" + plane + "]", line, "its rule has " + variant.planes().size()
                    + " planes: parameter, gradient, states, sums");
        }
        return plane;
    }

    private int unambiguous(int plane) {
        if (plane == PlaneFlow.AMBIGUOUS) {
            throw splicer.refused("must not let one variable hold different planes", line, USES);
        }
        return plane;
    }

    private int option(int at) {
        if (!flow.isOptionBranch(at)) {
            code.loadConstant(flow.option(at) ? 1 : 0);
            return at + 1;
        }
        if (flow.jumps(at)) {
            Label target = ((BranchInstruction) source.get(at + 2)).target();
            accesses.jumpAlways(target);
            jump(target, at + 2);
        }
        return at + 2;
    }

    /** Not where the code goes on anyway: C1's code counts each jump. */
    private void jump(Label target, int at) {
        int next = at + 1;
        while (next < source.size() && (flow.before(next) == null || source.get(next) instanceof LineNumber)) {
            next++;
        }
        while (next < source.size() && source.get(next) instanceof LabelTarget label && label.label() != target) {
            next++;
        }
        if (next == source.size() || !(source.get(next) instanceof LabelTarget)) {
            code.goto_(label(target, labels));
        }
    }

    private void operate(int at, InvokeInstruction call) {
        if (named.isEmpty()) {
            throw splicer.refused("must not use a plane from elsewhere", line, USES);
        }
        int plane = named.pop();
        boolean writes = call.typeSymbol().returnType().equals(ConstantDescs.CD_void);
        requireAllowed(plane, writes);
        fusion.use(at, plane, writes);
        ClassDesc type = writes ? call.typeSymbol().parameterList().getLast() : call.typeSymbol().returnType();
        if (isArrayItself(plane)) {
            code.with(writes ? ArrayStoreInstruction.of(Opcode.FASTORE) : ArrayLoadInstruction.of(Opcode.FALOAD));
        } else if (writes) {
            access.write(plane, type);
        } else {
            access.read(plane, type);
        }
    }

    private void requireAllowed(int plane, boolean writes) {
        accesses.access(plane, writes);
        Layout layout = variant.planes().get(plane);
        if (writes && plane == GRADIENT && splicer.isChecked()) {
            throw splicer.refused("must not write the gradient, planes[1],", line,
                    "gradients are only read; keep what another loop needs in a state");
        }
        if (writes && !layout.writable()) {
            throw splicer.refused("must not write planes[" + plane + "]", line,
                    "measures write only their own sums, and states of rows, columns or tensors are written in prepareTensor");
        }
        if (!writes && !layout.readable()) {
            throw splicer.refused("must not read planes[" + plane + "]", line, "sums are read in prepareTensor");
        }
    }

    /** Replaces a call by the method's body: arguments go from the stack to local variables from {@code base} on. */
    private void splice(MethodModel method, int plane, int base) {
        CodeAttribute body = (CodeAttribute) method.code().orElseThrow();
        SourceLine caller = line;
        line = new SourceLine(splicer.shown(Splicer.owner(method), method.methodName().stringValue()), 0);
        requireNoHandler(body);
        MethodTypeDesc type = method.methodTypeSymbol();
        boolean isStatic = method.flags().has(AccessFlag.STATIC);
        int slot = base + (isStatic ? 0 : 1) + type.parameterList().stream().mapToInt(p -> TypeKind.from(p).slotSize()).sum();
        for (ClassDesc parameter : type.parameterList().reversed()) {
            slot -= TypeKind.from(parameter).slotSize();
            code.storeLocal(TypeKind.from(parameter), slot);
        }
        Map<Label, Label> own = new HashMap<>();
        Label end = code.newLabel();
        List<CodeElement> elements = splicer.elements(method);
        for (CodeElement element : elements) {
            switch (element) {
                case LoadInstruction load when load.slot() == 0 && !isStatic -> { }
                case FieldInstruction field when field.opcode() == Opcode.GETFIELD && !isStatic -> field(field, plane);
                case ReturnInstruction _ when element == elements.getLast() -> { }
                case ReturnInstruction _ -> code.goto_(end);
                case LineNumber number -> line = line.at(number);
                default -> copy(element, base, base + body.maxLocals(), own);
            }
        }
        code.labelBinding(end);
        line = caller;
    }

    /** A storage's fields are its memory and its offset. */
    private void field(FieldInstruction field, int plane) {
        if (!field.typeSymbol().equals(ConstantDescs.CD_long)) {
            code.aload(memorySlot(plane));
        } else if (variant.planes().get(plane).fromStart()) {
            code.lconst_0();
        } else {
            code.lload(offsetSlot(plane));
        }
    }

    private void copy(CodeElement element, int shift, int free, Map<Label, Label> map) {
        switch (element) {
            case LoadInstruction load -> code.loadLocal(load.typeKind(), load.slot() + shift);
            case StoreInstruction store -> code.storeLocal(store.typeKind(), store.slot() + shift);
            case IncrementInstruction increment -> code.iinc(increment.slot() + shift, increment.constant());
            case BranchInstruction branch -> code.branch(branch.opcode(), label(branch.target(), map));
            case LabelTarget target -> code.labelBinding(label(target.label(), map));
            case FieldInstruction field when SpeciesConstant.isReadBy(field) ->
                SpeciesConstant.emit(code, field.name().stringValue(), variant.bits());
            case InvokeInstruction call when call.opcode() == Opcode.INVOKESTATIC
                    && Splicer.isSpliced(call.owner().asInternalName(), call.typeSymbol()) ->
                splice(splicer.method(call.owner().asInternalName(), call.name().stringValue(), call.typeSymbol()), -1, free);
            case InvokeInstruction call when call.opcode() == Opcode.INVOKEVIRTUAL && !usesHalfFloats
                    && vectorCalls.emit(call.owner().asSymbol(), call.name().stringValue(), call.typeSymbol(), free) -> { }
            case TypeCheckInstruction cast when cast.type().asSymbol().equals(SHORTS) -> {
                code.with(cast);
                vectorCalls.requireClass(SHORTS, variant.bits() / 2);
            }
            case TableSwitchInstruction _, LookupSwitchInstruction _ -> throw splicer.refused("must not switch", line, "use if and else");
            case Instruction instruction -> code.with(instruction);
            case LineNumber number -> {
                line = line.at(number);
                code.with(number);
            }
            default -> { }
        }
    }

    private Label label(Label source, Map<Label, Label> map) {
        return map.computeIfAbsent(source, _ -> code.newLabel());
    }

    private static ClassDesc describe(Class<?> type) {
        return type.describeConstable().orElseThrow();
    }
}
