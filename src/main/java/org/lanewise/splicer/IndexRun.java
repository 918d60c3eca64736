package org.lanewise.splicer;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Species;

/**
 * Runs a loop with its ints alone, and notes which elements of planes it asks for. Other values are not known, and a branch that
 * depends on one goes where a number says. A loop that cannot be followed gives no result.
 */
final class IndexRun {
    private static final int MOST_INSTRUCTIONS = 20_000;
    private static final int DEEPEST = 4;

    private static final String PLANE = Plane.class.getName().replace('.', '/');
    private static final String SPECIES = Species.class.getName().replace('.', '/');

    private final Splicer splicer;
    private final Map<String, Boolean> options;
    private final int executedLanes;
    private final int way;
    private final String initialized;
    private final List<Access> accesses = new ArrayList<>();
    private final Map<String, Object> written = new HashMap<>();
    private final Map<String, Map<String, Object>> constants = new HashMap<>();
    private int instructions;
    private int depth;

    /** Those of {@link Species} in the method that is run: of the asked width only in what is rewritten. */
    private int lanes;

    /** Whether a branch depended on what is not known. */
    private boolean guesses;

    /**
     * A use of a plane.
     *
     * @param plane its number; -1 if that cannot be told
     * @param operation the name of one of a plane's four methods
     * @param index its first argument
     * @param line where it stands
     */
    record Access(int plane, String operation, int index, SourceLine line) {}

    /**
     * What one run does.
     *
     * @param accesses uses of planes in their order, none of a run that throws or goes on for long
     * @param isOnly whether every run for the same elements does the same, as no branch depends on what is not known
     */
    record Trace(List<Access> accesses, boolean isOnly) {}

    /** Thrown where a run cannot be followed, or, if it is long or throws, is no way that is meant to be taken. */
    private static final class NotFollowed extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final boolean isMeant;

