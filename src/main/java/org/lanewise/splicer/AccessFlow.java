package org.lanewise.splicer;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What a loop does with planes, told element by element in the order of its code. What one iteration wrote does not matter to the next,
 * so the code is seen once, and a jump back ends an iteration.
 */
final class AccessFlow {
    private final Map<Label, Integer> mayBeWritten = new HashMap<>();
    private final Map<Label, Integer> surelyWritten = new HashMap<>();
    private final Set<Label> passed = new HashSet<>();
    private int read, written, mayBeHere, surelyHere, always = -1;
    private boolean reached = true, rereads;

    /** The code goes on with an element. */
    void reach(CodeElement element) {
        if (element instanceof LabelTarget target) {
            Label label = target.label();
            mayBeHere = mayBeWritten.getOrDefault(label, 0) | (reached ? mayBeHere : 0);
            surelyHere = surelyWritten.getOrDefault(label, reached ? -1 : 0) & (reached ? surelyHere : -1);
            reached = true;
            passed.add(label);
        } else if (element instanceof BranchInstruction branch) {
            if (branch.opcode() == Opcode.GOTO || branch.opcode() == Opcode.GOTO_W) {
                jumpAlways(branch.target());
            } else {
                jump(branch.target());
            }
        }
    }

    private void jump(Label target) {
        if (passed.contains(target)) {
            always &= surelyHere;
        } else {
            mayBeWritten.merge(target, mayBeHere, (a, b) -> a | b);
            surelyWritten.merge(target, surelyHere, (a, b) -> a & b);
        }
    }

    /** The code goes on elsewhere. */
    void jumpAlways(Label target) {
        jump(target);
        reached = false;
    }

    /** A plane is read or written. */
    void access(int plane, boolean writes) {
        int bit = 1 << plane;
        if (writes) {
            written |= bit;
            mayBeHere |= bit;
            surelyHere |= bit;
        } else {
            read |= bit;
            rereads |= (mayBeHere & bit) != 0;
        }
    }

    Accesses all() {
        return new Accesses(read, written, written & ~always, rereads);
    }
}
