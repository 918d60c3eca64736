package org.lanewise.splicer;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import org.lanewise.kernel.Plane;
import org.lanewise.kernel.Species;

/**
 * Refuses what {@link org.lanewise.kernel.Kernel} does not allow in a rule's loops and in the methods that they call: operations whose
 * bits depend on width or compiler, and, where something is done for every element, objects and values other than numbers and vectors.
 * What calls of unknown code do is not looked into.
 */
final class LoopCheck {
    private static final String PLANE = Plane.class.getName().replace('.', '/');
    private static final String SPECIES = Species.class.getName().replace('.', '/');
    private static final String BITS = "a loop may use + - * / sqrt fma abs neg min max, comparisons, blends, bit operations and"
            + " conversions, which give the same bits at every width, interpreted or compiled; compute other numbers in prepare";
    private static final String NO_OBJECTS = "keep values in local variables; a static method may take and return vectors";
    private static final String IN_PREPARE = "compute what is the same for all elements in prepare, and keep it in a float field";
    private static final String PLANES_ONLY = "a loop reads and writes planes only; keep a number for each element in a state";

    private final Splicer splicer;
    private final Set<String> seen = new HashSet<>();
    private final Deque<String> calls = new ArrayDeque<>();

    /** Whether the method that is looked at is executed as a part of the loop. */
    private boolean isCopied = true;

    private boolean usesHalfFloats;

    LoopCheck(Splicer splicer) {
        this.splicer = splicer;
    }

    /**
     * Looks at those instructions of a loop that can be reached, and at all of the methods that they call.
     *
     * @return whether there may be vectors of {@link Species#HALF_FLOATS}
     */
    boolean check(String loop, List<CodeElement> source, IntPredicate reached) {
        walk(splicer.kernel(), new SourceLine(loop, 0), source, reached, false);
        return usesHalfFloats;
    }

    private void walk(String owner, SourceLine start, List<CodeElement> source, IntPredicate reached, boolean repeated) {
        BitSet cycles = Splicer.cycles(source, reached);
        SourceLine line = start;
        for (int at = 0; at < source.size(); at++) {
            if (source.get(at) instanceof LineNumber number) {
                line = line.at(number);
            } else if (reached.test(at)) {
                boolean isRepeated = repeated || cycles.get(at);
                requireAccessible(owner, source.get(at), line);
                switch (source.get(at)) {
                    case InvokeDynamicInstruction dynamic -> throw refused(dynamic, line);
                    case FieldInstruction field -> field(owner, field, line, isRepeated);
                    case InvokeInstruction call -> call(owner, call, line, isRepeated);
                    case Instruction instruction when isRepeated -> repeated(source, at, instruction, line);
                    default -> { }
                }
            }
        }
    }

    /** Code of another class that is copied into the kernel must not use what only that class may. */
    private void requireAccessible(String owner, CodeElement element, SourceLine line) {
        if (owner.equals(splicer.kernel()) || !isCopied) {
            return;
        }
        MemberRefEntry member = switch (element) {
            case InvokeInstruction call when call.opcode() == Opcode.INVOKESTATIC
                    && !Splicer.isSpliced(call.owner().asInternalName(), call.typeSymbol()) -> call.method();
            case FieldInstruction field when field.opcode() == Opcode.GETSTATIC -> field.field();
            default -> null;
        };
        if (member != null && !Operations.isJdk(member.owner().asInternalName())
                && !splicer.isAccessible(member, ((Instruction) element).opcode())) {
            throw splicer.refused("must not use " + Splicer.simpleName(member.owner().asInternalName()) + "." + member.name().stringValue(),
                    line, "it is not accessible to the kernel, into which this method is copied");
        }
    }

    private IllegalArgumentException refused(InvokeDynamicInstruction dynamic, SourceLine line) {
        return switch (dynamic.bootstrapMethod().owner().displayName()) {
            case "LambdaMetafactory" -> splicer.refused("must not use a lambda or a method reference", line,
                    "write the expression out, or call a static method that takes and returns vectors");
            case "StringConcatFactory" -> splicer.refused("must not join strings", line, NO_OBJECTS);
            case "SwitchBootstraps" -> splicer.refused("must not switch", line, "use if and else");
            default -> splicer.refused("must not call " + dynamic.name() + " by invokedynamic", line, NO_OBJECTS);
        };
    }

