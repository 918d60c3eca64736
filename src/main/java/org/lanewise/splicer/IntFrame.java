package org.lanewise.splicer;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.NopInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.util.ArrayList;
import java.util.List;

/**
 * Local variables and operands of a call of which only ints are known: each slot has an {@code Integer}, the name of one of the
 * {@code Species}, a plane, the array of all planes, or null.
 */
final class IntFrame {
    /** Stands for the array of planes. */
    static final Object PLANES = new Object();

    private final Object[] locals;
    private final List<Object> stack = new ArrayList<>();

    /** A plane, by its number. */
    record TakenPlane(int number) {}

    IntFrame(int maxLocals, Object... arguments) {
        this.locals = new Object[Math.max(maxLocals, arguments.length)];
        System.arraycopy(arguments, 0, locals, 0, arguments.length);
    }

    Object pop() {
        return stack.removeLast();
    }

    void pop(int slots) {
        for (int i = 0; i < slots; i++) {
            stack.removeLast();
        }
    }

    void push(Object value) {
        stack.add(value);
    }

    void pushUnknown(int slots) {
        for (int i = 0; i < slots; i++) {
            stack.add(null);
        }
    }

    /** Does an instruction that neither branches nor calls nor uses a field; false if it is none of those expected in a loop. */
    boolean compute(CodeElement element) {
        switch (element) {
            case LoadInstruction load when load.typeKind().slotSize() == 1 -> push(locals[load.slot()]);
            case LoadInstruction _ -> pushUnknown(2);
            case StoreInstruction store when store.typeKind().slotSize() == 1 -> locals[store.slot()] = pop();
            case StoreInstruction _ -> pop(2);
            case IncrementInstruction increment ->
                locals[increment.slot()] = locals[increment.slot()] instanceof Integer i ? i + increment.constant() : null;
            case ConstantInstruction constant when constant.constantValue() instanceof Integer i -> push(i);
            case ConstantInstruction constant -> pushUnknown(constant.typeKind().slotSize());
            case OperatorInstruction operator -> operate(operator.opcode(), operator.typeKind().slotSize());
            case ConvertInstruction conversion -> {
                pop(conversion.fromType().slotSize());
                pushUnknown(conversion.toType().slotSize());
            }
            case StackInstruction move -> {
                return move(move.opcode());
            }
            case NewObjectInstruction _ -> push(null);
            case ArrayLoadInstruction load -> {
                boolean isPlane = stack.getLast() instanceof Integer && stack.get(stack.size() - 2) == PLANES;
                Object plane = isPlane ? new TakenPlane((Integer) stack.getLast()) : null;
                pop(2);
                pushUnknown(load.typeKind().slotSize());
                stack.set(stack.size() - 1, plane);
            }
            case ArrayStoreInstruction array -> pop(2 + array.typeKind().slotSize());
            case NewPrimitiveArrayInstruction _, NewReferenceArrayInstruction _, NopInstruction _, LabelTarget _ -> { }
            case TypeCheckInstruction check -> push(check.opcode() == Opcode.CHECKCAST ? pop() : unknown());
            default -> {
                return false;
            }
        }
        return true;
    }

    private Object unknown() {
        stack.removeLast();
        return null;
    }

    private void operate(Opcode opcode, int slots) {
        switch (opcode) {
            case IADD, ISUB, IMUL, IDIV, IREM, IAND, IOR, IXOR, ISHL, ISHR, IUSHR -> {
                Object right = pop();
                Object left = pop();
                push(left instanceof Integer a && right instanceof Integer b ? result(opcode, a, b) : null);
            }
            case INEG -> push(pop() instanceof Integer i ? Integer.valueOf(-i) : null);
            case LNEG, FNEG, DNEG -> { }
            case ARRAYLENGTH -> push(unknown());
            case LCMP, FCMPL, FCMPG, DCMPL, DCMPG -> {
                pop(2 * slots);
                push(null);
            }
            case LSHL, LSHR, LUSHR -> pop();
            default -> {
                pop(2 * slots);
                pushUnknown(slots);
            }
        }
    }

    private static Integer result(Opcode opcode, int a, int b) {
        return switch (opcode) {
            case IADD -> a + b;
            case ISUB -> a - b;
            case IMUL -> a * b;
            case IDIV -> b == 0 ? null : Integer.valueOf(a / b);
            case IREM -> b == 0 ? null : Integer.valueOf(a % b);
            case IAND -> a & b;
            case IOR -> a | b;
            case IXOR -> a ^ b;
            case ISHL -> a << b;
            case ISHR -> a >> b;
            default -> a >>> b;
        };
    }

    private boolean move(Opcode opcode) {
        int top = stack.size();
        switch (opcode) {
            case POP -> pop();
            case POP2 -> pop(2);
            case DUP -> push(stack.getLast());
            case DUP_X1 -> stack.add(top - 2, stack.getLast());
            case DUP_X2 -> stack.add(top - 3, stack.getLast());
            case DUP2 -> stack.addAll(new ArrayList<>(stack.subList(top - 2, top)));
            case DUP2_X1 -> stack.addAll(top - 3, new ArrayList<>(stack.subList(top - 2, top)));
            case DUP2_X2 -> stack.addAll(top - 4, new ArrayList<>(stack.subList(top - 2, top)));
            case SWAP -> stack.add(top - 2, pop());
            default -> {
                return false;
            }
        }
        return true;
    }

    /** Takes a branch's operands off the stack. Tells whether it jumps, or null if that is not known. */
    Boolean jumps(BranchInstruction branch) {
        Opcode opcode = branch.opcode();
        if (opcode == Opcode.GOTO || opcode == Opcode.GOTO_W) {
            return true;
        }
        Object right = opcode.name().startsWith("IF_") ? pop() : Integer.valueOf(0);
        Object left = pop();
        return left instanceof Integer a && right instanceof Integer b ? holds(opcode, a, b) : null;
    }

    private static Boolean holds(Opcode opcode, int a, int b) {
        return switch (opcode) {
            case IFEQ, IF_ICMPEQ -> a == b;
            case IFNE, IF_ICMPNE -> a != b;
            case IFLT, IF_ICMPLT -> a < b;
            case IFGE, IF_ICMPGE -> a >= b;
            case IFGT, IF_ICMPGT -> a > b;
            case IFLE, IF_ICMPLE -> a <= b;
            default -> null;
        };
    }

    /** What an instruction that returns from the call returns: an int or null. */
    Object returned(TypeKind type) {
        return type == TypeKind.INT || type == TypeKind.BOOLEAN ? pop() : null;
    }
}
