package org.lanewise.splicer;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks for null that have no effect on what is not null: those that the Kotlin compiler adds to parameters and to what Java gave, and
 * {@code Objects.requireNonNull(planes)}.
 */
final class NullChecks {
    private static final int PLANES_SLOT = 1;

    private NullChecks() {}

    /** Whether a method is of the class that the Kotlin compiler calls to check for null. */
    static boolean isOfKotlin(InvokeInstruction call) {
        return call.owner().asInternalName().equals("kotlin/jvm/internal/Intrinsics");
    }

    /** What is left of a method without them. */
    static List<CodeElement> removed(List<CodeElement> code, boolean isLoop) {
        List<CodeElement> left = new ArrayList<>();
        for (int at = 0; at < code.size();) {
            int length = length(code, at, isLoop);
            left.addAll(code.subList(at, at + Math.max(1 - length, 0)));
            at += Math.max(length, 1);
        }
        return List.copyOf(left);
    }

    /** Number of instructions of the check that starts at an index; 0 if none does. */
    private static int length(List<CodeElement> code, int at, boolean isLoop) {
        int call = at + 1 < code.size() && code.get(at + 1) instanceof ConstantInstruction ? at + 2 : at + 1;
        if (call >= code.size() || !(code.get(call) instanceof InvokeInstruction check) || check.opcode() != Opcode.INVOKESTATIC) {
            return 0;
        }
        boolean isCopy = code.get(at) instanceof LoadInstruction load && load.typeKind() == TypeKind.REFERENCE
                || code.get(at) instanceof StackInstruction move && move.opcode() == Opcode.DUP;
        String type = call == at + 1 ? "(Ljava/lang/Object;)" : "(Ljava/lang/Object;Ljava/lang/String;)";
        if (isOfKotlin(check)) {
            boolean isCheck = check.name().stringValue().startsWith("checkNotNull") && check.type().equalsString(type + "V");
            return isCopy && isCheck ? call + 1 - at : 0;
        }
        boolean isOfPlanes = isLoop && code.get(at) instanceof LoadInstruction load && load.slot() == PLANES_SLOT;
        boolean isCheck = check.owner().asInternalName().equals("java/util/Objects") && check.name().equalsString("requireNonNull")
                && check.type().equalsString(type + "Ljava/lang/Object;");
        boolean isDropped = call + 1 < code.size() && code.get(call + 1) instanceof StackInstruction move && move.opcode() == Opcode.POP;
        return isOfPlanes && isCheck && isDropped ? call + 2 - at : 0;
    }
}