    /** What a loop must not do again and again. */
    private void repeated(List<CodeElement> source, int at, Instruction instruction, SourceLine line) {
        switch (instruction) {
            case NewObjectInstruction made when !Operations.isThrowable(made.className().asInternalName()) ->
                throw splicer.refused("must not make a " + Splicer.simpleName(made.className().asInternalName()), line, NO_OBJECTS);
            case NewPrimitiveArrayInstruction _, NewReferenceArrayInstruction _, NewMultiArrayInstruction _ ->
                throw splicer.refused("must not make an array", line, NO_OBJECTS);
            case ArrayStoreInstruction _ -> throw splicer.refused("must not write an array", line, PLANES_ONLY);
            case ArrayLoadInstruction load when load.opcode() != Opcode.AALOAD && !hasConstantIndex(source.get(at - 1)) ->
                throw splicer.refused("must not read an array at a variable index", line, PLANES_ONLY);
            default -> { }
        }
    }

    /** Given the instruction before; in {@code x[0] += 1} that copies array and index, and the write is what is refused. */
    private static boolean hasConstantIndex(CodeElement before) {
        return before instanceof ConstantInstruction || before instanceof StackInstruction;
    }

    private void field(String owner, FieldInstruction field, SourceLine line, boolean repeated) {
        String fieldOwner = splicer.inheritance().declaring(field.owner().asInternalName(), field.name().stringValue());
        String name = Splicer.simpleName(fieldOwner) + "." + field.name().stringValue();
        boolean isRead = field.opcode() == Opcode.GETSTATIC || field.opcode() == Opcode.GETFIELD;
        if (fieldOwner.equals(SPECIES)) {
            usesHalfFloats |= field.name().equalsString("HALF_FLOATS");
            return;
        }
        requireExact(field, line);
        boolean isVector = Operations.hasVectors(field.type().stringValue());
        boolean isOperator = field.type().stringValue().contains("/VectorOperators$");
        if (!isRead && (repeated || isVector)) {
            throw splicer.refused("must not write the field " + name, line,
                    PLANES_ONLY + "; several threads may run the loop at once");
        }
        if (isVector && !Operations.isJdk(fieldOwner)) {
            boolean isOwn = owner.equals(splicer.kernel()) && fieldOwner.equals(owner);
            if (field.opcode() != Opcode.GETSTATIC || !isOwn && !isOperator) {
                throw splicer.refused("must not read the vector or species in the field " + name, line,
                        "keep floats in fields and broadcast them in vector, before the loop; use the species of Species");
            }
            if (isOperator) {
                operator(fieldOwner, field, line);
            } else {
                initializer(fieldOwner);
            }
        }
    }

    /** Looks at the operator that a field has or, if it cannot be read, at all that fields of its class are set to. */
    private void operator(String owner, FieldInstruction field, SourceLine line) {
        String type = field.typeSymbol().displayName();
        Optional<String> operator = splicer.operator(owner, field);
        if (!splicer.isFinal(owner, field.name().stringValue())) {
            throw splicer.refused("must not read the operator in the field " + Splicer.simpleName(owner) + "."
                    + field.name().stringValue(), line, "declare it static final");
        } else if (operator.isEmpty() || Operations.isInexactOperator(operator.get(), type)) {
            initializer(owner);
        }
        if (operator.isPresent() && Operations.isInexactOperator(operator.get(), type)) {
            throw splicer.refused("must not use VectorOperators." + operator.get(), line, BITS);
        }
    }

    private void requireExact(FieldInstruction field, SourceLine line) {
        if (Operations.isInexactOperator(field)) {
            throw splicer.refused("must not use VectorOperators." + field.name().stringValue(), line, BITS);
        }
        if (Operations.isForeignSpecies(field)) {
            throw splicer.refused("must not use " + Splicer.simpleName(field.owner().asInternalName()) + "." + field.name().stringValue(),
                    line, "the species of Species have the width of the optimizer");
        }
    }