        NotFollowed(boolean isMeant) {
            super(null, null, false, false);
            this.isMeant = isMeant;
        }
    }

    /** Of a loop; or of a class's initializer, which stops at a branch that depends on what is not known. */
    private IndexRun(Splicer splicer, Map<String, Boolean> options, int lanes, int way, String initialized, int depth) {
        this.splicer = splicer;
        this.options = options;
        this.executedLanes = lanes;
        this.way = way;
        this.initialized = initialized;
        this.depth = depth;
    }

    /**
     * Runs one loop.
     *
     * @param way chooses where branches go that depend on what is not known: 0 never jumps, 1 always does
     * @return what it does; empty if that cannot be told
     */
    static Optional<Trace> of(
            Splicer splicer, MethodModel loop, Map<String, Boolean> options, int lanes, int from, int to, int way) {
        IndexRun run = new IndexRun(splicer, options, lanes, way, null, 0);
        try {
            run.call(loop, loop.methodName().stringValue(), null, IntFrame.PLANES, from, to);
            return Optional.of(new Trace(run.accesses, !run.guesses));
        } catch (NotFollowed e) {
            return e.isMeant ? Optional.empty() : Optional.of(new Trace(List.of(), false));
        }
    }

    private Object call(MethodModel method, String shown, Object... arguments) {
        CodeAttribute body = (CodeAttribute) method.code().orElseThrow(() -> new NotFollowed(true));
        if (depth == DEEPEST) {
            throw new NotFollowed(true);
        }
        depth++;
        int outside = lanes;
        boolean isExecuted = Splicer.owner(method).equals(splicer.kernel())
                || Splicer.isSpliced(Splicer.owner(method), method.methodTypeSymbol());
        lanes = isExecuted ? executedLanes : Species.LANES;
        List<CodeElement> code = splicer.elements(method);
        Map<Label, Integer> positions = splicer.positions(method);
        IntFrame frame = new IntFrame(body.maxLocals(), arguments);
        SourceLine line = new SourceLine(shown, 0);
        int at = 0;
        while (!(code.get(at) instanceof ReturnInstruction)) {
            if (++instructions > MOST_INSTRUCTIONS || code.get(at) instanceof ThrowInstruction) {
                throw new NotFollowed(false);
            }
            switch (code.get(at)) {
                case LineNumber number -> line = line.at(number);
                case BranchInstruction branch -> at = jumps(frame, branch, at) ? positions.get(branch.target()) : at;
                case InvokeInstruction call -> invoke(frame, call, line);
                case FieldInstruction field -> field(frame, field);
                case CodeElement element when frame.compute(element) -> { }
                default -> throw new NotFollowed(true);
            }
            at++;
        }
        depth--;
        lanes = outside;
        return frame.returned(((ReturnInstruction) code.get(at)).typeKind());
    }

    private boolean jumps(IntFrame frame, BranchInstruction branch, int at) {
        Boolean known = frame.jumps(branch);
        if (known == null && initialized != null) {
            throw new NotFollowed(true);
        }
        guesses |= known == null;
        return known != null ? known : way == 1 || way > 1 && new SplittableRandom((long) way << Integer.SIZE | at).nextBoolean();
    }

    private void field(IntFrame frame, FieldInstruction field) {
        String name = field.name().stringValue();
        String owner = splicer.inheritance().declaring(field.owner().asInternalName(), name);
        int slots = TypeKind.from(field.typeSymbol()).slotSize();
        boolean isStatic = field.opcode() == Opcode.GETSTATIC || field.opcode() == Opcode.PUTSTATIC;
        if (field.opcode() == Opcode.PUTSTATIC || field.opcode() == Opcode.PUTFIELD) {
            if (slots == 1) {
                written.put(name, frame.pop());
                frame.pop(isStatic ? 0 : 1);
            } else {
                frame.pop(slots + (isStatic ? 0 : 1));
            }
            return;
        }
        frame.pop(isStatic ? 0 : 1);
        if (owner.equals(SPECIES)) {
            frame.push(name.equals("LANES") ? (Object) lanes : name);
        } else if (slots == 2 || Operations.isJdk(owner)) {
            frame.pushUnknown(slots);
        } else if (owner.equals(splicer.kernel()) && options.containsKey(name)) {
            frame.push(options.get(name) ? 1 : 0);
        } else {
            frame.push(constants(owner, isStatic).get(name));
        }
    }

    /** Values of a class's final fields of type int or species, as far as they can be told: static ones, or those of kernels. */
    private Map<String, Object> constants(String owner, boolean isStatic) {
        String initializer = isStatic ? "<clinit>" : "<init>";
        if (initialized != null || !isStatic && !splicer.inheritance().of(splicer.kernel()).contains(owner)) {
            return owner.equals(initialized) ? written : Map.of();
        }
        return constants.computeIfAbsent(owner + initializer, _ -> {
            IndexRun run = new IndexRun(splicer, options, executedLanes, 0, owner, depth);
            try {
                splicer.find(owner, initializer, null).ifPresent(method -> run.call(method, initializer));
            } catch (NotFollowed _) {
                // What was written until then holds: a final field is written once.
            }
            run.written.keySet().removeIf(name -> !splicer.isFinal(owner, name));
            return run.written;
        });
    }

    private void invoke(IntFrame frame, InvokeInstruction call, SourceLine line) {
        List<ClassDesc> parameters = call.typeSymbol().parameterList();
        Object[] arguments = new Object[1 + parameters.stream().mapToInt(p -> TypeKind.from(p).slotSize()).sum()];
        for (int i = arguments.length - 1; i > 0; i--) {
            arguments[i] = frame.pop();
        }
        boolean isStatic = call.opcode() == Opcode.INVOKESTATIC;
        arguments[0] = isStatic ? null : frame.pop();
        String owner = call.owner().asInternalName();
        if (owner.equals(PLANE)) {
            if (!(arguments[1] instanceof Integer index)) {
                throw new NotFollowed(true);
            }
            int plane = arguments[0] instanceof IntFrame.TakenPlane taken ? taken.number() : -1;
            accesses.add(new Access(plane, call.name().stringValue(), index, line));
        }
        TypeKind type = TypeKind.from(call.typeSymbol().returnType());
        if (type == TypeKind.INT || type == TypeKind.BOOLEAN) {
            frame.push(Operations.isJdk(owner) ? jdk(call.name().stringValue(), owner, arguments) : helper(call, isStatic, arguments));
        } else {
            frame.pushUnknown(type.slotSize());
        }
    }

    private Object helper(InvokeInstruction call, boolean isStatic, Object[] arguments) {
        String owner = call.owner().asInternalName();
        if (!isStatic && !owner.equals(splicer.kernel())) {
            return null;
        }
        Optional<MethodModel> method = splicer.find(owner, call.name().stringValue(), call.type().stringValue());
        Object[] own = Arrays.copyOfRange(arguments, isStatic ? 1 : 0, arguments.length);
        return method.isEmpty() ? null : call(method.get(), splicer.shown(owner, call.name().stringValue()), own);
    }

    private Object jdk(String name, String owner, Object[] arguments) {
        if (owner.endsWith("/VectorSpecies") && arguments[0] instanceof String species) {
            int length = species.equals("DOUBLES") || species.equals("HALF_FLOATS") ? lanes / 2 : lanes;
            return switch (name) {
                case "length" -> length;
                case "loopBound" -> arguments.length == 2 && arguments[1] instanceof Integer i ? i - Math.floorMod(i, length) : null;
                default -> null;
            };
        }
        if (owner.equals("java/lang/Math") && arguments.length == 3
                && arguments[1] instanceof Integer a && arguments[2] instanceof Integer b) {
            return switch (name) {
                case "min" -> Math.min(a, b);
                case "max" -> Math.max(a, b);
                default -> null;
            };
        }
        return null;
    }
}
