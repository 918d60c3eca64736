package org.lanewise.splicer;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.BranchInstruction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Tells whether a loop uses a plane in one place that is executed once in each of its rounds. What is done there besides is then done once
 * for each element. The loop says where it uses planes.
 */
final class FusionCheck {
    private static final int PARAMETER = 0, GRADIENT = 1;

    private final List<Use> uses = new ArrayList<>();
    private final List<Jump> jumps = new ArrayList<>();

    private record Use(int at, int plane, boolean writes) {}

    private record Jump(int from, int to) {}

    FusionCheck(List<CodeElement> source, PlaneFlow flow) {
        Map<Label, Integer> positions = Splicer.positions(source);
        for (int at = 0; at < source.size(); at++) {
            if (flow.before(at) == null) {
                continue;
            }
            if (flow.isOptionBranch(at)) {
                if (flow.jumps(at)) {
                    jumps.add(new Jump(at, positions.get(((BranchInstruction) source.get(at + 2)).target())));
                }
            } else if (source.get(at) instanceof BranchInstruction branch) {
                jumps.add(new Jump(at, positions.get(branch.target())));
            }
        }
    }

    /** The element at an index reads or writes a plane. */
    void use(int at, int plane, boolean writes) {
        uses.add(new Use(at, plane, writes));
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