    /** Looks at what static fields with vectors, species or operators are set to. */
    private void initializer(String owner) {
        if (seen.add(owner)) {
            SourceLine start = new SourceLine("the static initializer of " + Splicer.simpleName(owner), 0);
            splicer.find(owner, "<clinit>", "()V").ifPresent(method -> initializer(owner, method, start));
        }
    }

    private void initializer(String owner, MethodModel method, SourceLine start) {
        SourceLine line = start;
        for (CodeElement element : splicer.elements(method)) {
            if (element instanceof LineNumber number) {
                line = line.at(number);
            } else if (element instanceof FieldInstruction field) {
                requireExact(field, line);
                String declaring = splicer.inheritance().declaring(field.owner().asInternalName(), field.name().stringValue());
                if (field.opcode() == Opcode.GETSTATIC && !declaring.equals(owner)) {
                    field(owner, field, line, false);
                }
            } else if (element instanceof InvokeInstruction call && call.opcode() == Opcode.INVOKESTATIC
                    && !Operations.isJdk(call.owner().asInternalName())) {
                String name = call.name().stringValue();
                String callee = call.owner().asInternalName();
                if (seen.add("initializer " + callee + "." + name + call.type().stringValue())) {
                    splicer.find(callee, name, call.type().stringValue()).ifPresent(called ->
                            initializer(owner, called, new SourceLine(splicer.shown(Splicer.owner(called), name), 0)));
                }
            }
        }
    }

    private void call(String caller, InvokeInstruction call, SourceLine line, boolean repeated) {
        String owner = call.owner().asInternalName();
        String name = Splicer.simpleName(owner) + "." + call.name().stringValue();
        String type = call.type().stringValue();
        if (owner.equals(PLANE) || NullChecks.isOfKotlin(call)) {
            return;
        }
        if (type.contains("L" + PLANE + ";")) {
            throw splicer.refused("must not hand a plane to " + name, line, "read its elements in the loop and hand them over");
        } else if (Operations.isJdk(owner)) {
            if (Operations.isInexact(call)) {
                throw splicer.refused("must not call " + name, line, BITS);
            }
            if (repeated && !Operations.isRepeatable(call)) {
                boolean isBoxing = call.name().equalsString("valueOf");
                throw splicer.refused("must not call " + name, line, isBoxing ? "use float and int, not Float and Integer" : IN_PREPARE);
            }
        } else if (call.opcode() == Opcode.INVOKESTATIC) {
            follow(owner, call, line, repeated);
        } else if (Operations.hasVectors(type)) {
            throw splicer.refused("must not call the instance method " + name + " with vectors", line,
                    "a static method that takes and returns vectors is copied into the loop, others would allocate them");
        } else if (owner.equals(splicer.kernel()) || call.opcode() == Opcode.INVOKESPECIAL && !call.name().equalsString("<init>")) {
            follow(owner, call, line, repeated);
        } else if (owner.equals(caller) && splicer.inheritance().of(splicer.kernel()).contains(owner)) {
            follow(splicer.kernel(), call, line, repeated);
        } else if (repeated && !Operations.isThrowable(owner)) {
            throw splicer.refused("must not call " + name + " on an object", line, IN_PREPARE);
        }
    }

    private void follow(String start, InvokeInstruction call, SourceLine line, boolean repeated) {
        String name = call.name().stringValue();
        String type = call.type().stringValue();
        Optional<MethodModel> found = splicer.find(start, name, type);
        String owner = found.map(Splicer::owner).orElse(start);
        String method = owner + "." + name + type;
        if (calls.contains(method) && Splicer.isSpliced(owner, call.typeSymbol())) {
            throw splicer.refused("must not call " + splicer.shown(owner, name) + " from itself", line, "write it out");
        }
        if (!seen.add(method + repeated)) {
            return;
        }
        calls.push(method);
        boolean wasCopied = isCopied;
        isCopied &= Splicer.isSpliced(owner, call.typeSymbol());
        found.map(splicer::elements)
                .ifPresent(body -> walk(owner, new SourceLine(splicer.shown(owner, name), 0), body, _ -> true, repeated));
        calls.pop();
        isCopied = wasCopied;
    }
}
