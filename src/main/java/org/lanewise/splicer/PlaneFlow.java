package org.lanewise.splicer;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.ClassDesc;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.lanewise.kernel.Plane;

/** Which instructions of a loop can be reached, its options being what they are, and which planes its variables hold there. */
final class PlaneFlow {
    private static final ClassDesc PLANE = Plane.class.describeConstable().orElseThrow();
    /** Stands for the top of the operand stack among the variables. */
    static final int TOP = -1;

    /** Stands for a variable that holds different planes on different ways. */
    static final int AMBIGUOUS = -1;

    private static final int PLANES_SLOT = 1;

    private final List<CodeElement> source;
    private final String kernel;
    private final Map<String, Boolean> options;
    private final Map<Label, Integer> positions;
    private final List<Map<Integer, Integer>> before;
    private final Deque<Integer> open = new ArrayDeque<>();

    PlaneFlow(List<CodeElement> source, String kernel, Map<String, Boolean> options) {
        this.source = source;
        this.kernel = kernel;
        this.options = options;
        this.before = new ArrayList<>(Collections.nCopies(source.size(), null));
        this.positions = Splicer.positions(source);
        reach(0, Map.of());
        while (!open.isEmpty()) {
            follow(open.pop());
        }
    }

    /** Numbers of the planes that are taken in what can be reached. */
    Set<Integer> planes() {
        Set<Integer> planes = new TreeSet<>();
        for (int at = 0; at < source.size(); at++) {
            if (before.get(at) != null && takesPlane(at)) {
                planes.add(plane(at));
            }
        }
        return planes;
    }

    /** Planes in local variables, and on {@link #TOP}, before an element; null if it cannot be reached. */
    Map<Integer, Integer> before(int at) {
        return before.get(at);
    }

    /** Whether planes[constant] is taken here, in three instructions. */
    boolean takesPlane(int at) {
        return source.get(at) instanceof LoadInstruction load && load.slot() == PLANES_SLOT
                && source.get(at + 1) instanceof ConstantInstruction
                && source.get(at + 2) instanceof Instruction access && access.opcode() == Opcode.AALOAD;
    }

    /** The number of the plane taken here. */
    int plane(int at) {
        return (Integer) ((ConstantInstruction) source.get(at + 1)).constantValue();
    }

    /** Value of the option that is read here, in two instructions; null if none is. */
    Boolean option(int at) {
        return source.get(at) instanceof LoadInstruction load && load.slot() == 0 && source.get(at + 1) instanceof FieldInstruction field
                && field.opcode() == Opcode.GETFIELD && field.owner().asInternalName().equals(kernel)
                ? options.get(field.name().stringValue()) : null;
    }

    /** Whether the option read here decides a branch: the third instruction. */
    boolean isOptionBranch(int at) {
        return option(at) != null && source.get(at + 2) instanceof BranchInstruction branch
                && (branch.opcode() == Opcode.IFEQ || branch.opcode() == Opcode.IFNE);
    }

    /** Whether the branch that the option read here decides is taken. */
    boolean jumps(int at) {
        return option(at) == (((BranchInstruction) source.get(at + 2)).opcode() == Opcode.IFNE);
    }

    private void follow(int at) {
        CodeElement element = source.get(at);
        Map<Integer, Integer> planes = new HashMap<>(before.get(at));
        Integer top = planes.get(TOP);
        boolean keepsTop = element instanceof LineNumber || element instanceof LabelTarget
                || element instanceof BranchInstruction branch && branch.opcode() == Opcode.GOTO;
        if (!keepsTop) {
            planes.remove(TOP);
        }
        if (takesPlane(at)) {
            planes.put(TOP, plane(at));
            reach(at + 3, planes);
        } else if (isOptionBranch(at)) {
            reach(jumps(at) ? positions.get(((BranchInstruction) source.get(at + 2)).target()) : at + 3, planes);
        } else {
            if (element instanceof LoadInstruction load && planes.containsKey(load.slot())) {
                planes.put(TOP, planes.get(load.slot()));
            } else if (element instanceof StoreInstruction store) {
                planes.remove(store.slot());
                if (top != null) {
                    planes.put(store.slot(), top);
                }
            }
            if (element instanceof BranchInstruction branch) {
                reach(positions.get(branch.target()), planes);
            }
            boolean ends = element instanceof ReturnInstruction || element instanceof ThrowInstruction
                    || element instanceof BranchInstruction branch && branch.opcode() == Opcode.GOTO;
            if (!ends) {
                reach(at + 1, planes);
            }
        }
    }

    private void reach(int at, Map<Integer, Integer> planes) {
        Map<Integer, Integer> known = before.get(at);
        Map<Integer, Integer> merged = known == null ? planes : merge(known, planes);
        if (!merged.equals(known)) {
            before.set(at, Map.copyOf(merged));
            open.push(at);
        }
    }

    private static Map<Integer, Integer> merge(Map<Integer, Integer> a, Map<Integer, Integer> b) {
        Map<Integer, Integer> merged = new HashMap<>();
        Set<Integer> slots = new TreeSet<>(a.keySet());
        slots.addAll(b.keySet());
        slots.forEach(slot -> merged.put(slot, a.getOrDefault(slot, AMBIGUOUS).equals(b.get(slot)) ? b.get(slot) : AMBIGUOUS));
        return merged;
    }

    /** Whether an instruction takes what is on top of the stack, and is none that is meant for planes. */
    static boolean takesOperand(CodeElement element) {
        return switch (element) {
            case StackInstruction _, TypeCheckInstruction _, ArrayStoreInstruction _, ThrowInstruction _, MonitorInstruction _ -> true;
            case FieldInstruction field -> field.opcode() != Opcode.GETSTATIC;
            case ReturnInstruction end -> end.opcode() != Opcode.RETURN;
            case BranchInstruction branch -> branch.opcode() != Opcode.GOTO && branch.opcode() != Opcode.GOTO_W;
            case InvokeInstruction call -> !call.owner().asSymbol().equals(PLANE)
                    && (call.opcode() != Opcode.INVOKESTATIC || call.typeSymbol().parameterCount() > 0);
            default -> false;
        };
    }
}
