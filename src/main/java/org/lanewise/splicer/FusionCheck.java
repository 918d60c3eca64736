package org.lanewise.splicer;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Label;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.lanewise.kernel.Plane;

/**
 * Tells whether a loop uses a plane in one place that is executed once in each of its rounds. What is done there besides is then done once
 * for each element.
 */
final class FusionCheck {
    private static final int PARAMETER = 0, GRADIENT = 1;
    private static final ClassDesc PLANE = Plane.class.describeConstable().orElseThrow();

    private final List<Use> uses = new ArrayList<>();
    private final List<Jump> jumps = new ArrayList<>();

    private record Use(int at, int plane, boolean writes) {}

    private record Jump(int from, int to) {}

    FusionCheck(List<CodeElement> source, PlaneFlow flow) {
        Map<Label, Integer> positions = Splicer.positions(source);
        Deque<Integer> named = new ArrayDeque<>();
        for (int at = 0; at < source.size(); at++) {
            if (flow.before(at) == null) {
                continue;
            }
            if (flow.takesPlane(at)) {
                named.push(flow.plane(at));
            } else if (flow.isOptionBranch(at)) {
                if (flow.jumps(at)) {
                    jumps.add(new Jump(at, positions.get(((BranchInstruction) source.get(at + 2)).target())));
                }
            } else {
                look(at, source.get(at), flow.before(at), named);
                if (source.get(at) instanceof BranchInstruction branch) {
                    jumps.add(new Jump(at, positions.get(branch.target())));
                }
            }
        }
    }

    /** As with brackets, an operation belongs to the plane that was named last and not used yet. */
    private void look(int at, CodeElement element, Map<Integer, Integer> planes, Deque<Integer> named) {
        switch (element) {
            case LoadInstruction load when load.typeKind() == TypeKind.REFERENCE && planes.containsKey(load.slot()) ->
                named.push(planes.get(load.slot()));
            case StoreInstruction _ when planes.containsKey(PlaneFlow.TOP) -> named.pop();
            case InvokeInstruction call when call.owner().asSymbol().equals(PLANE) && !named.isEmpty() ->
                uses.add(new Use(at, named.pop(), call.typeSymbol().returnType().equals(ConstantDescs.CD_void)));
            default -> { }
        }
    }

    /** Whether all that a fusion asks for can be done. */
    boolean allows(Fusion fusion) {
        return (fusion.average().isEmpty() || isUsedOncePerRound(PARAMETER, true))
                && (!fusion.clears() || isUsedOncePerRound(GRADIENT, false));
    }

    private boolean isUsedOncePerRound(int plane, boolean writes) {
        List<Use> found = uses.stream().filter(use -> use.plane() == plane && use.writes() == writes).toList();
        return found.size() == 1 && isOncePerRound(found.getFirst().at());
    }

    /** One jump back leads round it, none within the loop leads past it but out of the loop, and none leads into the loop. */
    private boolean isOncePerRound(int at) {
        List<Jump> back = jumps.stream().filter(jump -> jump.to() <= at && at <= jump.from()).toList();
        if (back.size() != 1) {
            return false;
        }
        int start = back.getFirst().to(), end = back.getFirst().from();
        return jumps.stream().allMatch(jump -> {
            boolean isBefore = start <= jump.from() && jump.from() < at;
            boolean staysBefore = jump.from() < jump.to() && jump.to() <= at;
            boolean enters = (jump.from() < start || jump.from() > end) && start < jump.to() && jump.to() <= end;
            return !enters && (!isBefore || staysBefore || jump.to() > end);
        });
    }
}
